/**
 * Checks what concerns more than one file or no syntax tree at all: the size of files, files that
 * nothing reaches, and permissions in documents. The rules on code are in lint.ts.
 */

import { resolveFrom } from "./rooms.ts";

const maxLines = 400;

/** Files that may be longer, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

const ignoredFolders = [".git", "node_modules", ".dist", ".doc", ".test", "target", "scratch"];

/** What the outside starts: everything else has to be reached from here. */
export function isEntry(path: string): boolean {
  return /^(mod|plugin|specs|testing|cli)\.ts$/.test(path) ||
    /^(bench|_tools)\/[^/]+\.ts$/.test(path) ||
    path.startsWith("examples/") ||
    path.endsWith(".test.ts");
}

/** Files that the text names: an import, a worker's URL, a task. Comments do not keep alive. */
export function filesNamedIn(path: string, text: string): string[] {
  const code = text.split("\n").filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line)).join("\n");
  const quoted = [...code.matchAll(/["'`](\.{1,2}\/[^"'`\n]+\.ts)["'`]/g)]
    .map((match) => resolveFrom(path, match[1]!));
  // deno.json names files relative to the root, inside of longer commands too.
  const named = path === "deno.json"
    ? [...text.matchAll(/[\w./-]+\.ts\b/g)].map((match) => match[0])
    : [];
  return [...quoted, ...named];
}

/** Files that no entry reaches. */
export function deadFiles(files: ReadonlyMap<string, string>): string[] {
  const reached = new Set(["deno.json", ...[...files.keys()].filter(isEntry)]);
  // A set may grow while it is iterated, which makes it the queue as well.
  for (const path of reached) {
    for (const next of filesNamedIn(path, files.get(path) ?? "")) {
      if (files.has(next)) reached.add(next);
    }
  }
  return [...files.keys()].filter((path) => path.endsWith(".ts") && !reached.has(path))
    .map((path) => `${path}: nothing reaches it. Delete it, or import it where it is needed`);
}

/** A file longer than the limit and not excused. */
export function sizeProblem(path: string, text: string): string[] {
  const lines = text.trimEnd().split("\n").length;
  if (!path.endsWith(".ts") || lines <= maxLines || path in longFiles) return [];
  return [`${path}: ${lines} lines, more than ${maxLines}. Split it where it changes its subject`];
}

/** All permissions at once, in anything that a reader may copy. */
export function permissionProblems(path: string, text: string): string[] {
  if (!/\.(md|json|ya?ml)$/.test(path) && !path.startsWith(".ci/")) return [];
  return text.split("\n").flatMap((line, index) =>
    /\bdeno\b.*\s(-A|--allow-all)\b/.test(line)
      ? [`${path}:${index + 1}: every permission at once. Name those that are needed`]
      : []
  );
}

function readFiles(folder: string, files: Map<string, string>): Map<string, string> {
  for (const entry of Deno.readDirSync(folder === "" ? "." : folder)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory && !ignoredFolders.includes(entry.name)) readFiles(path, files);
    const isText = /\.(ts|md|json|ya?ml)$/.test(path) || path.startsWith(".ci/");
    if (entry.isFile && isText) files.set(path, Deno.readTextFileSync(path));
  }
  return files;
}

if (import.meta.main) {
  const files = readFiles("", new Map());
  const problems = [
    ...deadFiles(files),
    ...[...files].flatMap(([path, text]) => [
      ...sizeProblem(path, text),
      ...permissionProblems(path, text),
    ]),
  ];
  for (const problem of problems) console.error(problem);
  console.log(`${files.size} files, ${problems.length} problems`);
  if (problems.length > 0) Deno.exit(1);
}
