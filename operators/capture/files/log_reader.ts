/**
 * Events out of a file.
 *
 * @module
 */
import { readFile } from "../../connectors/file_source.ts";
import { MeanderError, reasonOf } from "../../contract/fault.ts";
import type { EventReader, LogEvent } from "../event.ts";
import { LineCutter } from "./line_cutter.ts";
import { eventOf, HEADER, headerOf } from "./log_lines.ts";

/** A first line that is longer is none of ours; other lines may have records of this size, together. */
const LONGEST_HEADER = 1024;
const LONGEST = 256 * 2 ** 20;

/** Gives one piece of a file after the other; each may be overwritten by the next. */
export type Pieces = AsyncGenerator<Uint8Array, void>;

/** Opens a file at its beginning. */
export type ReadPieces = (
  path: string,
  options: { readonly signal: AbortSignal; readonly follow: boolean },
) => Pieces;

/** Reads one log: a piece of the file at a time, one line of it after the other. */
export class LogReader implements EventReader {
  readonly isLive: boolean;
  torn: string | undefined;
  readonly #path: string;
  readonly #abort = new AbortController();
  readonly #pieces: Pieces;
  readonly #cutter = new LineCutter();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #line = 0;
  #isAtEnd = false;
  #isReading = false;
  #fault: { readonly error: unknown } | null = null;
  #ready: (() => void) | null = null;
  #closed: Promise<void> | undefined;

  /** At the beginning of the file. With `follow` it does not end where the file does: more may be written. */
  constructor(path: string, follow: boolean, read: ReadPieces = readFile) {
    this.#path = path;
    this.isLive = follow;
    this.#pieces = read(path, { signal: this.#abort.signal, follow });
  }

  get place(): string {
    return `line ${this.#line}`;
  }

  next(): LogEvent | "wait" | "end" {
    if (this.#fault !== null) throw this.#fault.error;
    for (;;) {
      const line = this.#cutter.next();
      if (line === undefined) break;
      this.#line++;
      if (this.#line > 1) return this.#eventOf(line);
      this.#checkHeader(line);
    }
    this.#checkRest();
    if (!this.#isAtEnd) return "wait";
    if (this.#cutter.rest > 0) this.#tear();
    return "end";
  }

  whenReady(ready: () => void): void {
    this.#ready = ready;
    if (this.#isReading) return;
    this.#isReading = true;
    this.#pieces.next().then(({ done, value }) => {
      if (done === true) this.#isAtEnd = true;
      else this.#cutter.add(value);
    }, (error) => {
      this.#fault = { error };
    }).then(() => {
      this.#isReading = false;
      const told = this.#ready;
      this.#ready = null;
      told?.();
    });
  }

  close(): Promise<void> {
    this.#ready = null;
    this.#abort.abort();
    // What it could not read was said, or nobody wants to know it any more.
    return this.#closed ??= this.#pieces.return().then(() => {}, () => {});
  }

  #eventOf(line: Uint8Array): LogEvent {
    const place = ` at ${this.place}`;
    let text: string;
    try {
      text = this.#decoder.decode(line);
    } catch (error) {
      throw this.#error(place, "it is no UTF-8", error);
    }
    try {
      return eventOf(text);
    } catch (error) {
      const why = error instanceof RangeError ? "it is nested too deeply" : reasonOf(error);
      throw this.#error(place, why, error);
    }
  }

  #checkHeader(line: Uint8Array): void {
    const { kind, problem } = headerOf(shown(line.subarray(0, LONGEST_HEADER)));
    if (kind === "no log") throw this.#error("", problem);
    if (kind === "another version") {
      throw this.#error("", problem, undefined, "Read it with the Meander that wrote it");
    }
  }

  /** A line that has no end yet may be too long to be one, and a first line may be of another kind. */
  #checkRest(): void {
    const { rest } = this.#cutter;
    if (rest > (this.#line === 0 ? LONGEST_HEADER : LONGEST)) {
      const what = this.#line === 0 ? "it is no event log" : "it is too long for a line";
      throw this.#error(
        ` at line ${this.#line + 1}`,
        `${what}: there are ${rest} bytes without an end of line`,
      );
    }
  }

  /** What a kill leaves behind: a beginning of a line. */
  #tear(): void {
    const bytes = this.#cutter.take();
    if (this.#line === 0) {
      if (!HEADER.startsWith(shown(bytes))) this.#checkHeader(bytes);
    }
    this.torn = `line ${this.#line + 1} is cut off after ${bytes.length} bytes`;
  }

  #error(
    place: string,
    why: string,
    cause?: unknown,
    hint = "Give it a file that a capture has written",
  ): MeanderError {
    const what = `Cannot read log "${this.#path}"${place}: ${why}`;
    return new MeanderError("MEANDER_LOG", what, { where: this.#path, cause, hint });
  }
}

/** As text, whatever it is. */
function shown(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
