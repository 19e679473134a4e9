/**
 * Files of plugins before they are installed: folders and archives that people name, and the folder in which
 * a plugin is put together. The only place of this room that touches them.
 *
 * @module
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MeanderError, reasonOf, show } from "../../operators/contract/fault.ts";
import { pathProblem, type SourceTree } from "./paths.ts";

/** What a name in a folder is. */
export type EntryKind = "file" | "folder" | "link" | "other";

/** What installing asks of the system's files. */
export interface SourceFiles {
  /** The absolute path, with links in what is there of it followed. */
  resolve(path: string): string;
  /** What lies at a path, links followed; `undefined` when nothing does. */
  kindOf(path: string): "file" | "folder" | undefined;
  /** What lies in a folder; links are not followed. */
  list(path: string): readonly { readonly name: string; readonly kind: EntryKind }[];
  /** The bytes of a file that is no link. Refuses more than `most`. */
  read(path: string, most: number): Uint8Array<ArrayBuffer>;
  /** Writes files into a fresh folder; what it returns is to be removed. */
  stage(files: SourceTree): Staging;
}

/** A folder in which a plugin is put together. */
export interface Staging {
  /** Absolute, links followed. */
  readonly folder: string;
  /** Writes a file of ours over what is there. */
  write(path: string, bytes: Uint8Array): void;
  /** Deletes it with all that is in it. */
  remove(): void;
}

/** The files of this system; folders to work in are made in `scratch`. */
export function systemFiles(scratch: string): SourceFiles {
  return {
    resolve: resolvePath,
    kindOf(path) {
      try {
        const found = statSync(path);
        return found.isDirectory() ? "folder" : found.isFile() ? "file" : undefined;
      } catch {
        return undefined;
      }
    },
    list: (path) =>
      trying("list", path, () =>
        readdirSync(path, { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          kind: entry.isSymbolicLink()
            ? "link"
            : entry.isDirectory()
            ? "folder"
            : entry.isFile()
            ? "file"
            : "other",
        }))),
    read: (path, most) => trying("read", path, () => readPlain(path, most)),
    stage: (files) => trying("write", scratch, () => stage(scratch, files)),
  };
}

function resolvePath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(resolvePath(parent), full.slice(parent.length));
  }
}

/**
 * What was opened has to be what lies there itself: a link that was put there since leads to something else.
 * O_NOFOLLOW would not tell, since the runtime follows links itself where it holds paths against permissions.
 */
function readPlain(path: string, most: number): Uint8Array<ArrayBuffer> {
  const there = lstatSync(path);
  if (there.isSymbolicLink()) throw new Error("it is a link");
  if (!there.isFile()) throw new Error("it is no regular file");
  // A pipe that took its place must not be waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { dev, ino, size } = fstatSync(file);
    if (dev !== there.dev || ino !== there.ino) {
      throw new Error("it was exchanged while it was read");
    }
    if (size > most) throw new Error(`it has ${size} bytes, more than ${most}`);
    return new Uint8Array(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

function stage(scratch: string, files: SourceTree): Staging {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const folder = realpathSync(mkdtempSync(join(scratch, "staging-")));
  const staging: Staging = {
    folder,
    write: (path, bytes) => trying("write", path, () => writeFileSync(join(folder, path), bytes)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  try {
    for (const [path, bytes] of files) {
      // Checked when it came in, and once more where it matters.
      const problem = pathProblem(path);
      if (problem !== undefined) {
        throw new Error(`${show(path)} is no path of a plugin: ${problem}`);
      }
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes, { flag: "wx", mode: 0o600 });
    }
    return staging;
  } catch (error) {
    staging.remove();
    throw error;
  }
}

function trying<T>(what: string, path: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (MeanderError.is(error)) throw error;
    throw new MeanderError(
      "MEANDER_PLUGIN_FILE",
      `Cannot ${what} ${show(path, 300)}: ${reasonOf(error)}`,
      { where: path, cause: error },
    );
  }
}
