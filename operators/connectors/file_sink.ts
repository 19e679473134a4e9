/**
 * Text into files, so that a file that has its name is whole.
 *
 * @module
 */
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { fileError } from "./file_source.ts";

/** Text that may wait before its sender is asked to wait. */
const MUCH = 1 << 20;

/**
 * Collects text while earlier text is written, so that many small pieces are one write. Text is handed over in
 * whole pieces, in order.
 */
export class TextQueue {
  readonly #write: (text: string) => Promise<void>;
  #waiting: string[] = [];
  #length = 0;
  #writing: Promise<void> | null = null;
  #fault: { readonly error: unknown } | null = null;

  /** `write` is called with one text at a time. */
  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  /** Adds text; resolves when more may come, `undefined` when it may at once. Throws what `write` threw. */
  add(text: string): Promise<void> | undefined {
    if (this.#fault !== null) throw this.#fault.error;
    this.#waiting.push(text);
    this.#length += text.length;
    this.#writing ??= this.#drain();
    return this.#length > MUCH ? this.flush() : undefined;
  }

  /** Resolves when everything was written. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#fault !== null) throw this.#fault.error;
  }

  /** Leaves out what waits; resolves when what is being written was written, so that no line is torn. */
  async leave(): Promise<void> {
    this.#waiting = [];
    this.#length = 0;
    await this.#writing;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const text = this.#waiting.length === 1 ? this.#waiting[0] : this.#waiting.join("");
        this.#waiting = [];
        this.#length = 0;
        await this.#write(text);
      }
    } catch (error) {
      this.#fault = { error };
    } finally {
      this.#writing = null;
    }
  }
}

/**
 * A file that is written beside its place, under the name `PATH.partial`, and gets its name when it is finished:
 * a crash leaves the last finished file as it was, and whole lines in the other.
 */
export class FileSink {
  /** Its path. */
  readonly name: string;
  readonly #file: FileHandle;
  readonly #queue: TextQueue;
  readonly #partial: string;
  #end: Promise<void> | undefined;

  private constructor(path: string, partial: string, file: FileHandle) {
    this.name = path;
    this.#file = file;
    this.#partial = partial;
    this.#queue = new TextQueue(async (text) => {
      await file.appendFile(text).catch((error) => {
        throw fileError("write", this.#partial, error);
      });
    });
  }

  /**
   * Opens it, and empties what a crash has left.
   *
   * @throws {MeanderError} `MEANDER_WRITE` when it cannot be written.
   */
  static async open(path: string): Promise<FileSink> {
    // A pipe or device is written as it is: nothing could take its place.
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      // What is not there will be a file; what may not be looked at may not be written either, and says so.
      (error) => (error as Error).name !== "NotCapable",
    );
    const partial = isFile ? partialPath(path) : path;
    const file = await open(partial, "w").catch((error) => {
      throw fileError("write", partial, error);
    });
    return new FileSink(path, partial, file);
  }

  /** Whole lines. */
  write(text: string): Promise<void> | undefined {
    return this.#queue.add(text);
  }

  /** Puts it into its place once everything is on the disk. Whatever ends it first is what ends it. */
  finish(): Promise<void> {
    return this.#end ??= this.#finish();
  }

  async #finish(): Promise<void> {
    const isInPlace = this.#partial === this.name;
    try {
      await this.#queue.flush();
      if (!isInPlace) await this.#file.sync();
    } finally {
      await this.#file.close();
    }
    if (isInPlace) return;
    await rename(this.#partial, this.name).catch((error) => {
      throw fileError("write", this.name, error);
    });
  }

  /** Leaves what was written under the other name. */
  abandon(): Promise<void> {
    return this.#end ??= this.#abandon();
  }

  async #abandon(): Promise<void> {
    await this.#queue.leave();
    await this.#file.close().catch(() => {});
  }
}

/** Where a file is written until it is finished. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}
