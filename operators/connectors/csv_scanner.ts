/**
 * Finds the fields of CSV records in bytes, as RFC 4180 says, one record after the other.
 *
 * @module
 */

/** What a scan ended with. */
export type Scan =
  | typeof RECORD
  | typeof BLANK
  | typeof WAITING
  | typeof STRAY_QUOTE
  | typeof AFTER_QUOTE;

/** A record of one or more fields. */
export const RECORD = 0;
/** A line without any content. */
export const BLANK = 1;
/** The bytes end inside of a quoted field; `append` more and scan again. */
export const WAITING = 2;
/** There is a quote inside of a field that does not begin with one; `at` is its place. */
export const STRAY_QUOTE = 3;
/** A closing quote is followed by something else than the field's end; `at` is its place. */
export const AFTER_QUOTE = 4;

/** A field without quotes around it. */
export const PLAIN = 0;
/** One in quotes, which are not part of the content. */
export const QUOTED = 1;
/** One in quotes and with doubled quotes in it. */
export const ESCAPED = 2;

const LF = 10;
const CR = 13;
const QUOTE = 34;

/**
 * Scans a buffer of whole lines. It belongs to the caller until an open field makes the scanner keep the
 * bytes of its record, and `append` puts the next ones behind them.
 */
export class CsvScanner {
  /** The bytes that all places refer to. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the content of each field begins. */
  starts: Int32Array = new Int32Array(16);
  /** Where it ends. */
  ends: Int32Array = new Int32Array(16);
  /** How it is written: `PLAIN`, `QUOTED` or `ESCAPED`. */
  kinds: Uint8Array = new Uint8Array(16);
  /** How many fields the record has. */
  count = 0;
  /** Where the record began. */
  start = 0;
  /** Where the scan is: behind the record, or at a fault. */
  at = 0;
  /** Where the field begins that is open or whose quote is at fault: at its quote. */
  quote = 0;
  /** The opening quote of the first field of the record that goes over several lines, or -1. */
  tall = -1;
  readonly #delimiter: number;
  #store = new Uint8Array(0);
  #length = 0;
  #isOpen = false;

  /** Takes the code of the delimiter, an ASCII character. */
  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /** Whether all bytes have been scanned. */
  get isDone(): boolean {
    return this.at >= this.#length && !this.#isOpen;
  }

  /** Whether a record has begun and waits for more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Puts whole lines behind what is open. */
  append(bytes: Uint8Array): void {
    if (!this.#isOpen) {
      this.bytes = bytes;
      this.#length = bytes.length;
      this.at = 0;
      return;
    }
    const kept = this.#length;
    const length = kept + bytes.length;
    if (length > this.#store.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#store.subarray(0, kept));
      this.#store = larger;
    }
    this.#store.set(bytes, kept);
    this.bytes = this.#store;
    this.#length = length;
  }

  /** Goes on at a place, with a new record. */
  resume(at: number): void {
    this.at = at;
    this.#isOpen = false;
  }

  /** Reads the next record, or goes on in the open one. */
  next(): Scan {
    const { bytes } = this;
    if (this.#isOpen) {
      this.#isOpen = false;
    } else {
      this.start = this.at;
      this.count = 0;
      this.tall = -1;
      const first = bytes[this.at];
      if (first === LF || (first === CR && bytes[this.at + 1] === LF)) {
        this.at += first === LF ? 1 : 2;
        return BLANK;
      }
      const scanned = this.#plainFields();
      if (scanned !== undefined) return scanned;
    }
    for (;;) {
      const end = this.#quotedField();
      if (end !== undefined) return end;
      const scanned = this.#plainFields();
      if (scanned !== undefined) return scanned;
    }
  }

  /** Reads fields up to one in quotes; returns undefined there, with its quote's place kept. */
  #plainFields(): Scan | undefined {
    const { bytes } = this;
    const delimiter = this.#delimiter;
    let { starts, ends, kinds } = this;
    let { at, count } = this;
    for (;;) {
      if (count === starts.length) {
        this.#grow(count);
        ({ starts, ends, kinds } = this);
      }
      const start = at;
      let byte = bytes[at];
      // Every line ends with LF, so that no end of the bytes has to be looked for.
      while (byte !== delimiter && byte !== LF && byte !== QUOTE) byte = bytes[++at];
      starts[count] = start;
      kinds[count] = PLAIN;
      if (byte === delimiter) {
        ends[count++] = at++;
        continue;
      }
      this.count = count;
      if (byte === QUOTE) {
        this.quote = start;
        this.at = at;
        if (at > start) return STRAY_QUOTE;
        starts[count] = this.at = at + 1;
        kinds[count] = QUOTED;
        return undefined;
      }
      ends[count] = at > start && bytes[at - 1] === CR ? at - 1 : at;
      this.count = count + 1;
      this.at = at + 1;
      return RECORD;
    }
  }

  /** Reads the rest of a field in quotes. Returns undefined when another field follows. */
  #quotedField(): Scan | undefined {
    const { bytes } = this;
    const length = this.#length;
    let at = this.at;
    for (;;) {
      let byte = 0;
      while (at < length && (byte = bytes[at]) !== QUOTE) {
        if (byte === LF && this.tall < 0) this.tall = this.quote;
        at++;
      }
      if (at >= length) return this.#keep(at);
      if (bytes[at + 1] !== QUOTE) break;
      this.kinds[this.count] = ESCAPED;
      at += 2;
    }
    this.ends[this.count] = at;
    const after = bytes[at + 1];
    if (after === this.#delimiter || after === LF) {
      this.count++;
      this.at = at + 2;
      return after === LF ? RECORD : undefined;
    }
    if (after === CR && bytes[at + 2] === LF) {
      this.count++;
      this.at = at + 3;
      return RECORD;
    }
    this.at = at + 1;
    return AFTER_QUOTE;
  }

  #grow(count: number): void {
    this.starts = grown(this.starts, new Int32Array(2 * count));
    this.ends = grown(this.ends, new Int32Array(2 * count));
    this.kinds = grown(this.kinds, new Uint8Array(2 * count));
  }

  /** Copies what there is of the open record, since the bytes are the caller's; places move with it. */
  #keep(at: number): Scan {
    const shift = this.start;
    const length = this.#length - shift;
    if (length > this.#store.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.bytes.subarray(shift, this.#length));
      this.#store = larger;
    } else if (this.bytes !== this.#store) {
      this.#store.set(this.bytes.subarray(shift, this.#length));
    } else this.#store.copyWithin(0, shift, this.#length);
    for (let f = 0; f <= this.count; f++) {
      this.starts[f] -= shift;
      this.ends[f] -= shift;
    }
    this.bytes = this.#store;
    this.#length = length;
    this.start = 0;
    this.at = at - shift;
    this.quote -= shift;
    if (this.tall >= 0) this.tall -= shift;
    this.#isOpen = true;
    return WAITING;
  }
}

function grown<T extends Int32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
