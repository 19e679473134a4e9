/**
 * Which sources may be installed from: the owner's patterns, none at first.
 *
 * @module
 */
import { isAbsolute, normalize, sep } from "node:path";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { isNpmName, urlProblem } from "./source.ts";

/** What a pattern is held against: the source with everything resolved that could mean two things. */
export type Asked =
  | { readonly kind: "folder" | "file"; readonly path: string }
  | { readonly kind: "npm"; readonly name: string }
  | { readonly kind: "https"; readonly url: string };

/**
 * Checks a pattern and brings it to its one form: `folder:/a/**`, `file:/a/b.tgz`, `npm:@scope/*`, `npm:name`,
 * `https://host/path/*`. `resolve` makes a path absolute and follows links in it.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_ALLOW` when it is none, or would allow everything of a kind.
 */
export function parsePattern(text: string, resolve: (path: string) => string): string {
  if (text.startsWith("folder:") || text.startsWith("file:")) return pathPattern(text, resolve);
  if (text.startsWith("npm:")) {
    const name = text.slice("npm:".length);
    if (isNpmName(name.replace(/^(@[^/]+)\/\*$/, "$1/any"))) return text;
    throw patternError(text, "that is no name of a package and no scope");
  }
  if (!text.startsWith("https:")) throw patternError(text, "that is no kind of source");
  const url = URL.parse(text);
  if (url === null) throw patternError(text, "that is no address");
  const problem = urlProblem(url);
  if (problem !== undefined) throw patternError(text, problem);
  if (url.hash !== "") throw patternError(text, "a hash belongs to a source, not to a pattern");
  if (url.hostname.includes("*")) throw patternError(text, "a host is written out");
  const { href } = url;
  if (starsIn(href) > 1 || starsIn(href) === 1 && !href.endsWith("/*")) {
    throw patternError(text, "a * stands at the end only, behind a /");
  }
  return href;
}

/** Whether one of the patterns lets a source in. */
export function isAllowed(asked: Asked, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(asked, pattern));
}

/**
 * Refuses what no pattern lets in.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_ALLOW` with the command that lets it in.
 */
export function checkAllowed(asked: Asked, patterns: readonly string[], store: string): void {
  if (isAllowed(asked, patterns)) return;
  const own = narrowest(asked);
  const list = patterns.length === 0 ? "which is empty" : `which has ${patterns.join(", ")}`;
  throw new MeanderError(
    "MEANDER_PLUGIN_ALLOW",
    `Cannot add plugin from ${show(own, 300)}: it is not on the list of allowed sources, ${list}`,
    {
      where: own,
      hint: `To allow it: meander plugin allow ${quoted(own)} --store ${quoted(store)}`,
    },
  );
}

/** The pattern that lets in this source and no other. */
export function narrowest(asked: Asked): string {
  if (asked.kind === "npm") return `npm:${asked.name}`;
  return asked.kind === "https" ? asked.url : `${asked.kind}:${asked.path}`;
}

function matches(asked: Asked, pattern: string): boolean {
  if (pattern === narrowest(asked)) return !pattern.endsWith("*");
  if (asked.kind === "npm") {
    return pattern.startsWith("npm:@") && pattern.endsWith("/*") &&
      `npm:${asked.name}`.startsWith(pattern.slice(0, -1));
  }
  if (asked.kind === "https") {
    return pattern.startsWith("https://") && pattern.endsWith("/*") &&
      asked.url.startsWith(pattern.slice(0, -1));
  }
  const start = `${asked.kind}:`;
  if (!pattern.startsWith(start) || !pattern.endsWith(`${sep}**`)) return false;
  const base = pattern.slice(start.length, -2);
  return asked.path.startsWith(base) || `${asked.path}${sep}` === base;
}

function pathPattern(text: string, resolve: (path: string) => string): string {
  const kind = text.slice(0, text.indexOf(":") + 1);
  const path = text.slice(kind.length);
  const isDeep = path.endsWith("/**") || path === "**";
  const base = isDeep ? path.slice(0, -2) || "." : path;
  if (base.includes("*") || base === "") {
    throw patternError(text, "it is a path, or one with /** behind it");
  }
  const full = normalize(resolve(base)).replace(/(?<=.)[\\/]$/, "");
  if (!isAbsolute(full)) throw patternError(text, "its path is not absolute");
  if (isDeep && full === normalize("/")) throw patternError(text, "that would be every folder");
  return `${kind}${full}${isDeep ? `${sep}**` : ""}`;
}

function starsIn(text: string): number {
  return text.split("*").length - 1;
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function patternError(text: string, why: string): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_ALLOW", `Cannot allow ${show(text)}: ${why}`, {
    where: text,
    hint:
      "Write folder:PATH, folder:PATH/**, file:PATH, npm:NAME, npm:@SCOPE/*, or https://HOST/PATH/*",
  });
}
