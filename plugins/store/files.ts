/**
 * The files of a store: the only place that touches them.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { MeanderError, reasonOf, show } from "../../operators/contract/fault.ts";

/** What a store asks of its folder. Paths are relative to it, with `/`, and made of checked names only. */
export interface StoreFiles {
  /** For people: where it is. */
  readonly where: string;
  /** The whole file; `undefined` when there is none. Refuses one of more bytes than `most`. */
  read(path: string, most: number): Uint8Array<ArrayBuffer> | undefined;
  /** Puts a file in the place of what was there. Whatever happens, the old or the new one is there, whole. */
  write(path: string, bytes: Uint8Array): void;
  /** The names in a folder; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** Deletes a file, if it is there. */
  remove(path: string): void;
  /**
   * Calls back while nobody else does.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when somebody else is at it.
   */
  exclusively<T>(task: () => T): T;
}

/** The end of the names of files that are being written. */
export const PARTIAL = ".partial";

/** The store in a folder, which is made when something is written. */
export function diskFiles(folder: string): StoreFiles {
  return new DiskFiles(folder);
}

class DiskFiles implements StoreFiles {
  readonly where: string;

  constructor(folder: string) {
    this.where = folder;
  }

  read(path: string, most: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#trying("read", path, () => {
      const full = join(this.where, path);
      const size = orNothing(() => statSync(full).size);
      if (size === undefined) return undefined;
      if (size > most) throw new Error(`it has ${size} bytes, more than ${most}`);
      return orNothing(() => new Uint8Array(readFileSync(full)));
    });
  }

  /** The temporary file has one name: there is one writer, and what a dead one left is written over. */
  write(path: string, bytes: Uint8Array): void {
    this.#trying("write", path, () => {
      const full = join(this.where, path);
      mkdirSync(dirname(full), { recursive: true });
      const file = openSync(full + PARTIAL, "w", 0o600);
      try {
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        for (let at = 0; at < buffer.length;) at += writeSync(file, buffer, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(full + PARTIAL, full);
      // The new name is on disk only when the folder is.
      const parent = openSync(dirname(full), "r");
      try {
        fsyncSync(parent);
      } finally {
        closeSync(parent);
      }
    });
  }

  list(folder: string): readonly string[] {
    return this.#trying(
      "list",
      folder,
      () => orNothing(() => readdirSync(join(this.where, folder))) ?? [],
    );
  }

  remove(path: string): void {
    this.#trying("remove", path, () => rmSync(join(this.where, path), { force: true }));
  }

  /** The system's lock on a file: it ends with the process that holds it, however that ends. */
  exclusively<T>(task: () => T): T {
    const file = this.#trying("write", ".lock", () => {
      mkdirSync(this.where, { recursive: true, mode: 0o700 });
      return Deno.openSync(join(this.where, ".lock"), { create: true, write: true, mode: 0o600 });
    });
    try {
      if (!file.tryLockSync(true)) {
        throw new MeanderError(
          "MEANDER_PLUGIN_STORE",
          `Cannot change the store at ${show(this.where)}: another process does`,
          { where: this.where, hint: "Try again when it is done" },
        );
      }
      return task();
    } finally {
      file.close();
    }
  }

  #trying<T>(what: string, path: string, task: () => T): T {
    try {
      return task();
    } catch (error) {
      if (MeanderError.is(error)) throw error;
      const full = join(this.where, path);
      throw new MeanderError(
        "MEANDER_PLUGIN_STORE",
        `Cannot ${what} ${show(full)} of the store: ${reasonOf(error)}`,
        { where: full, cause: error },
      );
    }
  }
}

function orNothing<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}
