/**
 * Filters batches by a user's predicate.
 * @module
 */

import { type Fault, filterFloat64, filterInt32, filterRows } from "./closed_loops.ts";
import type { Data, Values } from "./data.ts";
import type { BufferPool } from "./pool.ts";
import { Specialized } from "./specialize.ts";
import { SMALL_BATCH } from "./writer.ts";

/** Settings of a filter loop. */
export interface FilterOptions {
  /**
   * Returns the input itself, with `sameAsInput` set, when every record was kept. The caller then
   * has to forward the batch it came from instead of owning two. Off unless asked for.
   */
  readonly forwardWhole?: boolean;
}

/**
 * One use of a function as a filter. The records kept come out in the form they came in: integers,
 * doubles or rows; fewer than 32 of them come out as rows.
 */
export class FilterLoop<T> {
  readonly #predicate: (value: T) => unknown;
  readonly #forwardWhole: boolean;
  readonly #ints = new Specialized(filterInt32);
  readonly #floats = new Specialized(filterFloat64);
  readonly #rows = new Specialized(filterRows<T>);

  /** Number of records the last `run` kept: the length of its output. */
  kept = 0;
  /** True when the last `run` returned its input; never, unless `forwardWhole` was asked for. */
  sameAsInput = false;
  /** After `run` has thrown: `index` is the record whose predicate threw. -1 otherwise. */
  readonly fault: Fault = { index: -1, value: undefined };

  /** Takes the predicate; it is called once per record, in order; any truthy result keeps it. */
  constructor(predicate: (value: T) => unknown, options: FilterOptions = {}) {
    this.#predicate = predicate;
    this.#forwardWhole = options.forwardWhole === true;
  }

  /**
   * Those of the first `length` values that the predicate accepts, `kept` of them, in order. A
   * typed array comes from the pool and belongs to the caller, unless `sameAsInput` says that it
   * is the input. Throws what the predicate throws, with `fault.index` set and buffers given back.
   */
  run(values: Values<T>, length: number, pool: BufferPool): Data<T> {
    this.fault.index = -1;
    this.sameAsInput = false;
    this.kept = 0;
    const output = this.#output(values, length, pool);
    if (this.kept !== length || !this.#forwardWhole || length === 0) return output;
    // A longer array than the batch is no data of its own, so rows must match in length.
    if (Array.isArray(values) && values.length !== length) return output;
    pool.give(output);
    this.sameAsInput = true;
    return values as unknown as Data<T>;
  }

  #output(values: Values<T>, length: number, pool: BufferPool): Data<T> {
    const input: unknown = values;
    if (length >= SMALL_BATCH) {
      if (input instanceof Int32Array) return this.#runInts(input, length, pool);
      if (input instanceof Float64Array) return this.#runFloats(input, length, pool);
    }
    if (length < SMALL_BATCH) return this.#runSmall(values, length);
    const rows: T[] = [];
    this.kept = this.#rows.for(length)(this.#predicate, values, rows, 0, length, this.fault);
    return rows;
  }

  /** A few records: no loop of its own, no buffer, no handler to set up. */
  #runSmall(values: Values<T>, length: number): T[] {
    const predicate = this.#predicate;
    const fault = this.fault;
    const rows: T[] = [];
    for (let i = 0; i < length; i++) {
      fault.index = i;
      if (predicate(values[i])) rows.push(values[i]);
    }
    fault.index = -1;
    this.kept = rows.length;
    return rows;
  }

  #runInts(input: Int32Array, length: number, pool: BufferPool): Data<T> {
    const output = pool.takeInt32(length);
    let done = false;
    try {
      const predicate = this.#predicate as unknown as (value: number) => unknown;
      this.kept = this.#ints.for(length)(predicate, input, output, 0, length, this.fault);
      done = this.kept >= SMALL_BATCH;
      return done ? output : rowsOf<T>(output, this.kept);
    } finally {
      if (!done) pool.give(output);
    }
  }

  #runFloats(input: Float64Array, length: number, pool: BufferPool): Data<T> {
    const output = pool.takeFloat64(length);
    let done = false;
    try {
      const predicate = this.#predicate as unknown as (value: number) => unknown;
      this.kept = this.#floats.for(length)(predicate, input, output, 0, length, this.fault);
      done = this.kept >= SMALL_BATCH;
      return done ? output : rowsOf<T>(output, this.kept);
    } finally {
      if (!done) pool.give(output);
    }
  }
}

function rowsOf<T>(numbers: Int32Array | Float64Array, length: number): T[] {
  const rows: number[] = [];
  for (let i = 0; i < length; i++) rows.push(numbers[i]);
  return rows as unknown[] as T[];
}
