/**
 * Which permissions the text of a plugin's code needs, as far as its words tell: for its author, who may have
 * forgotten to ask for one. What code may do is decided by the process in which it runs, never by this.
 *
 * @module
 */
import type { Permissions } from "./manifest.ts";

/** A kind of permission; `none` is what no plugin is given. */
export type Right = keyof Permissions | "none";

/** A place in the code that needs something. */
export interface RightUse {
  /** From 1. */
  readonly line: number;
  /** The word that needs it. */
  readonly word: string;
  /** Any of these will do. */
  readonly rights: readonly Right[];
}

const words = (text: string): string => text.trim().split(/\s+/).join("|");

const DENO: readonly (readonly [pattern: string, rights: readonly Right[]])[] = [
  [words("connect connectTls startTls listen listenTls listenDatagram serve resolveDns"), ["net"]],
  [
    words(`readFile readTextFile readDir stat lstat realPath readLink watchFs
      readFileSync readTextFileSync readDirSync statSync lstatSync realPathSync readLinkSync`),
    ["read"],
  ],
  [
    words(
      `writeFile writeTextFile mkdir remove rename create truncate chmod chown link symlink utime
      copyFile makeTempDir makeTempFile
      writeFileSync writeTextFileSync mkdirSync removeSync renameSync createSync truncateSync chmodSync
      chownSync linkSync symlinkSync utimeSync copyFileSync makeTempDirSync makeTempFileSync`,
    ),
    ["write"],
  ],
  [words("open openSync openKv"), ["read", "write"]],
  [words("env"), ["env"]],
  [
    words(
      `Command run kill dlopen exit hostname osRelease osUptime networkInterfaces systemMemoryInfo
      loadavg uid gid UnsafePointer UnsafeFnPointer`,
    ),
    ["none"],
  ],
];

const MODULES: readonly (readonly [pattern: string, rights: readonly Right[]])[] = [
  [words("http https http2 net tls dgram dns dns/promises"), ["net"]],
  [words("fs fs/promises"), ["read", "write"]],
  [words("child_process cluster ffi inspector repl sqlite vm wasi worker_threads os"), ["none"]],
];

const FINDERS: readonly (readonly [pattern: RegExp, rights: readonly Right[]])[] = [
  ...DENO.map(([names, rights]) =>
    [new RegExp(`\\bDeno\\s*\\.\\s*(?:${names})\\b`, "g"), rights] as const
  ),
  ...MODULES.map(([names, rights]) =>
    [new RegExp(`["']node:(?:${names})["']`, "g"), rights] as const
  ),
  [/(?<![.\w])(?:fetch(?=\s*\()|new\s+(?:WebSocket|EventSource)\b)/g, ["net"]],
  [/\bprocess\s*\.\s*env\b/g, ["env"]],
  [/(?<![.\w])new\s+Worker\b/g, ["none"]],
];

/** What a module needs, in the order of its lines. Comments say nothing. */
export function rightsUsed(code: string): readonly RightUse[] {
  const text = withoutComments(code);
  const uses: RightUse[] = [];
  for (const [pattern, rights] of FINDERS) {
    for (const { 0: word, index } of text.matchAll(pattern)) {
      const line = text.slice(0, index).split("\n").length;
      uses.push({ line, word: word.replace(/\s+/g, " "), rights });
    }
  }
  return uses.sort((a, b) => a.line - b.line);
}

/**
 * Lines stay where they are. Texts are looked at together with comments, so that none begins within one; what has
 * no end goes to the end of everything, so that nothing is looked at twice.
 */
function withoutComments(code: string): string {
  return code.replace(
    /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\[^])*`?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g,
    (part) => part.startsWith("/") ? part.replace(/[^\n]/g, "") : part,
  );
}

/** What a plugin's files need and its manifest does not ask for, and the other way round. */
export function compareRights(
  files: ReadonlyMap<string, string>,
  asked: Permissions,
): { readonly missing: readonly string[]; readonly unused: readonly string[] } {
  const missing: string[] = [];
  const used = new Set<Right>();
  for (const [path, code] of files) {
    for (const { line, word, rights } of rightsUsed(code)) {
      for (const right of rights) used.add(right);
      const where = `${path}:${line}: ${word}`;
      if (rights[0] === "none") missing.push(`${where} needs what no isolated plugin is given`);
      else if (!rights.some((right) => right !== "none" && (asked[right] ?? []).length > 0)) {
        const names = rights.map((right) => `"${right}"`).join(" or ");
        missing.push(`${where} needs ${names}, which plugin.json does not ask for`);
      }
    }
  }
  const kinds = Object.keys(asked) as (keyof Permissions)[];
  const unused = kinds.filter((kind) => (asked[kind] ?? []).length > 0 && !used.has(kind))
    .map((kind) => `plugin.json asks for "${kind}", and nothing in the code seems to use it`);
  return { missing, unused };
}
