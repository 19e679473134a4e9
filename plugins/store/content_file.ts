/**
 * The one file that a plugin version is (`plugins/content.ts` says why), to bytes and back.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { parseManifest } from "../manifest/parse.ts";

/** No content is larger. */
export const MOST_CONTENT: number = 16 * 2 ** 20;
/** No manifest is longer, in bytes. */
export const MOST_MANIFEST: number = 2 ** 20;

const LINE_FEED = 0x0a;

/** A content taken apart. */
export interface ContentParts {
  /** Checked. */
  readonly manifest: Manifest;
  /** Of the whole content, in hexadecimal. */
  readonly sha256: string;
  /** The module. */
  readonly code: Uint8Array<ArrayBuffer>;
}

/** The SHA-256 of bytes, in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Whether a text is a SHA-256 as we write it. */
export function isSha256(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/**
 * The content of a manifest and a module. The manifest is written down as it was checked, without what its
 * author's editor put around it, so that the same plugin is the same bytes.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_CONTENT` when it is too large.
 */
export function makeContent(manifest: Manifest, code: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
  const bytes = new Uint8Array(head.length + code.length);
  bytes.set(head);
  bytes.set(code, head.length);
  parseContent(bytes, `${manifest.name}@${manifest.version}`);
  return bytes;
}

/**
 * Takes a content apart; `where` names it in what is thrown. Nothing of it is run.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_CONTENT` when it is none.
 */
export function parseContent(bytes: Uint8Array, where: string): ContentParts {
  if (bytes.length > MOST_CONTENT) {
    throw contentError(where, `it has ${bytes.length} bytes, more than ${MOST_CONTENT}`);
  }
  const end = bytes.subarray(0, MOST_MANIFEST + 1).indexOf(LINE_FEED);
  if (end < 0) throw contentError(where, "its first line is no manifest");
  const line = decode(bytes.subarray(0, end), where);
  const manifest = parseManifest(line, where);
  if (JSON.stringify(manifest) !== line) {
    throw contentError(where, "its manifest is not written as Meander writes it");
  }
  const code = new Uint8Array(bytes.subarray(end + 1));
  decode(code, where);
  if (code.length === 0) throw contentError(where, "it has no code");
  return { manifest, sha256: sha256Of(bytes), code };
}

/** Text that is no UTF-8, or begins with a mark that nobody sees, could be read in two ways. */
function decode(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw contentError(where, "it is not UTF-8", cause);
  }
}

/** That a content is none, and why. */
export function contentError(where: string, why: string, cause?: unknown): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_CONTENT", `Cannot use plugin ${show(where)}: ${why}`, {
    where,
    ...(cause === undefined ? {} : { cause }),
  });
}
