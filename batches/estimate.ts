/**
 * About how much memory records take.
 *
 * JavaScript does not tell, so this is what is known of V8 on 64 bits, applied to a few records and
 * multiplied: good for saying where memory is and when it grows, within a factor of two or so for plain data.
 * What several records share (a text, an object) counts at each of them.
 *
 * @module
 */
import { BoolColumn } from "./bool_column.ts";
import type { Data } from "./data.ts";
import { DictColumn } from "./dict_column.ts";
import type { EncodedColumn } from "./encoded_column.ts";
import { KeyMap, KeySet } from "./key_map.ts";
import { StructColumn } from "./struct_column.ts";

/** A place that holds a value: a field, an element, a pointer. */
const SLOT = 8;
/** What every object has before its fields. */
const OBJECT = 24;
/** An array, with the store of its elements. */
const ARRAY = 48;
/** A text, besides its characters. */
const TEXT = 16;
/** A number that is no small integer and stands alone. */
const DOUBLE = 16;
/** An entry of a map or a set, with its share of the table's free places. */
const ENTRY = 40;
/** A view of bytes, besides the bytes. */
const VIEW = 120;
/** An instance of which nothing is known. */
const UNKNOWN = 64;

/** How deep fields are followed; what is below counts as its pointer. */
const DEPTH = 6;
/** How many elements stand for all. */
const SAMPLES = 3;
/** How many fields of an object are looked at. */
const MOST_FIELDS = 64;
/** How many characters tell whether a text is kept in one byte for each. */
const CHARACTERS = 8;
/** How many values one estimate looks at: records may lead to anything, and in a circle. */
const MOST_VALUES = 512;

// How many more values the estimate that is being made may look at.
let left = 0;

/**
 * About how many bytes a value takes, its own place included: 8 for a number, and for an object its fields
 * and whatever they lead to.
 */
export function estimateBytes(value: unknown): number {
  left = MOST_VALUES;
  try {
    return SLOT + beyondSlot(value, 0, true);
  } catch {
    // Some proxies refuse to be looked at.
    return UNKNOWN;
  }
}

/** About how many bytes the records of a batch take. A pooled buffer counts as large as it is. */
export function estimateData(data: Data<unknown>, length: number): number {
  left = MOST_VALUES;
  try {
    return dataBytes(data, length);
  } catch {
    return length * UNKNOWN;
  }
}

function dataBytes(data: Data<unknown>, length: number): number {
  if (data instanceof Int32Array || data instanceof Float64Array) return data.byteLength;
  if (Array.isArray(data)) return ARRAY + length * SLOT + sumOf(data, length, 0, true);
  return columnBytes(data as EncodedColumn<unknown>, length);
}

function columnBytes(column: EncodedColumn<unknown>, length: number): number {
  if (column instanceof BoolColumn) return column.bytes.byteLength;
  if (column instanceof DictColumn) {
    const { codes, dictionary } = column;
    // Of a dictionary that many columns share no more than what this one can need.
    const texts = Math.min(length, dictionary.length);
    return codes.byteLength + texts * SLOT + sumOf(dictionary, texts, 0, true);
  }
  if (column instanceof StructColumn) {
    return column.names.reduce((sum, name) => sum + dataBytes(column.field(name), length), 0);
  }
  return length * SLOT;
}

/** `isElement`: a number in a list of numbers needs nothing besides its place. */
function beyondSlot(value: unknown, depth: number, isElement: boolean): number {
  switch (typeof value) {
    case "string":
      return textBytes(value);
    case "number":
      return isElement || Object.is(value | 0, value) ? 0 : DOUBLE;
    case "bigint":
      return 24;
    case "object":
      if (value === null || depth >= DEPTH || --left < 0) return 0;
      return objectBytes(value, depth + 1);
    default:
      return 0;
  }
}

function textBytes(text: string): number {
  const { length } = text;
  const step = Math.max(1, Math.floor(length / CHARACTERS));
  let width = 1;
  for (let i = 0; i < length && width === 1; i += step) if (text.charCodeAt(i) > 255) width = 2;
  return TEXT + width * length;
}

function objectBytes(value: object, depth: number): number {
  if (Array.isArray(value)) {
    return ARRAY + value.length * SLOT + sumOf(value, value.length, depth, true);
  }
  if (ArrayBuffer.isView(value)) return VIEW + value.byteLength;
  if (value instanceof Map || value instanceof KeyMap) {
    return OBJECT + entriesBytes(value, value.size, depth);
  }
  if (value instanceof Set || value instanceof KeySet) {
    return OBJECT + value.size * ENTRY + share(value, value.size, depth);
  }
  if (value instanceof Date) return 96;
  if (value instanceof ArrayBuffer) return VIEW + value.byteLength;
  return fieldsBytes(value as Record<string, unknown>, depth);
}

/** Accessors are not called: what they give is not kept in the object. */
function fieldsBytes(value: Record<string, unknown>, depth: number): number {
  const names = Object.keys(value);
  if (names.length === 0) return UNKNOWN;
  let bytes = OBJECT + names.length * SLOT;
  for (let i = 0; i < names.length && i < MOST_FIELDS; i++) {
    const field = Object.getOwnPropertyDescriptor(value, names[i]);
    if (field !== undefined && "value" in field) bytes += beyondSlot(field.value, depth, false);
  }
  return bytes;
}

function entriesBytes(
  map: Iterable<readonly [unknown, unknown]>,
  size: number,
  depth: number,
): number {
  let seen = 0;
  let bytes = 0;
  for (const [key, value] of map) {
    bytes += beyondSlot(key, depth, false) + beyondSlot(value, depth, false);
    if (++seen === SAMPLES) break;
  }
  return size * ENTRY + (seen === 0 ? 0 : bytes / seen * size);
}

/** What the elements lead to: the mean of the first few of them, for all. */
function share(values: Iterable<unknown>, size: number, depth: number): number {
  let seen = 0;
  let bytes = 0;
  for (const value of values) {
    bytes += beyondSlot(value, depth, false);
    if (++seen === SAMPLES) break;
  }
  return seen === 0 ? 0 : bytes / seen * size;
}

/** The same for what can be indexed: the first, the last, and what is in the middle. */
function sumOf(
  values: ArrayLike<unknown>,
  length: number,
  depth: number,
  isElement: boolean,
): number {
  const samples = Math.min(SAMPLES, length);
  if (samples === 0) return 0;
  let bytes = 0;
  for (let i = 0; i < samples; i++) {
    const at = samples === 1 ? 0 : Math.round(i * (length - 1) / (samples - 1));
    bytes += beyondSlot(values[at], depth, isElement);
  }
  return bytes / samples * length;
}
