/**
 * Flat objects of NDJSON straight from bytes into columns.
 *
 * What is read here is JSON as programs write it: keys and strings without escapes, numbers without
 * exponents, values without parts. Any other line is left to the runtime's parser.
 *
 * @module
 */
import type { RecordType } from "../contract/record_type.ts";
import { CsvColumns } from "./csv_columns.ts";
import { type CsvField, csvField } from "./csv_fields.ts";
import { datetimeText } from "./datetime.ts";
import type { Source } from "./csv_strings.ts";
import { BATCH, type DecoderSink } from "./format.ts";

const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** What a value is, as far as bytes tell. */
const NONE = 0;
const STRING = 1;
const NUMBER = 2;
const BOOLEAN = 3;
const NULL = 4;

const utf8 = new TextEncoder();
const TRUE = utf8.encode("true");
const FALSE = utf8.encode("false");
const NULL_WORD = utf8.encode("null");
const EMPTY: Source = { bytes: new Uint8Array(0), text: "" };

/** What a field takes. */
interface Slot {
  readonly key: Uint8Array;
  readonly name: string;
  readonly field: CsvField;
  readonly takes: number;
  readonly mayMiss: boolean;
  /** The number of the record that had the field last. */
  seen: number;
}

const TAKES: Readonly<Record<string, number>> = {
  string: STRING,
  datetime: STRING,
  integer: NUMBER,
  number: NUMBER,
  boolean: BOOLEAN,
};

/** Whether records of a type can be read into columns: objects without parts of parts. */
export function fitsColumns(
  type: RecordType,
): type is Extract<RecordType, { readonly kind: "object" }> {
  return type.kind === "object" && type.fields.size > 0 &&
    [...type.fields].every(([name, of]) => takenBy(of) !== NONE && isPlain(name));
}

/** Whether a key stands in JSON as it is. */
function isPlain(name: string): boolean {
  return JSON.stringify(name) === `"${name}"`;
}

function takenBy(type: RecordType): number {
  return TAKES[type.kind === "optional" ? type.of.kind : type.kind] ?? NONE;
}

/** Columns for the records of one decoder. */
export class JsonColumns {
  readonly #sink: DecoderSink;
  readonly #slots: readonly Slot[];
  readonly #columns: CsvColumns;
  #rows = 0;
  #first = 0;
  #last = 0;
  #record = 0;
  /** The value that was scanned last. */
  #kind = NONE;
  #start = 0;
  #end = 0;

  /** For fields that `fitsColumns` allows. */
  constructor(fields: ReadonlyMap<string, RecordType>, sink: DecoderSink) {
    this.#sink = sink;
    this.#slots = [...fields].map(([name, type]): Slot => ({
      // Keys in the text may be escaped; then the line is left to the parser.
      key: utf8.encode(name),
      name,
      field: csvField(type),
      takes: takenBy(type),
      mayMiss: type.kind === "optional",
      seen: 0,
    }));
    this.#columns = new CsvColumns(
      fields.size,
      this.#slots.map(({ name, field }, at) => ({ at, name, field })),
      false,
    );
  }

  /** Reads the line at a place; returns where the next one begins, or -1 to leave it to the parser. */
  read(source: Source, at: number, line: number): number {
    const next = this.#object(source, at);
    if (next >= 0) this.#added(line);
    return next;
  }

  /** Adds a record that has been parsed and checked; returns false for text that UTF-8 cannot hold. */
  add(record: Readonly<Record<string, unknown>>, line: number): boolean {
    const row = this.#rows;
    for (const { name, field, takes } of this.#slots) {
      const value = record[name];
      if (value === null) field.put(row, EMPTY, 0, 0, false);
      else {
        if (typeof value === "string" && !value.isWellFormed()) return false;
        const bytes = utf8.encode(textOf(value, takes));
        if (!field.put(row, { bytes, text: undefined }, 0, bytes.length, true)) return false;
      }
    }
    this.#added(line);
    return true;
  }

  /** Hands on what there is. */
  flush(): void {
    if (this.#rows === 0) return;
    const data = this.#columns.take(this.#rows);
    this.#rows = 0;
    this.#sink.records(data, { first: this.#first, last: this.#last });
  }

  #added(line: number): void {
    if (this.#rows === 0) this.#first = line;
    this.#last = line;
    if (++this.#rows === BATCH) this.flush();
  }

  #object(source: Source, start: number): number {
    const { bytes } = source;
    const slots = this.#slots;
    const record = ++this.#record;
    let found = 0;
    let guess = 0;
    let at = start;
    if (bytes[at++] !== OPEN) return -1;
    for (;;) {
      if (bytes[at] === SPACE) at++;
      if (bytes[at++] !== QUOTE) return -1;
      const slot = this.#slotAt(bytes, at, guess);
      at = slot < 0 ? stringEnd(bytes, at) : at + slots[slot].key.length;
      if (at < 0 || bytes[at + 1] !== COLON) return -1;
      at = this.#value(bytes, bytes[at + 2] === SPACE ? at + 3 : at + 2);
      if (at < 0) return -1;
      if (slot >= 0) {
        if (slots[slot].seen === record || !this.#put(source, slots[slot])) return -1;
        slots[slot].seen = record;
        found++;
        guess = slot + 1;
      }
      const byte = bytes[at++];
      if (byte === COMMA) continue;
      if (byte !== CLOSE) return -1;
      if (bytes[at] === CR) at++;
      if (bytes[at] !== LF) return -1;
      return found === slots.length || this.#fill(record) ? at + 1 : -1;
    }
  }

  /** The field whose key stands at a place, the one at `guess` first, or -1. */
  #slotAt(bytes: Uint8Array, at: number, guess: number): number {
    const slots = this.#slots;
    for (let n = 0; n < slots.length; n++) {
      let slot = guess + n;
      if (slot >= slots.length) slot -= slots.length;
      const { key } = slots[slot];
      if (bytes[at + key.length] === QUOTE && isAt(bytes, at, key)) return slot;
    }
    return -1;
  }

  #put(source: Source, { field, takes, mayMiss }: Slot): boolean {
    const kind = this.#kind;
    if (kind === NULL) return mayMiss && field.put(this.#rows, EMPTY, 0, 0, false);
    return kind === takes &&
      field.put(this.#rows, source, this.#start, this.#end, kind === STRING);
  }

  /** Makes null of fields that the record does not have. */
  #fill(record: number): boolean {
    for (const { field, mayMiss, seen } of this.#slots) {
      if (seen === record) continue;
      if (!mayMiss) return false;
      field.put(this.#rows, EMPTY, 0, 0, false);
    }
    return true;
  }

  /** Scans a value and returns the place behind it, or -1. */
  #value(bytes: Uint8Array, at: number): number {
    const byte = bytes[at];
    this.#start = at;
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at + 1);
      this.#kind = STRING;
      this.#start = at + 1;
      this.#end = end;
      return end < 0 ? -1 : end + 1;
    }
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
      this.#kind = NUMBER;
      return this.#end = numberEnd(bytes, at);
    }
    const word = byte === TRUE[0] ? TRUE : byte === FALSE[0] ? FALSE : NULL_WORD;
    this.#kind = word === NULL_WORD ? NULL : BOOLEAN;
    return isAt(bytes, at, word) ? this.#end = at + word.length : -1;
  }
}

/** Where the closing quote stands, or -1 for a string with escapes or with what needs them. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  // Every line ends with LF, which no string contains.
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
    if (byte < SPACE || byte === BACKSLASH) return -1;
  }
  return at;
}

/** The place behind the digits of a number; what follows is looked at by the caller. */
function numberEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const whole = digitsEnd(bytes, first);
  // JSON has no leading zeros.
  if (whole === first || (bytes[first] === ZERO && whole > first + 1)) return -1;
  if (bytes[whole] !== DOT) return whole;
  const end = digitsEnd(bytes, whole + 1);
  return end === whole + 1 ? -1 : end;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] >= ZERO && bytes[at] <= NINE) at++;
  return at;
}

function isAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

/** A value as the fields of columns read it. Large doubles need an exponent to be no integers. */
function textOf(value: unknown, takes: number): string {
  // A datetime has become a number already.
  if (typeof value === "number" && takes === STRING) return datetimeText(value);
  return typeof value === "number" && !Number.isSafeInteger(value)
    ? value.toExponential()
    : Object.is(value, -0)
    ? "-0"
    : String(value);
}
