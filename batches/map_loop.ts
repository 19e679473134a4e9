/**
 * Maps batches through a user's function.
 * @module
 */

import { type Fault, mapFloat64, mapInt32, mapRows } from "./closed_loops.ts";
import type { Data, Values } from "./data.ts";
import type { BufferPool } from "./pool.ts";
import { Specialized } from "./specialize.ts";
import { SMALL_BATCH } from "./writer.ts";

const INTS = 0;
const FLOATS = 1;
const ROWS = 2;

/**
 * One use of a function as a map. It speculates that results are 32-bit integers, falls back to
 * doubles and then to rows, within the batch and without calling the function again, and keeps to
 * what it learnt: the form of large batches only loosens. Batches below 32 records are rows.
 *
 * Results survive exactly: by Object.is for numbers, by identity for everything else.
 */
export class MapLoop<T, U> {
  readonly #f: (value: T) => unknown;
  readonly #ints = new Specialized(mapInt32<T>);
  readonly #floats = new Specialized(mapFloat64<T>);
  readonly #rows = new Specialized(mapRows<T>);
  #mode: typeof INTS | typeof FLOATS | typeof ROWS = INTS;

  /** After `run` has thrown: `index` is the record whose function threw. -1 otherwise. */
  readonly fault: Fault = { index: -1, value: undefined };

  /** Takes the user's function; it is called once per record, in order, with the record alone. */
  constructor(f: (value: T) => U) {
    this.#f = f;
  }

  /**
   * The results for the first `length` values, as many as there were values. A typed array comes
   * from the pool and belongs to the caller; it may be larger than its content. Throws what the
   * function throws, with `fault.index` set and all buffers back in the pool.
   */
  run(values: Values<T>, length: number, pool: BufferPool): Data<U> {
    if (length < SMALL_BATCH) return this.#runSmall(values, length);
    this.fault.index = -1;
    if (this.#mode === ROWS) return this.#runRows(values, [], 0, length);
    if (this.#mode === FLOATS) {
      return this.#runFloats(values, pool.takeFloat64(length), 0, length, pool);
    }
    return this.#runInts(values, length, pool);
  }

  /** A few records: no loop of its own, no buffer, no handler to set up. */
  #runSmall(values: Values<T>, length: number): Data<U> {
    const f = this.#f;
    const fault = this.fault;
    if (length === 0) return [];
    fault.index = 0;
    // A literal of one element takes the room of one; growing an empty array takes that of 17.
    const rows: unknown[] = [f(values[0])];
    for (let i = 1; i < length; i++) {
      fault.index = i;
      rows.push(f(values[i]));
    }
    fault.index = -1;
    return rows as U[];
  }

  #runInts(values: Values<T>, length: number, pool: BufferPool): Data<U> {
    const ints = pool.takeInt32(length);
    let stopped = 0;
    let done = false;
    try {
      stopped = this.#ints.for(length)(this.#f, values, ints, 0, length, this.fault);
      if (stopped === length) {
        done = true;
        return ints;
      }
      const value = this.#takeValue();
      if (typeof value !== "number") {
        return this.#runRows(values, rowsOf(ints, stopped, value), stopped + 1, length);
      }
      this.#mode = FLOATS;
      const floats = pool.takeFloat64(length);
      for (let i = 0; i < stopped; i++) floats[i] = ints[i];
      floats[stopped] = value;
      return this.#runFloats(values, floats, stopped + 1, length, pool);
    } finally {
      if (!done) pool.give(ints);
    }
  }

  #runFloats(
    values: Values<T>,
    floats: Float64Array,
    from: number,
    length: number,
    pool: BufferPool,
  ): Data<U> {
    let done = false;
    try {
      const stopped = this.#floats.for(length)(this.#f, values, floats, from, length, this.fault);
      if (stopped === length) {
        done = true;
        return floats;
      }
      const rows = rowsOf(floats, stopped, this.#takeValue());
      return this.#runRows(values, rows, stopped + 1, length);
    } finally {
      if (!done) pool.give(floats);
    }
  }

  #runRows(values: Values<T>, rows: unknown[], from: number, length: number): Data<U> {
    if (length >= SMALL_BATCH) this.#mode = ROWS;
    this.#rows.for(length)(this.#f, values, rows, from, length, this.fault);
    return rows as U[];
  }

  /** The result that did not fit. Forgotten here, so that no value is kept alive. */
  #takeValue(): unknown {
    const value = this.fault.value;
    this.fault.value = undefined;
    return value;
  }
}

function rowsOf(numbers: Int32Array | Float64Array, length: number, next: unknown): unknown[] {
  const rows: unknown[] = [];
  for (let i = 0; i < length; i++) rows.push(numbers[i]);
  rows.push(next);
  return rows;
}
