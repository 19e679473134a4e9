/**
 * Names of files that come from outside: which of them may become files, and which of them clash.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";

/** The files of a plugin in memory, by path with `/`. */
export type SourceTree = ReadonlyMap<string, Uint8Array>;

/** No plugin has more files. */
export const MOST_FILES = 2000;
/** Nor more bytes in them. */
export const MOST_BYTES: number = 64 * 2 ** 20;

const MOST_PATH = 240;
const MOST_PART = 120;
const MOST_DEPTH = 16;
/** No percent sign, since an address decodes it, and nothing that a shell, a drive or a terminal takes for its own. */
const PART = /^[A-Za-z0-9._@+,=~()\[\]$#! -]+$/;
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Why a path may not become a file below a folder, or undefined when it may. */
export function pathProblem(path: string): string | undefined {
  if (path.length > MOST_PATH) return `its name has more than ${MOST_PATH} characters`;
  if (path === "") return "it has no name";
  if (path.startsWith("/")) return "its path is absolute";
  const parts = path.split("/");
  if (parts.length > MOST_DEPTH) return `it lies more than ${MOST_DEPTH} folders deep`;
  for (const part of parts) {
    if (part === "") return "a part of its path is empty";
    if (part === "." || part === "..") return `its path has ${show(part)}`;
    if (part.length > MOST_PART) return `a part of its path has more than ${MOST_PART} characters`;
    if (!PART.test(part)) return "its path has other characters than letters, digits and .-_@+,=~";
    if (/[. ]$/.test(part) || part.startsWith(" ")) {
      return "a part of its path ends in . or a space";
    }
    if (DEVICE.test(part)) return "a part of its path is a device on some systems";
  }
  return undefined;
}

/** Collects files as long as they are few, small, well named, and each is another one on every system. */
export class TreeBuilder {
  readonly #files = new Map<string, Uint8Array>();
  /** All paths, those of folders too, as a system sees them that does not tell capitals apart. */
  readonly #folded = new Map<string, { readonly path: string; readonly isFile: boolean }>();
  readonly #where: string;
  #bytes = 0;

  /** Of what is named `where` when something is wrong. */
  constructor(where: string) {
    this.#where = where;
  }

  /** What was collected. */
  get tree(): SourceTree {
    return this.#files;
  }

  /**
   * Adds a file.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_ARCHIVE` when it must not be.
   */
  file(path: string, bytes: Uint8Array): void {
    this.#enter(path, true);
    this.#bytes += bytes.length;
    if (this.#files.size >= MOST_FILES) {
      this.refuse(path, `there are more than ${MOST_FILES} files`);
    }
    if (this.#bytes > MOST_BYTES) this.refuse(path, `it is more than ${MOST_BYTES} bytes by then`);
    this.#files.set(path, bytes);
  }

  /** Notes a folder, so that no file has its name. */
  folder(path: string): void {
    this.#enter(path, false);
    if (this.#folded.size > 2 * MOST_FILES) this.refuse(path, "there are too many folders");
  }

  /** Throws, about one of its files. */
  refuse(path: string, why: string): never {
    throw new MeanderError(
      "MEANDER_PLUGIN_ARCHIVE",
      `Cannot take file ${show(path)} of ${show(this.#where)}: ${why}`,
      { where: path },
    );
  }

  #enter(path: string, isFile: boolean): void {
    const problem = pathProblem(path);
    if (problem !== undefined) this.refuse(path, problem);
    const parts = path.split("/");
    for (let n = 1; n <= parts.length; n++) {
      const prefix = parts.slice(0, n).join("/");
      const asFile = isFile && n === parts.length;
      const there = this.#folded.get(prefix.toLowerCase());
      if (there === undefined) {
        this.#folded.set(prefix.toLowerCase(), { path: prefix, isFile: asFile });
      } else if (there.path !== prefix) {
        this.refuse(path, `it differs from ${show(there.path)} in capitals only`);
      } else if (asFile) this.refuse(path, "it is there twice");
      else if (there.isFile) this.refuse(path, `${show(prefix)} is a file as well`);
    }
  }
}
