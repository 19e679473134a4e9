/**
 * Files of a directory for what has no room in memory.
 *
 * @module
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../../connectors/file_source.ts";
import { type SpillDirectory, type SpillFile, SpillRefusal } from "../spill_file.ts";

/** So many names are tried; all taken means that something else is wrong. */
const NAMES = 100_000;

/** A directory of the file system. Whether it is there and may be written to shows with the first file. */
export function directoryAt(path: string): SpillDirectory {
  return { name: path, open: () => new OpenFile(path) };
}

/**
 * A file that has no name as soon as it is open, so that nothing is left of it however the process ends.
 * Where the system keeps the names of open files, it is removed when it is closed.
 */
class OpenFile implements SpillFile {
  readonly #directory: string;
  readonly #file: number;
  /** Its name, as long as it has one. */
  #path: string | null;

  constructor(directory: string) {
    this.#directory = directory;
    const { file, path } = this.#asking(() => opened(directory));
    this.#file = file;
    this.#path = removed(path) ? null : path;
  }

  write(bytes: Uint8Array, at: number): number {
    return this.#asking(() => writeSync(this.#file, bytes, 0, bytes.length, at));
  }

  read(into: Uint8Array, at: number): number {
    return this.#asking(() => readSync(this.#file, into, 0, into.length, at));
  }

  close(): void {
    closeSync(this.#file);
    if (this.#path !== null) removed(this.#path);
    this.#path = null;
  }

  #asking<R>(what: () => R): R {
    try {
      return what();
    } catch (error) {
      throw refusal(this.#directory, error);
    }
  }
}

/** A new file that nobody else can read, under the first name that is free. */
function opened(directory: string): { readonly file: number; readonly path: string } {
  for (let n = 0;; n++) {
    const path = join(directory, `meander-spill-${n}.tmp`);
    try {
      return { file: openSync(path, "wx+", 0o600), path };
    } catch (error) {
      if (!isTaken(error) || n === NAMES) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === "EEXIST" || name === "AlreadyExists";
}

function removed(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function refusal(directory: string, error: unknown): SpillRefusal {
  if ((error as { name?: unknown } | null)?.name === "NotCapable") {
    return new SpillRefusal(
      "Deno was not given the rights to read and to write there",
      `Start with --allow-read=${directory} --allow-write=${directory}`,
      error,
    );
  }
  const [why, hint] = reasonOf("write", join(directory, "file"), error);
  return new SpillRefusal(why, hint, error);
}
