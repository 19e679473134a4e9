/**
 * Fetches an archive, as long as it is small and comes from where it may.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { MeanderError, reasonOf, show } from "../../operators/contract/fault.ts";
import { sha256Of } from "../store/content_file.ts";
import { MOST_PACKED } from "./archive.ts";
import type { Source } from "./source.ts";

/** How something is fetched: `fetch`, or what stands for it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a download needs. */
export interface Downloads {
  readonly fetch: Fetch;
  /** Of npm. */
  readonly registry: string;
  readonly signal: AbortSignal;
}

/** Of a description of a package by its registry. */
const MOST_METADATA = 4 * 2 ** 20;
const MOST_REDIRECTS = 5;

/**
 * The archive at an address, whose hash has to be as told. Every address that it is sent on to has to be allowed.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_DOWNLOAD` when it cannot be had, or has another hash.
 */
export async function downloadUrl(
  { url, sha256 }: Extract<Source, { kind: "https" }>,
  { fetch, signal }: Downloads,
  check: (url: string) => void,
): Promise<Uint8Array> {
  const bytes = await download(url, MOST_PACKED, { fetch, signal, check });
  const found = sha256Of(bytes);
  if (found === sha256) return bytes;
  throw downloadError(url, `its SHA-256 is ${found}, not ${sha256}`);
}

/**
 * A package of npm, by the registry's description of exactly that version; its SHA-512 has to be as told there.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_DOWNLOAD` when it cannot be had, or has another hash.
 */
export async function downloadNpm(
  { name, version }: Extract<Source, { kind: "npm" }>,
  { fetch, registry, signal }: Downloads,
): Promise<Uint8Array> {
  const base = registryUrl(registry);
  // What a registry sends on to another host is not what its owner pointed us to.
  const check = (url: string): void => {
    if (new URL(url).origin !== base.origin) {
      throw downloadError(url, `it is not at the registry ${show(base.origin)}`);
    }
  };
  const about = new URL(`${name.replace("/", "%2f")}/${version}`, base).href;
  const text = new TextDecoder().decode(
    await download(about, MOST_METADATA, { fetch, signal, check }),
  );
  const { tarball, integrity } = distOf(about, text, { name, version });
  const bytes = await download(tarball, MOST_PACKED, { fetch, signal, check });
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (integrity.split(/\s+/).includes(found)) return bytes;
  throw downloadError(tarball, `its hash is ${found}, not ${show(integrity, 200)}`);
}

/** A registry may be one of the house without encryption, since its owner named it. */
function registryUrl(text: string): URL {
  const url = URL.parse(text.endsWith("/") ? text : `${text}/`);
  if (url !== null && ["https:", "http:"].includes(url.protocol)) return url;
  throw downloadError(text, "that is no address of a registry");
}

function distOf(
  about: string,
  text: string,
  { name, version }: { readonly name: string; readonly version: string },
): { tarball: string; integrity: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw downloadError(about, "it is no JSON", cause);
  }
  const told = json as { name?: unknown; version?: unknown; dist?: Record<string, unknown> } | null;
  if (told?.name !== name || told.version !== version) {
    throw downloadError(about, `it is not about ${show(`${name}@${version}`)}`);
  }
  const { tarball, integrity } = told.dist ?? {};
  if (typeof tarball !== "string" || URL.parse(tarball) === null) {
    throw downloadError(about, "it names no archive");
  }
  if (typeof integrity !== "string" || !/^sha512-[A-Za-z0-9+/=]{88}$/m.test(integrity)) {
    throw downloadError(about, "it has no SHA-512 of the archive");
  }
  return { tarball, integrity };
}

interface Way {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Throws for an address that must not be asked. */
  readonly check: (url: string) => void;
}

async function download(start: string, most: number, way: Way): Promise<Uint8Array> {
  let url = start;
  for (let n = 0; n <= MOST_REDIRECTS; n++) {
    way.check(url);
    const response = await answerOf(url, way);
    const location = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
      if (response.status === 200) return await bodyOf(url, response, most);
      await response.body?.cancel();
      throw downloadError(url, `it answers ${response.status}`);
    }
    await response.body?.cancel();
    const next = URL.parse(location, url);
    // From an encrypted address never to a plain one.
    if (next === null || next.protocol !== "https:" && next.protocol !== new URL(start).protocol) {
      throw downloadError(url, `it sends on to ${show(location)}`);
    }
    next.hash = "";
    url = next.href;
  }
  throw downloadError(start, `it sends on more than ${MOST_REDIRECTS} times`);
}

async function answerOf(url: string, { fetch, signal }: Way): Promise<Response> {
  try {
    return await fetch(url, { redirect: "manual", signal });
  } catch (error) {
    throw downloadError(url, reasonOf(error), error);
  }
}

/** What is too much is not kept, and no further byte of it is taken. */
async function bodyOf(url: string, response: Response, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body ?? []) {
      length += piece.length;
      if (length > most) break;
      pieces.push(piece);
    }
  } catch (error) {
    throw downloadError(url, reasonOf(error), error);
  }
  if (length > most) throw downloadError(url, `it has more than ${most} bytes`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function downloadError(url: string, why: string, cause?: unknown): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_DOWNLOAD", `Cannot download ${show(url, 300)}: ${why}`, {
    where: url,
    ...(cause === undefined ? {} : { cause }),
  });
}
