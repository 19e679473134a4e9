/**
 * Where plugins come from, as people write it.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { isVersion } from "../names.ts";
import { isSha256 } from "../store/content_file.ts";

/** A source that was understood. */
export type Source =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "npm"; readonly name: string; readonly version: string }
  | { readonly kind: "https"; readonly url: string; readonly sha256: string };

const NPM_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

const HINT = "Write a folder, a .tgz file, npm:NAME@1.2.3, or https://HOST/PATH.tgz#sha256-HEX";

/**
 * Reads a source.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_SOURCE` when it is none that can be told apart from others for ever.
 */
export function parseSource(text: string): Source {
  if (text.startsWith("npm:")) return npmSource(text);
  if (/^https:/i.test(text)) return httpsSource(text);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1];
  const isPath = scheme === undefined || scheme === "folder" || scheme === "file";
  if (!isPath) throw sourceError(text, `${show(`${scheme}:`)} is no kind of source`);
  const path = scheme === undefined ? text : text.slice(scheme.length + 1);
  if (path === "" || path.includes("\0")) throw sourceError(text, "that is no path");
  return { kind: "path", path };
}

/** Whether npm has such names. */
export function isNpmName(name: string): boolean {
  return name.length <= 214 && NPM_NAME.test(name);
}

function npmSource(text: string): Source {
  const at = text.lastIndexOf("@");
  const [name, version] = at > "npm:".length
    ? [text.slice("npm:".length, at), text.slice(at + 1)]
    : [text.slice("npm:".length), ""];
  if (!isNpmName(name)) throw sourceError(text, `${show(name)} is no name of a package`);
  if (version.length <= 64 && isVersion(version)) return { kind: "npm", name, version };
  const why = version === "" ? "it has no version" : `${show(version)} is no exact version`;
  throw sourceError(text, why);
}

function httpsSource(text: string): Source {
  const url = URL.parse(text);
  if (url === null) throw sourceError(text, "that is no address");
  const problem = urlProblem(url);
  if (problem !== undefined) throw sourceError(text, problem);
  const sha256 = url.hash.replace(/^#sha256-/, "").toLowerCase();
  if (!url.hash.startsWith("#sha256-") || !isSha256(sha256)) {
    throw sourceError(
      text,
      "its hash is missing, without which it could be another plugin tomorrow",
    );
  }
  url.hash = "";
  return { kind: "https", url: url.href, sha256 };
}

/** Why something must not be fetched from an address, or undefined when it may. */
export function urlProblem(url: URL): string | undefined {
  if (url.protocol !== "https:") return "it is not https";
  if (url.username !== "" || url.password !== "") return "it has a user's name or password";
  if (/%(?:2f|5c|00|2e)/i.test(url.pathname)) return "its path hides a separator";
  return undefined;
}

function sourceError(text: string, why: string): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_SOURCE", `Cannot add plugin from ${show(text)}: ${why}`, {
    where: text,
    hint: HINT,
  });
}
