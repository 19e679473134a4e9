/**
 * Events into a file, line by line.
 *
 * @module
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { fileError } from "../../connectors/file_source.ts";
import { MeanderError } from "../../contract/fault.ts";
import { refusal } from "../event_log.ts";
import type { EventSink, LogEvent } from "../event.ts";
import { LogState } from "../log_state.ts";
import { HEADER, linesOf } from "./log_lines.ts";

/** Text that is collected before it is written, in UTF-16 units. */
const MUCH = 1 << 16;

/** A file that is written to from its beginning. Whatever throws says why. */
export interface OpenFile {
  /** Writes some of the bytes, from the first on; returns how many. */
  write(bytes: Uint8Array): number;
  /** Returns when what was written is on the disk. */
  sync(): void;
  close(): void;
}

/**
 * Opens a file of the file system. One that is there is left alone, or begun anew with `overwrite`.
 *
 * @throws {MeanderError} `MEANDER_WRITE` when it cannot be written.
 */
export function openFile(path: string, overwrite: boolean): OpenFile {
  try {
    const file = openSync(path, overwrite ? "w" : "wx");
    return {
      write: (bytes) => writeSync(file, bytes),
      sync: () => fsyncSync(file),
      close: () => closeSync(file),
    };
  } catch (error) {
    if (!isThere(error)) throw fileError("write", path, error);
    throw new MeanderError("MEANDER_WRITE", `Cannot write "${path}": there is such a file`, {
      where: path,
      cause: error,
      hint: "Remove it, or say overwrite: true",
    });
  }
}

function isThere(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === "EEXIST" || name === "AlreadyExists";
}

/**
 * Writes one log. It waits until the system has taken what it writes, so that a capture is never ahead of its
 * file, and memory stays as it is. With every progress the file is as far as the log: whoever is killed leaves
 * whole lines, and at most the last one cut off.
 */
export class LogWriter implements EventSink {
  readonly #path: string;
  readonly #file: OpenFile;
  readonly #state = new LogState();
  #text = `${HEADER}\n`;
  #events = 0;
  #isOpen = true;

  /** Takes charge of the file. */
  constructor(path: string, file: OpenFile) {
    this.#path = path;
    this.#file = file;
  }

  push(event: LogEvent): void {
    const problem = this.#isOpen ? this.#state.take(event) : "it was ended";
    this.#events++;
    if (problem !== undefined) throw refusal(this.#path, this.#events, problem);
    this.#text += linesOf(event);
    if (event.kind === "progress" || this.#text.length > MUCH) this.#write();
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#write();
    this.#isOpen = false;
    try {
      if (this.#state.isComplete) this.#file.sync();
    } catch (error) {
      throw fileError("write", this.#path, error);
    } finally {
      this.#file.close();
    }
  }

  #write(): void {
    let bytes = new TextEncoder().encode(this.#text);
    this.#text = "";
    try {
      while (bytes.length > 0) bytes = bytes.subarray(this.#file.write(bytes));
    } catch (error) {
      // Whole lines behind a piece of one would make nonsense of it.
      this.#isOpen = false;
      this.#file.close();
      throw fileError("write", this.#path, error);
    }
  }
}
