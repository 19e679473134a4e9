/**
 * Strings of a CSV column, encoded by a dictionary as they are read.
 *
 * @module
 */
import { DictColumn } from "../../batches/data.ts";
import { flatPart } from "./flat.ts";
import { BATCH } from "./format.ts";

/** Bytes and, where they are ASCII, the same as a text with the same places. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly text: string | undefined;
}

// Beyond this a dictionary costs more to keep than to build again.
const MAX_ENTRIES = 65536;
const MAX_BYTES = 16 * 2 ** 20;
// Of so many strings at least, more than half of them new, no dictionary comes.
const TRIAL = 1024;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of bytes that are known to be UTF-8; it keeps nothing else alive. */
export function decodePart({ bytes, text }: Source, start: number, end: number): string {
  if (start === end) return "";
  if (text !== undefined) return flatPart(text, start, end);
  return decoder.decode(bytes.subarray(start, end));
}

/**
 * Looks strings up by their bytes, so that only a string that has not been seen yet is made. Where most
 * strings are new it stops looking up.
 */
export class Dictionary {
  #codes = new Int32Array(BATCH);
  #strings: string[] = [];
  /** Open addressing: code + 1 of the entry, or 0. */
  #slots = new Int32Array(1024);
  #hashes: number[] = [];
  /** The bytes of all entries, and where each begins. */
  #bytes = new Uint8Array(4096);
  #starts: number[] = [0];
  #used = 0;
  #fresh = 0;
  #isPlain = false;

  /** Stores the string that stands in the bytes as that of a row. */
  put(row: number, source: Source, start: number, end: number): void {
    this.#codes[row] = this.#isPlain
      ? this.#strings.push(decodePart(source, start, end)) - 1
      : this.#find(source, start, end);
  }

  /** The first `length` rows as a column. */
  take(length: number): DictColumn {
    const column = new DictColumn(this.#codes.slice(0, length), this.#strings);
    if (length >= TRIAL && this.#fresh > length / 2) this.#isPlain = true;
    this.#fresh = 0;
    if (this.#isPlain) this.#strings = [];
    else if (this.#strings.length > MAX_ENTRIES || this.#used > MAX_BYTES) this.#forget();
    return column;
  }

  #find(source: Source, start: number, end: number): number {
    const { bytes } = source;
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const code = this.#slots[slot] - 1;
      if (code < 0) return this.#add(source, start, end, hash, slot);
      if (this.#hashes[code] === hash && this.#isAt(code, bytes, start, end)) return code;
    }
  }

  #isAt(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[code];
    if (this.#starts[code + 1] - from !== end - start) return false;
    const known = this.#bytes;
    const shift = from - start;
    for (let at = start; at < end; at++) if (known[at + shift] !== bytes[at]) return false;
    return true;
  }

  #add(source: Source, start: number, end: number, hash: number, slot: number): number {
    const code = this.#strings.push(decodePart(source, start, end)) - 1;
    this.#fresh++;
    this.#hashes.push(hash);
    const used = this.#used + end - start;
    if (used > this.#bytes.length) {
      const larger = new Uint8Array(2 * used);
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    this.#bytes.set(source.bytes.subarray(start, end), this.#used);
    this.#used = used;
    this.#starts.push(used);
    this.#slots[slot] = code + 1;
    if (2 * this.#strings.length > this.#slots.length) this.#grow();
    return code;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, code) => {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    });
    this.#slots = slots;
  }

  /** Columns that were taken keep the strings; new ones begin anew. */
  #forget(): void {
    this.#strings = [];
    this.#slots = new Int32Array(1024);
    this.#hashes = [];
    this.#bytes = new Uint8Array(4096);
    this.#starts = [0];
    this.#used = 0;
  }
}
