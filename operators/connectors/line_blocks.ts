/**
 * The layer under all decoders: from bytes, cut anywhere, to blocks of whole lines of checked UTF-8.
 *
 * @module
 */
import { faultOf, isUtf16, type LineFault, lossyStart } from "./utf8.ts";
import { UnreadableInput } from "./format.ts";

/** Whole lines, each ended by LF. Bytes and text say the same. The bytes are reused after the call. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The number of the first line, from 1. */
  readonly line: number;
}

/** Takes the lines in their order. */
export interface BlockSink {
  /** Lines that are text; returns how many they are. */
  block(block: Block): number;
  /** One line that is no proper text; what is wrong in it is U+FFFD or NUL in the block. */
  faulty(block: Block, fault: LineFault): void;
  /** One line that is longer than the limit; `start` is how it begins. */
  tooLong(line: number, start: string): void;
}

// Small enough for the cache of a core, large enough that a call costs nothing beside the work.
const PIECE = 128 * 1024;
const LF = 10;

/** Makes lines of bytes. Nothing depends on where the bytes are cut but when a line is handed on. */
export class LineBlocks {
  readonly #sink: BlockSink;
  readonly #maxLineBytes: number;
  // A byte order mark in the middle of the input is a character like any other.
  readonly #strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of a line whose end has not come yet. */
  #held = new Uint8Array(1024);
  #heldLength = 0;
  #line = 1;
  #started = false;
  /** Inside of a line that was too long and has been reported. */
  #skipping = false;

  /** Lines with more bytes than this, LF not counted, are too long. */
  constructor(maxLineBytes: number, sink: BlockSink) {
    this.#maxLineBytes = maxLineBytes;
    this.#sink = sink;
  }

  /** How many lines have begun. */
  get lines(): number {
    return this.#line - 1 + (this.#heldLength > 0 || this.#skipping ? 1 : 0);
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE) this.#take(chunk.subarray(at, at + PIECE));
  }

  /** Ends the last line. */
  finish(): void {
    if (!this.#started) {
      this.#start(true);
      this.#take(this.#takeHeld());
    }
    if (this.#skipping) {
      this.#skipping = false;
      this.#line++;
    }
    if (this.#heldLength === 0) return;
    this.#hold(Uint8Array.of(LF));
    this.#deliverHeld();
  }

  #take(piece: Uint8Array): void {
    let rest = piece;
    if (!this.#started) {
      this.#hold(rest);
      if (!this.#start(false)) return;
      rest = this.#takeHeld();
    }
    if (this.#skipping) {
      const end = rest.indexOf(LF);
      if (end < 0) return;
      this.#skipping = false;
      this.#line++;
      rest = rest.subarray(end + 1);
    }
    const end = rest.lastIndexOf(LF) + 1;
    if (end > 0) {
      if (this.#heldLength > 0) {
        this.#hold(rest.subarray(0, end));
        this.#deliverHeld();
      } else this.#deliver(rest.subarray(0, end));
    }
    this.#hold(rest.subarray(end));
    if (this.#heldLength <= this.#maxLineBytes) return;
    this.#sink.tooLong(this.#line, lossyStart(this.#held, this.#maxLineBytes));
    this.#skipping = true;
    this.#heldLength = 0;
  }

  #takeHeld(): Uint8Array {
    const bytes = this.#held.slice(0, this.#heldLength);
    this.#heldLength = 0;
    return bytes;
  }

  #hold(bytes: Uint8Array): void {
    const length = this.#heldLength + bytes.length;
    if (length > this.#held.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldLength);
    this.#heldLength = length;
  }

  /**
   * Looks at the first bytes, as soon as they can tell: with two of them that are plain text there is no
   * mark and no UTF-16, else four are needed. Returns whether that is done.
   */
  #start(isAll: boolean): boolean {
    const bytes = this.#held.subarray(0, this.#heldLength);
    const isPlain = bytes.length > 1 && bytes[0] > 0 && bytes[0] < 0xef && bytes[1] > 0;
    if (!isPlain && bytes.length < 4 && !isAll) return false;
    this.#started = true;
    if (isUtf16(bytes)) {
      throw new UnreadableInput(
        1,
        "is UTF-16, and only UTF-8 can be read",
        "Convert it first, as `iconv -f utf-16 -t utf-8` does",
      );
    }
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      this.#held.copyWithin(0, 3, this.#heldLength);
      this.#heldLength -= 3;
    }
    return true;
  }

  #deliverHeld(): void {
    const length = this.#heldLength;
    this.#heldLength = 0;
    this.#deliver(this.#held.subarray(0, length));
  }

  #deliver(bytes: Uint8Array): void {
    const text = bytes.length <= this.#maxLineBytes ? this.#decode(bytes) : undefined;
    if (text === undefined) this.#deliverLines(bytes);
    else this.#line += this.#sink.block({ bytes, text, line: this.#line });
  }

  /** The text, or undefined when a line of it is faulty. */
  #decode(bytes: Uint8Array): string | undefined {
    if (bytes.indexOf(0) >= 0) return undefined;
    try {
      return this.#strict.decode(bytes);
    } catch {
      return undefined;
    }
  }

  /** Finds the faulty lines, and hands on those between them together. */
  #deliverLines(bytes: Uint8Array): void {
    let good = 0;
    const flush = (end: number) => {
      if (end === good) return;
      const lines = bytes.subarray(good, end);
      const text = this.#strict.decode(lines);
      this.#line += this.#sink.block({ bytes: lines, text, line: this.#line });
    };
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(LF, at) + 1;
      const line = bytes.subarray(at, end);
      const isTooLong = end - 1 - at > this.#maxLineBytes;
      if (isTooLong || this.#decode(line) === undefined) {
        flush(at);
        good = end;
        if (isTooLong) this.#sink.tooLong(this.#line, lossyStart(line, this.#maxLineBytes));
        else this.#deliverFaulty(line);
        this.#line++;
      }
      at = end;
    }
    flush(bytes.length);
  }

  #deliverFaulty(line: Uint8Array): void {
    const text = this.#lossy.decode(line);
    // Bytes and text of a block have to say the same.
    const bytes = new TextEncoder().encode(text);
    this.#sink.faulty({ bytes, text, line: this.#line }, faultOf(line));
  }
}
