/**
 * Growing storage for the values of one field.
 * @module
 */

import { BoolColumn } from "./bool_column.ts";
import { DictColumn } from "./dict_column.ts";
import type { FieldData } from "./struct_shape.ts";

/** Type of a column: 32-bit integers, doubles, booleans or strings. */
export type ScalarType = "i32" | "f64" | "bool" | "string";

/** Storage for the values of one field, filled by position. */
export interface FieldBuilder {
  /** What the field holds, for messages: "a 32-bit integer (-0 is none)". */
  readonly holds: string;
  /** Stores a value at a position and returns true, or returns false when it does not fit. */
  put(at: number, value: unknown): boolean;
  /** The first `length` values as a column of exactly that length; the storage is kept. */
  take(length: number): FieldData;
}

// Beyond this a shared dictionary costs more to keep than to build again.
const DICTIONARY_LIMIT = 65536;
const FIRST_CAPACITY = 64;

/** Makes the storage for one type. */
export function fieldBuilder(type: ScalarType): FieldBuilder {
  switch (type) {
    case "i32":
      return new IntsBuilder();
    case "f64":
      return new FloatsBuilder();
    case "bool":
      return new BoolsBuilder();
    case "string":
      return new StringsBuilder();
  }
}

class IntsBuilder implements FieldBuilder {
  readonly holds = "a 32-bit integer (-0 is none)";
  #store: Int32Array = new Int32Array(FIRST_CAPACITY);

  put(at: number, value: unknown): boolean {
    if (typeof value !== "number" || !Object.is(value | 0, value)) return false;
    if (at === this.#store.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store[at] = value;
    return true;
  }

  take(length: number): Int32Array {
    return this.#store.slice(0, length);
  }
}

class FloatsBuilder implements FieldBuilder {
  readonly holds = "a number";
  #store: Float64Array = new Float64Array(FIRST_CAPACITY);

  put(at: number, value: unknown): boolean {
    if (typeof value !== "number") return false;
    if (at === this.#store.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store[at] = value;
    return true;
  }

  take(length: number): Float64Array {
    return this.#store.slice(0, length);
  }
}

class BoolsBuilder implements FieldBuilder {
  readonly holds = "a boolean";
  #store: Uint8Array = new Uint8Array(FIRST_CAPACITY);

  put(at: number, value: unknown): boolean {
    if (typeof value !== "boolean") return false;
    if (at === this.#store.length) {
      const larger = new Uint8Array(2 * at);
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store[at] = value ? 1 : 0;
    return true;
  }

  take(length: number): BoolColumn {
    return new BoolColumn(this.#store.slice(0, length));
  }
}

class StringsBuilder implements FieldBuilder {
  readonly holds = "a string";
  #store: Int32Array = new Int32Array(FIRST_CAPACITY);
  #codes = new Map<string, number>();
  // Columns handed out share this array; it only grows at its end, so their codes stay right.
  #dictionary: string[] = [];

  put(at: number, value: unknown): boolean {
    if (typeof value !== "string") return false;
    if (at === this.#store.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.#store);
      this.#store = larger;
    }
    let code = this.#codes.get(value);
    if (code === undefined) {
      code = this.#dictionary.length;
      this.#dictionary.push(value);
      this.#codes.set(value, code);
    }
    this.#store[at] = code;
    return true;
  }

  take(length: number): DictColumn {
    const column = new DictColumn(this.#store.slice(0, length), this.#dictionary);
    if (this.#dictionary.length > DICTIONARY_LIMIT) {
      this.#codes = new Map();
      this.#dictionary = [];
    }
    return column;
  }
}
