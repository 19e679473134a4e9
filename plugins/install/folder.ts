/**
 * The files of a plugin in a folder, and which files of a plugin matter at all.
 *
 * @module
 */
import type { SourceFiles } from "./disk.ts";
import { MOST_BYTES, type SourceTree, TreeBuilder } from "./paths.ts";

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx|json|txt)$/;
const PAPER = /^(?:readme|license|licence|notice)(?:\.(?:md|txt))?$/i;
/** Of tools, or of the author alone. */
const IGNORED = [
  "node_modules",
  "deno.lock",
  "package-lock.json",
  "tsconfig.json",
  "jsconfig.json",
];

/** Whether a file belongs to what is packed and bundled; tests, hidden files and locks do not. */
export function belongs(path: string): boolean {
  const parts = path.split("/");
  const name = parts[parts.length - 1];
  if (parts.some((part) => part.startsWith(".") || IGNORED.includes(part))) return false;
  if (/[._]test\.[cm]?[jt]sx?$/.test(name)) return false;
  return SOURCE.test(name) || parts.length === 1 && PAPER.test(name);
}

/** Those files of a plugin that belong to it. */
export function onlyBelonging(tree: SourceTree): SourceTree {
  return new Map([...tree].filter(([path]) => belongs(path)));
}

/**
 * Reads the files of a folder that belong to a plugin.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_ARCHIVE` for a link or a name that could not be packed.
 */
export function readFolder(files: SourceFiles, folder: string): SourceTree {
  const builder = new TreeBuilder(folder);
  const visit = (path: string): void => {
    const names = [...files.list(path === "" ? folder : `${folder}/${path}`)]
      .sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { name, kind } of names) {
      const inner = path === "" ? name : `${path}/${name}`;
      if (name.startsWith(".") || IGNORED.includes(name)) continue;
      if (kind === "folder") {
        builder.folder(inner);
        visit(inner);
      } else if (kind === "link") builder.refuse(inner, "it is a symbolic link");
      else if (belongs(inner)) {
        if (kind !== "file") builder.refuse(inner, "it is no regular file");
        builder.file(inner, files.read(`${folder}/${inner}`, MOST_BYTES));
      }
    }
  };
  visit("");
  return builder.tree;
}
