/**
 * Storage for the columns of a CSV input, filled from bytes.
 *
 * @module
 */
import { BoolColumn, EncodedColumn, type FieldData } from "../../batches/data.ts";
import { show } from "../contract/fault.ts";
import type { RecordType, ScalarKind } from "../contract/record_type.ts";
import { parseInteger, parseNumber } from "./csv_numbers.ts";
import { Dictionary, type Source } from "./csv_strings.ts";
import { DATETIME_HINT, parseDatetime } from "./datetime.ts";
import { BATCH } from "./format.ts";

/** Values of a column: stored as one, or any values in an array. */
export type CsvColumn = FieldData | unknown[];

/** Storage for the fields of one column. */
export interface CsvField {
  /** Stores the field of a row and returns true, or returns false when it does not fit. */
  put(row: number, source: Source, start: number, end: number, isQuoted: boolean): boolean;
  /** The first `length` rows; the storage is used again. */
  take(length: number): CsvColumn;
  /** Why a text does not fit, as the end of a sentence. */
  refusal(text: string): { readonly why: string; readonly hint: string };
}

/** Makes the storage for a type that `isCsvType`. */
export function csvField(type: RecordType): CsvField {
  switch (type.kind) {
    case "optional":
      return new OptionalField(csvField(type.of));
    case "integer":
      return new IntegerField();
    case "number":
      return new NumberField();
    case "boolean":
      return new BooleanField();
    case "datetime":
      return new DatetimeField();
    default:
      return new StringField();
  }
}

const SCALARS: readonly ScalarKind[] = [
  "string",
  "integer",
  "number",
  "boolean",
  "datetime",
  "any",
];

/** Whether a field of CSV can hold it. Of `any` it holds strings. */
export function isCsvType(type: RecordType): boolean {
  return type.kind === "optional"
    ? isCsvType(type.of)
    : (SCALARS as readonly string[]).includes(type.kind);
}

const OPTIONAL = "Fill it in, or declare the field as optional in the schema";
const OTHER = "Correct the field, or declare another type in the schema";

function refused(text: string, wanted: string, hint: string): { why: string; hint: string } {
  return text === ""
    ? { why: `is empty, not ${wanted}`, hint: OPTIONAL }
    : { why: `is ${show(text)}, not ${wanted}`, hint };
}

/** Whether a text is an integer that cannot be kept without rounding. */
function isBig(text: string): boolean {
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
}

const BIG = "Declare the field as string in the schema";

class StringField implements CsvField {
  readonly #strings = new Dictionary();

  put(row: number, source: Source, start: number, end: number): boolean {
    this.#strings.put(row, source, start, end);
    return true;
  }

  take(length: number): FieldData {
    return this.#strings.take(length);
  }

  refusal(text: string): { why: string; hint: string } {
    return refused(text, "a string", OTHER);
  }
}

/** 32-bit integers for as long as they suffice, then doubles. */
class IntegerField implements CsvField {
  #store: Int32Array | Float64Array = new Int32Array(BATCH);

  put(row: number, { bytes }: Source, start: number, end: number): boolean {
    const value = parseInteger(bytes, start, end);
    if (Number.isNaN(value)) return false;
    if (value !== (value | 0) && this.#store instanceof Int32Array) {
      this.#store = Float64Array.from(this.#store);
    }
    this.#store[row] = value;
    return true;
  }

  take(length: number): FieldData {
    return this.#store.slice(0, length);
  }

  refusal(text: string): { why: string; hint: string } {
    if (!isBig(text)) return refused(text, "an integer", OTHER);
    return { why: `is ${show(text)}, an integer beyond 2^53 that would be rounded`, hint: BIG };
  }
}

class NumberField implements CsvField {
  readonly #store = new Float64Array(BATCH);

  put(row: number, { bytes }: Source, start: number, end: number): boolean {
    const value = parseNumber(bytes, start, end);
    if (Number.isNaN(value)) return false;
    this.#store[row] = value;
    return true;
  }

  take(length: number): FieldData {
    return this.#store.slice(0, length);
  }

  refusal(text: string): { why: string; hint: string } {
    if (isBig(text)) {
      return { why: `is ${show(text)}, an integer beyond 2^53 that would be rounded`, hint: BIG };
    }
    if (Math.abs(Number(text)) === Infinity && /\d/.test(text)) {
      return { why: `is ${show(text)}, which is too large for a number`, hint: BIG };
    }
    return refused(text, "a number", "Write it as 12, -0.5 or 1e6, without blanks and commas");
  }
}

class BooleanField implements CsvField {
  readonly #store = new Uint8Array(BATCH);

  put(row: number, { bytes }: Source, start: number, end: number): boolean {
    const isTrue = isWord(bytes, start, end, TRUE);
    if (!isTrue && !isWord(bytes, start, end, FALSE)) return false;
    this.#store[row] = isTrue ? 1 : 0;
    return true;
  }

  take(length: number): FieldData {
    return new BoolColumn(this.#store.slice(0, length));
  }

  refusal(text: string): { why: string; hint: string } {
    return refused(text, "true or false", OTHER);
  }
}

const TRUE = new TextEncoder().encode("true");
const FALSE = new TextEncoder().encode("false");

function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

class DatetimeField implements CsvField {
  readonly #store = new Float64Array(BATCH);

  put(row: number, { bytes }: Source, start: number, end: number): boolean {
    if (end - start > 40) return false;
    const value = parseDatetime(String.fromCharCode(...bytes.subarray(start, end)));
    if (value === undefined) return false;
    this.#store[row] = value;
    return true;
  }

  take(length: number): FieldData {
    return this.#store.slice(0, length);
  }

  refusal(text: string): { why: string; hint: string } {
    return refused(text, "a date and time", DATETIME_HINT);
  }
}

/** A column of which an empty field is null; an empty string in quotes is one. */
class OptionalField implements CsvField {
  readonly #inner: CsvField;
  /** Rows that are null, and the values of the others, one behind the other. */
  readonly #isNull = new Uint8Array(BATCH);
  #values = 0;
  #row = 0;

  constructor(inner: CsvField) {
    this.#inner = inner;
  }

  put(row: number, source: Source, start: number, end: number, isQuoted: boolean): boolean {
    // A row that was refused for a later field comes again.
    if (row < this.#row) this.#values -= 1 - this.#isNull[row];
    this.#row = row + 1;
    const isNull = start === end && !isQuoted;
    this.#isNull[row] = isNull ? 1 : 0;
    if (isNull) return true;
    if (!this.#inner.put(this.#values, source, start, end, isQuoted)) {
      this.#row = row;
      return false;
    }
    this.#values++;
    return true;
  }

  take(length: number): CsvColumn {
    const data = this.#inner.take(this.#values);
    const values = data instanceof EncodedColumn ? data.values() : data;
    const out: unknown[] = [];
    let next = 0;
    for (let row = 0; row < length; row++) {
      out.push(this.#isNull[row] === 1 ? null : values[next++]);
    }
    this.#values = 0;
    this.#row = 0;
    return out;
  }

  refusal(text: string): { why: string; hint: string } {
    return this.#inner.refusal(text);
  }
}
