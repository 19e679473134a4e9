/**
 * Records as bytes, for other threads, for disks and for other processes: numbers, booleans, texts and structs of
 * them as columns, everything else as the codec at hand writes it.
 *
 * A frame is `MFR1`, the number of records (u32), and one column. A column is a tag (u32), the length of
 * its body in bytes (u32), and the body, padded to 8 bytes; numbers are little-endian.
 *
 * @module
 */
import { type Data, valuesOf } from "./data.ts";
import { joined } from "./joined.ts";
import type { ValuesCodec } from "./plain_values.ts";

const MAGIC = 0x3152464d;
const INTS = 1;
const DOUBLES = 2;
const BOOLEANS = 3;
const TEXTS = 4;
const STRUCTS = 5;

/** The parts of a frame, to be put together once their length is known. */
type Parts = Uint8Array[];
type Values = ArrayLike<unknown>;

/**
 * The first `length` records as one frame.
 *
 * @throws {TypeError} `MEANDER_FRAME`, showing the record, for what the codec does not write.
 */
export function encodeFrame(
  data: Data<unknown>,
  length: number,
  codec: ValuesCodec,
): Uint8Array<ArrayBuffer> {
  return joined(frameParts(data, length, codec));
}

/** The same in parts, for those who put it together with something else. */
export function frameParts(
  data: Data<unknown>,
  length: number,
  codec: ValuesCodec,
): readonly Uint8Array[] {
  if (data instanceof Int32Array) return numberParts(INTS, data.subarray(0, length), length);
  if (data instanceof Float64Array) return numberParts(DOUBLES, data.subarray(0, length), length);
  const parts: Parts = [words(MAGIC, length)];
  encodeColumn(valuesOf(data), length, parts, codec);
  return parts;
}

/**
 * The records of a frame. They share nothing with it.
 *
 * @throws {RangeError} `MEANDER_FRAME` for bytes that are no frame; lengths are checked before anything
 * is allocated by them.
 */
export function decodeFrame(
  frame: Uint8Array,
  codec: ValuesCodec,
): Data<unknown> {
  if (frame.length < 8) throw malformed(`${frame.length} bytes are too few`);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw malformed("it does not begin with MFR1");
  const reader = new Reader(frame, view, 8, frame.length);
  const column = decodeColumn(reader, view.getUint32(4, true), codec);
  if (reader.at !== reader.end) throw malformed(`${reader.end - reader.at} bytes are left over`);
  return column;
}

/** The most frequent ones, without a detour: two pieces and, sometimes, what makes it a multiple of 8. */
function numberParts(tag: number, numbers: Int32Array | Float64Array, length: number): Parts {
  const head = Uint32Array.of(MAGIC, length, tag, numbers.byteLength);
  const parts = [new Uint8Array(head.buffer), bytesOf(numbers)];
  const pad = -numbers.byteLength & 7;
  if (pad > 0) parts.push(new Uint8Array(pad));
  return parts;
}

function encodeColumn(values: Values, length: number, parts: Parts, codec: ValuesCodec): void {
  const numbers = numbersOf(values, length);
  if (numbers !== null) {
    column(numbers instanceof Int32Array ? INTS : DOUBLES, [bytesOf(numbers)], parts);
    return;
  }
  if (areBooleans(values, length)) {
    column(BOOLEANS, [Uint8Array.from({ length }, (_unused, i) => values[i] ? 1 : 0)], parts);
    return;
  }
  if (typeof values[0] === "string" && encodeTexts(values, length, parts)) return;
  if (encodeStructs(values, length, parts, codec)) return;
  column(codec.tag, [codec.encode(Array.from({ length }, (_unused, i) => values[i]))], parts);
}

function decodeColumn(outer: Reader, length: number, codec: ValuesCodec): Data<unknown> {
  const { tag, body } = outer.column();
  switch (tag) {
    case INTS:
      return body.numbers(Int32Array, length);
    case DOUBLES:
      return body.numbers(Float64Array, length);
    case BOOLEANS:
      return Array.from(body.bytes(length), (byte) => byte === 1);
    case TEXTS:
      return decodeTexts(body, length);
    case STRUCTS:
      return decodeStructs(body, length, codec);
    case codec.tag:
      return decodeValues(body, length, codec);
    default:
      throw malformed(`there is no kind of column ${tag}`);
  }
}

/** The values as integers or doubles, or `null` when some are no numbers. */
function numbersOf(values: Values, length: number): Int32Array | Float64Array | null {
  if (values instanceof Int32Array || values instanceof Float64Array) {
    return values.subarray(0, length);
  }
  let areInts = true;
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (typeof value !== "number") return null;
    if (areInts && !Object.is(value | 0, value)) areInts = false;
  }
  if (length === 0) return null;
  const numbers = areInts ? new Int32Array(length) : new Float64Array(length);
  for (let i = 0; i < length; i++) numbers[i] = values[i] as number;
  return numbers;
}

function areBooleans(values: Values, length: number): boolean {
  for (let i = 0; i < length; i++) if (typeof values[i] !== "boolean") return false;
  return length > 0;
}

/** The length of each text in UTF-16 units, then all of them as UTF-8; false where some are no texts. */
function encodeTexts(values: Values, length: number, parts: Parts): boolean {
  const lengths = new Uint32Array(length);
  let all = "";
  for (let i = 0; i < length; i++) {
    const text = values[i];
    // Half a surrogate pair has no UTF-8.
    if (typeof text !== "string" || !text.isWellFormed()) return false;
    lengths[i] = text.length;
    all += text;
  }
  column(TEXTS, [bytesOf(lengths), new TextEncoder().encode(all)], parts);
  return true;
}

function decodeTexts(body: Reader, length: number): string[] {
  const lengths = body.numbers(Uint32Array, length);
  const all = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text: string;
  try {
    text = all.decode(body.bytes(body.end - body.at));
  } catch {
    throw malformed("its texts are no UTF-8");
  }
  let at = 0;
  const texts = Array.from(lengths, (units) => text.slice(at, at += units));
  if (at !== text.length) throw malformed("its texts have other lengths than it says");
  return texts;
}

/** Plain objects that all have the same properties in the same order; false when they are not that. */
function encodeStructs(
  values: Values,
  length: number,
  parts: Parts,
  codec: ValuesCodec,
): boolean {
  const first = values[0];
  if (!isPlain(first)) return false;
  const names = Object.keys(first);
  // Assigning to it would change the object's prototype instead.
  if (names.length === 0 || names.includes("__proto__")) return false;
  const columns: unknown[][] = names.map(() => new Array(length));
  for (let i = 0; i < length; i++) {
    const record = values[i];
    // Nothing may be left behind: `encodeValues` says what is wrong.
    if (!isPlain(record) || Object.getOwnPropertySymbols(record).length > 0) return false;
    // Twice as fast as a list of its names; plain objects inherit nothing that would show.
    let f = 0;
    // deno-lint-ignore guard-for-in
    for (const name in record) {
      if (name !== names[f]) return false;
      columns[f++][i] = record[name];
    }
    if (f !== names.length) return false;
  }
  const body: Parts = [];
  encodeColumn(names, names.length, body, codec);
  for (const fields of columns) encodeColumn(fields, length, body, codec);
  column(STRUCTS, [words(names.length, 0), ...body], parts);
  return true;
}

function decodeStructs(
  body: Reader,
  length: number,
  codec: ValuesCodec,
): Record<string, unknown>[] {
  const count = body.word();
  body.word();
  const names = decodeColumn(body, count, codec) as string[];
  const areNames = count > 0 && Array.isArray(names) &&
    names.every((name) => typeof name === "string" && name !== "__proto__");
  if (!areNames) throw malformed("its records have no names for their properties");
  const columns = Array.from(names, () => decodeColumn(body, length, codec));
  return Array.from({ length }, (_unused, i) => {
    const record: Record<string, unknown> = {};
    for (let f = 0; f < names.length; f++) record[names[f]] = (columns[f] as Values)[i];
    return record;
  });
}

function decodeValues(body: Reader, length: number, codec: ValuesCodec): unknown[] {
  let list: unknown;
  try {
    list = codec.decode(body.bytes(body.end - body.at));
  } catch {
    throw malformed("its values cannot be read");
  }
  if (Array.isArray(list) && list.length === length) return list;
  throw malformed("it has another number of values than it says");
}

/** An object literal, or one without a prototype, which arrives as an object literal. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function malformed(why: string): RangeError {
  return new RangeError(
    `MEANDER_FRAME  Cannot read a frame: ${why}. It was cut off or is no frame`,
  );
}

/** One column: its tag, the length of its body, the body, and zeros up to a multiple of 8. */
function column(tag: number, body: Parts, parts: Parts): void {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  parts.push(words(tag, length), ...body, new Uint8Array(-length & 7));
}

function words(first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, first, true);
  view.setUint32(4, second, true);
  return bytes;
}

function bytesOf(numbers: Int32Array | Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A place in a frame, with an end that it does not pass. */
class Reader {
  readonly #frame: Uint8Array;
  readonly #view: DataView;
  readonly end: number;
  at: number;

  constructor(frame: Uint8Array, view: DataView, at: number, end: number) {
    this.#frame = frame;
    this.#view = view;
    this.at = at;
    this.end = end;
  }

  word(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, true);
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#frame.subarray(at, at + length);
  }

  /** So many numbers, in memory of their own. */
  numbers<N extends Int32Array | Float64Array | Uint32Array>(
    type: { new (buffer: ArrayBuffer): N; readonly BYTES_PER_ELEMENT: number },
    length: number,
  ): N {
    return new type(this.bytes(length * type.BYTES_PER_ELEMENT).slice().buffer);
  }

  /** The next column, with a reader for its body. */
  column(): { tag: number; body: Reader } {
    const tag = this.word();
    const length = this.word();
    const at = this.#take(length);
    const body = new Reader(this.#frame, this.#view, at, at + length);
    this.#take(-length & 7);
    return { tag, body };
  }

  #take(length: number): number {
    const { at } = this;
    if (length > this.end - at) {
      throw malformed(`it ends ${length - (this.end - at)} bytes too early`);
    }
    this.at = at + length;
    return at;
  }
}
