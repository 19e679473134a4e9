/**
 * Collects single values into the data of a batch.
 * @module
 */

import type { Data } from "./data.ts";
import type { BufferPool } from "./pool.ts";
import { show } from "./show.ts";

/** Batches with fewer values than this are plain rows: a pooled buffer would not pay for itself. */
export const SMALL_BATCH = 32;

const INTS = 0;
const FLOATS = 1;
const ROWS = 2;
type Mode = typeof INTS | typeof FLOATS | typeof ROWS;

const NO_INTS = new Int32Array(0);
const NO_FLOATS = new Float64Array(0);
const MIN_INT32 = -2147483648;
const MAX_INT32 = 2147483647;

/**
 * Collects values, in the tightest form that keeps every one of them exactly: 32-bit integers,
 * else doubles at the first number that is no such integer (-0 is none), else rows at the first
 * value that is no number. What it learnt stays with it: the form only loosens over the life of a
 * writer, so that it does not try in vain batch after batch.
 *
 * Invariants: at most one of the three stores is in use; `#intLimit` is the capacity while the
 * integer store is in use and 0 otherwise, so one comparison guards the hot path.
 */
export class Writer<T = unknown> {
  readonly #pool: BufferPool;
  /** Most values in a batch. */
  readonly capacity: number;
  #length = 0;
  #intLimit = 0;
  #ints: Int32Array = NO_INTS;
  #floatLimit = 0;
  #floats: Float64Array = NO_FLOATS;
  #rows: T[] | undefined = undefined;
  /** The tightest form not yet refuted. */
  #mode: Mode = INTS;
  /** The last batch was large, so the next one starts in a buffer at once. */
  #large = false;

  /** Throws a RangeError when the capacity is no integer from 1 to 2^30. */
  constructor(pool: BufferPool, capacity = 1024) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 30) {
      throw new RangeError(
        `MEANDER_WRITER_CAPACITY  Cannot make a writer of this capacity (${
          show(capacity)
        }): a capacity ` +
          `is an integer from 1 to 2^30. Pass the most values a batch may hold`,
      );
    }
    this.#pool = pool;
    this.capacity = capacity;
  }

  /** Number of values collected. Read it before `take`, which sets it back to 0. */
  get length(): number {
    return this.#length;
  }

  /** True when no further value fits before the next `take`. */
  get isFull(): boolean {
    return this.#length >= this.capacity;
  }

  /** Adds one value. Throws a RangeError when the writer is full. */
  push(value: T): void {
    const at = this.#length;
    if (typeof value === "number") {
      if (at < this.#intLimit) {
        const int = value | 0;
        if (int === value && (int !== 0 || 1 / value > 0)) {
          this.#ints[at] = int;
          this.#length = at + 1;
          return;
        }
      } else if (at < this.#floatLimit) {
        this.#floats[at] = value;
        this.#length = at + 1;
        return;
      }
    }
    this.#pushOther(value);
  }

  /** Adds the values from index `from` on as far as there is room, and returns how many it added. */
  pushRows(values: ArrayLike<T>, from: number): number {
    const count = Math.min(values.length - from, this.capacity - this.#length);
    if (this.#rows === undefined || this.#mode !== ROWS) {
      for (let i = 0; i < count; i++) this.push(values[from + i]);
      return count;
    }
    const rows = this.#rows;
    for (let i = 0; i < count; i++) rows.push(values[from + i]);
    this.#length += count;
    return count;
  }

  /**
   * Adds the integers `from..to-1` as far as there is room, and returns how many it added. Throws a
   * RangeError when a bound is no safe integer.
   */
  pushRange(from: number, to: number): number {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
      throw new RangeError(
        `MEANDER_WRITER_RANGE  Cannot write a range of integers (${show(from)} to ${
          show(to)
        }): a bound ` +
          `is no safe integer. Use bounds from -(2^53 - 1) to 2^53 - 1`,
      );
    }
    const start = this.#length;
    const count = Math.min(to - from, this.capacity - start);
    if (count <= 0) return 0;
    this.#prepareRange(from, count);
    if (this.#rows !== undefined) {
      const rows = this.#rows as unknown[];
      for (let i = 0; i < count; i++) rows.push(from + i);
    } else if (this.#intLimit > 0) {
      fillInts(this.#ints, start, count, from);
    } else {
      fillFloats(this.#floats, start, count, from);
    }
    this.#length = start + count;
    return count;
  }

  /**
   * Hands the collected values over and starts anew. A typed array belongs to the caller, who gives
   * it back to the pool in the end; it may be larger than the content.
   */
  take(): Data<T> {
    const length = this.#length;
    this.#large = length >= SMALL_BATCH;
    let data: Data<T>;
    if (this.#rows !== undefined) {
      data = this.#rows;
    } else if (length < SMALL_BATCH) {
      data = this.#copyRows();
      this.#giveBuffers();
    } else {
      data = this.#intLimit > 0 ? this.#ints : this.#floats;
    }
    this.#reset();
    return data;
  }

  /** Drops the collected values, and gives buffers back to the pool. The writer can go on. */
  discard(): void {
    this.#giveBuffers();
    this.#reset();
  }

  #reset(): void {
    this.#length = 0;
    this.#intLimit = 0;
    this.#floatLimit = 0;
    this.#ints = NO_INTS;
    this.#floats = NO_FLOATS;
    this.#rows = undefined;
  }

  #giveBuffers(): void {
    if (this.#intLimit > 0) this.#pool.give(this.#ints);
    if (this.#floatLimit > 0) this.#pool.give(this.#floats);
  }

  /** Everything but a number that the store in use takes as it is. */
  #pushOther(value: T): void {
    const at = this.#length;
    if (at >= this.capacity) throw full(this.capacity, value);
    if (this.#rows !== undefined) {
      this.#rows.push(value);
      this.#length = at + 1;
      // Small batches stay rows; here it shows that this one is not small.
      if (at + 1 === SMALL_BATCH && this.#mode !== ROWS) this.#promote();
      return;
    }
    if (at === 0) this.#begin();
    this.#pushLoosening(value);
  }

  /** Adds a value to the store in use, which is loosened first when it cannot keep the value. */
  #pushLoosening(value: T): void {
    if (this.#rows === undefined) {
      if (typeof value !== "number") this.#toRows();
      else if (this.#intLimit > 0 && !isInt32(value)) this.#toFloats();
    }
    const at = this.#length;
    if (this.#rows !== undefined) this.#rows.push(value);
    else if (this.#intLimit > 0) this.#ints[at] = value as number;
    else this.#floats[at] = value as number;
    this.#length = at + 1;
  }

  /** Chooses the store of an empty writer. */
  #begin(): void {
    if (this.#mode === ROWS || !this.#large) {
      this.#rows = [];
    } else if (this.#mode === INTS) {
      this.#ints = this.#pool.takeInt32(this.capacity);
      this.#intLimit = this.capacity;
    } else {
      this.#floats = this.#pool.takeFloat64(this.capacity);
      this.#floatLimit = this.capacity;
    }
  }

  /** Moves the integer store into doubles. */
  #toFloats(): void {
    const floats = this.#pool.takeFloat64(this.capacity);
    const ints = this.#ints;
    for (let i = 0; i < this.#length; i++) floats[i] = ints[i];
    this.#giveBuffers();
    this.#ints = NO_INTS;
    this.#intLimit = 0;
    this.#floats = floats;
    this.#floatLimit = this.capacity;
    this.#mode = FLOATS;
  }

  #toRows(): void {
    const rows = this.#copyRows();
    this.#giveBuffers();
    this.#ints = NO_INTS;
    this.#floats = NO_FLOATS;
    this.#intLimit = 0;
    this.#floatLimit = 0;
    this.#rows = rows;
    this.#mode = ROWS;
  }

  #copyRows(): T[] {
    const source: ArrayLike<number> = this.#intLimit > 0 ? this.#ints : this.#floats;
    const rows: number[] = [];
    for (let i = 0; i < this.#length; i++) rows.push(source[i]);
    return rows as unknown[] as T[];
  }

  /** Moves small rows into the tightest store that keeps them; rows stay where none does. */
  #promote(): void {
    const rows = this.#rows!;
    for (let i = 0; i < rows.length; i++) {
      const value = rows[i];
      if (typeof value !== "number") {
        this.#mode = ROWS;
        return;
      }
      if (this.#mode === INTS && !isInt32(value)) this.#mode = FLOATS;
    }
    this.#rows = undefined;
    this.#large = true;
    this.#begin();
    const target: Int32Array | Float64Array = this.#intLimit > 0 ? this.#ints : this.#floats;
    for (let i = 0; i < rows.length; i++) target[i] = rows[i] as number;
  }

  /** Sees to a store that keeps all integers of a range exactly. */
  #prepareRange(from: number, count: number): void {
    const fits = from >= MIN_INT32 && from + count - 1 <= MAX_INT32;
    if (!fits && this.#intLimit > 0) this.#toFloats();
    if (!fits && this.#mode === INTS) this.#mode = FLOATS;
    if (this.#length === 0) {
      this.#large ||= count >= SMALL_BATCH;
      this.#begin();
    } else if (
      this.#rows !== undefined && this.#mode !== ROWS && this.#length + count >= SMALL_BATCH
    ) {
      this.#promote();
    }
  }
}

function isInt32(value: number): boolean {
  const int = value | 0;
  return int === value && (int !== 0 || 1 / value > 0);
}

function fillInts(target: Int32Array, start: number, count: number, from: number): void {
  const shift = from - start;
  const end = start + count;
  for (let i = start; i < end; i++) target[i] = shift + i;
}

function fillFloats(target: Float64Array, start: number, count: number, from: number): void {
  // The sum also turns a first bound of -0 into the integer 0 that a range means.
  for (let i = 0; i < count; i++) target[start + i] = from + i;
}

function full(capacity: number, value: unknown): RangeError {
  return new RangeError(
    `MEANDER_WRITER_FULL  Cannot write a value (${
      show(value)
    }): the writer holds ${capacity} values, its ` +
      `capacity. Take the data as soon as isFull is true`,
  );
}
