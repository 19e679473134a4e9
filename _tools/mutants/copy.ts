/**
 * Copies of a folder of modules in memory: nothing is written, so mutants need no permission to
 * write and cannot stay behind in the tree.
 */

/** One change of one file's text. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The texts with edits made. Each must match exactly once: otherwise the mutant is out of date. */
export function edited(
  texts: ReadonlyMap<string, string>,
  edits: readonly Edit[],
): Map<string, string> {
  const result = new Map(texts);
  for (const { file, find, replace } of edits) {
    const parts = (result.get(file) ?? "").split(find);
    if (parts.length !== 2) {
      throw new Error(
        `cannot edit ${file}: ${JSON.stringify(find)} occurs ${parts.length - 1} times, ` +
          "must occur once",
      );
    }
    result.set(file, parts.join(replace));
  }
  return result;
}

/**
 * Makes every module a blob and returns the URL of the entry. A blob's imports must be absolute, so
 * that each module is made after those that it imports; imports of types alone may be circular and
 * are taken out.
 */
export function publish(texts: ReadonlyMap<string, string>, entry: string): string {
  const urls = new Map<string, string>();
  const visit = (file: string): string => {
    const known = urls.get(file);
    if (known !== undefined) return known;
    const text = texts.get(file);
    if (text === undefined) throw new Error(`${file} is imported and does not exist`);
    const code = text
      .replaceAll(/^import type [^;]*;$/gm, "")
      .replaceAll(/(from ")\.\/([^"]+)(";)/g, (_, before, name, after) => {
        return before + visit(name) + after;
      });
    const url = URL.createObjectURL(new Blob([code], { type: "application/typescript" }));
    urls.set(file, url);
    return url;
  };
  return visit(entry);
}
