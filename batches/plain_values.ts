/**
 * Values as bytes in a form that can be read from a stranger: every length is held against the bytes that are
 * there before anything is made of it, and nothing but plain data comes out. The platform's own serialisation
 * makes no such promise.
 *
 * A value is a tag (1 byte) and its body; numbers in it are little-endian, lengths unsigned LEB128.
 *
 * @module
 */
import { show } from "./show.ts";

/** How values that fit no column are written. */
export interface ValuesCodec {
  /** What tells its columns from others. */
  readonly tag: number;
  /** The values as bytes. */
  encode(values: readonly unknown[]): Uint8Array;
  /** The values again, whatever the bytes are; throws when they are none. */
  decode(bytes: Uint8Array): unknown;
}

const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const DOUBLE = 4;
const TEXT = 5;
/** A text with half a surrogate pair in it, which has no UTF-8. */
const UNITS = 6;
const BIGINT = 7;
const DATE = 8;
const ARRAY = 9;
const OBJECT = 10;
const MAP = 11;
const SET = 12;
const BYTES = 13;

/** Deeper than that nothing is read or written. */
const DEEPEST = 128;

/** Reads and writes plain data: what JSON has, and undefined, bigints, dates, bytes, maps, sets, −0 and NaN. */
export const plainValues: ValuesCodec = {
  tag: 7,
  encode(values) {
    const writer = new Writer();
    writer.value(values, 0);
    return writer.bytes();
  },
  decode(bytes) {
    const reader = new Reader(bytes);
    const value = reader.value(0);
    if (reader.at !== bytes.length) throw unreadable("something is left over");
    return value;
  },
};

class Writer {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  readonly #open = new Set<object>();

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case "undefined":
        return this.#byte(UNDEFINED);
      case "boolean":
        return this.#byte(value ? TRUE : FALSE);
      case "number":
        return this.#double(DOUBLE, value);
      case "string":
        return this.#text(value);
      case "bigint":
        this.#byte(BIGINT);
        return this.#utf8(String(value));
      case "object":
        return value === null ? this.#byte(NULL) : this.#object(value, depth);
      default:
        throw refused(value, "a function or symbol stays where it is");
    }
  }

  #object(value: object, depth: number): void {
    if (depth >= DEEPEST) throw refused(value, `it is more than ${DEEPEST} deep`);
    if (this.#open.has(value)) throw refused(value, "it contains itself");
    this.#open.add(value);
    if (Array.isArray(value)) this.#all(ARRAY, value, depth);
    else if (value instanceof Date) this.#double(DATE, value.getTime());
    else if (value instanceof Map) this.#all(MAP, [...value].flat(1), depth);
    else if (value instanceof Set) this.#all(SET, [...value], depth);
    else if (value instanceof Uint8Array) {
      this.#byte(BYTES);
      this.#raw(value);
    } else this.#fields(value as Record<string, unknown>, depth);
    this.#open.delete(value);
  }

  #fields(value: Record<string, unknown>, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    const names = Object.keys(value);
    const isPlain = prototype === null || prototype === Object.prototype;
    if (!isPlain || Object.getOwnPropertySymbols(value).length > 0) {
      throw refused(
        value,
        "only plain objects, arrays, dates, maps, sets and bytes go to a plugin",
      );
    }
    if (names.includes("__proto__")) throw refused(value, 'no property is called "__proto__"');
    this.#byte(OBJECT);
    this.#length(names.length);
    for (const name of names) {
      this.#text(name);
      this.value(value[name], depth + 1);
    }
  }

  #all(tag: number, values: readonly unknown[], depth: number): void {
    this.#byte(tag);
    this.#length(values.length);
    for (let i = 0; i < values.length; i++) this.value(values[i], depth + 1);
  }

  #text(text: string): void {
    if (text.isWellFormed()) {
      this.#byte(TEXT);
      return this.#utf8(text);
    }
    this.#byte(UNITS);
    const bytes = new Uint8Array(text.length * 2);
    for (let i = 0; i < text.length; i++) {
      bytes[2 * i] = text.charCodeAt(i) & 0xff;
      bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
    }
    this.#raw(bytes);
  }

  #utf8(text: string): void {
    this.#raw(new TextEncoder().encode(text));
  }

  #raw(bytes: Uint8Array): void {
    this.#length(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #double(tag: number, number: number): void {
    this.#byte(tag);
    this.#reserve(8);
    this.#view.setFloat64(this.#at, number, true);
    this.#at += 8;
  }

  #length(length: number): void {
    let left = length;
    while (left >= 0x80) {
      this.#byte((left & 0x7f) | 0x80);
      left = Math.floor(left / 0x80);
    }
    this.#byte(left);
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = byte;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** About what values take in memory, in bytes, and what those of one frame may take together. */
const COSTS = { plain: 16, object: 64, keyed: 240 } as const;
const MOST_MEMORY = 32 * 2 ** 20;

class Reader {
  at = 0;
  #left = MOST_MEMORY;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw unreadable(`it is more than ${DEEPEST} deep`);
    this.#spend(COSTS.plain);
    const tag = this.#bytes[this.#take(1)];
    switch (tag) {
      case UNDEFINED:
        return undefined;
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case DOUBLE:
        return this.#view.getFloat64(this.#take(8), true);
      case TEXT:
        return this.#utf8();
      case UNITS:
        return this.#units();
      case BIGINT:
        return this.#bigint();
      case DATE:
        return new Date(this.#view.getFloat64(this.#take(8), true));
      case ARRAY:
        this.#spend(COSTS.object);
        return this.#all(depth);
      case OBJECT:
        this.#spend(COSTS.object);
        return this.#fields(depth);
      case MAP:
        this.#spend(COSTS.keyed);
        return this.#map(depth);
      case SET:
        this.#spend(COSTS.keyed);
        return new Set(this.#all(depth));
      case BYTES:
        return this.#raw().slice();
      default:
        throw unreadable(`there is no kind of value ${tag}`);
    }
  }

  #spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw unreadable("they would take too much memory");
  }

  #all(depth: number): unknown[] {
    const count = this.#count();
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(this.value(depth + 1));
    return values;
  }

  #fields(depth: number): Record<string, unknown> {
    const count = this.#count();
    const fields: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const name = this.value(depth + 1);
      if (typeof name !== "string" || name === "__proto__") {
        throw unreadable("a property has no name");
      }
      fields[name] = this.value(depth + 1);
    }
    return fields;
  }

  #map(depth: number): Map<unknown, unknown> {
    const all = this.#all(depth);
    if (all.length % 2 !== 0) throw unreadable("a map has a key without a value");
    const map = new Map<unknown, unknown>();
    for (let i = 0; i < all.length; i += 2) map.set(all[i], all[i + 1]);
    return map;
  }

  #bigint(): bigint {
    const text = this.#utf8();
    // Longer ones take long to read.
    if (text.length > 1000 || !/^-?\d+$/.test(text)) throw unreadable("a bigint is none");
    return BigInt(text);
  }

  #utf8(): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#raw());
    } catch {
      throw unreadable("a text is no UTF-8");
    }
  }

  #units(): string {
    const bytes = this.#raw();
    let text = "";
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode(bytes[i] | bytes[i + 1] << 8);
    }
    return text;
  }

  #raw(): Uint8Array {
    const length = this.#count();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A number of things of which each takes a byte at least: no more than there are bytes. */
  #count(): number {
    let count = 0;
    for (let shift = 1;; shift *= 0x80) {
      const byte = this.#bytes[this.#take(1)];
      count += (byte & 0x7f) * shift;
      if (count > this.#bytes.length - this.at) throw unreadable("it is cut off");
      if (byte < 0x80) return count;
    }
  }

  #take(length: number): number {
    const { at } = this;
    if (length > this.#bytes.length - at) throw unreadable("it is cut off");
    this.at = at + length;
    return at;
  }
}

function unreadable(why: string): RangeError {
  return new RangeError(`MEANDER_FRAME  Cannot read values: ${why}`);
}

function refused(value: unknown, why: string): TypeError {
  return new TypeError(`MEANDER_FRAME  Cannot write ${show(value)} as bytes: ${why}`);
}
