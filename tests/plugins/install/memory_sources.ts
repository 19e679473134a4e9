/** Folders and archives in memory. A value of `null` is a link, `undefined` a pipe. */
import type { EntryKind, SourceFiles } from "../../../plugins/install/disk.ts";

export function memorySources(
  disk: Readonly<Record<string, string | Uint8Array | null | undefined>>,
): SourceFiles {
  const below = (path: string): string[] =>
    Object.keys(disk).filter((each) => each.startsWith(`${path}/`));
  const kindIn = (path: string): EntryKind => {
    if (!Object.hasOwn(disk, path)) return "folder";
    return disk[path] === null ? "link" : disk[path] === undefined ? "other" : "file";
  };
  return {
    resolve: (path) => path.startsWith("/") ? path : path === "." ? "/work" : `/work/${path}`,
    kindOf: (path) => {
      if (below(path).length > 0) return "folder";
      return Object.hasOwn(disk, path) ? "file" : undefined;
    },
    list: (path) =>
      [...new Set(below(path).map((each) => each.slice(path.length + 1).split("/")[0]))]
        .map((name) => ({ name, kind: kindIn(`${path}/${name}`) })),
    read: (path) => {
      const value = disk[path];
      if (value === null || value === undefined) throw new Error(`${path} is no file`);
      return new Uint8Array(typeof value === "string" ? new TextEncoder().encode(value) : value);
    },
    stage: () => {
      throw new Error("nothing is bundled here");
    },
  };
}
