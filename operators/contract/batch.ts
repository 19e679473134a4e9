/**
 * The batch: what a message carries from vertex to vertex.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { type Data, dataLength, type Values, valuesOf } from "../../batches/data.ts";
import type { BufferPool } from "../../batches/pool.ts";

/**
 * Shared ownership of one pooled buffer. Batches that share the buffer (a fan-out, a batch that enters a
 * loop and keeps its data) share the lease; the buffer returns to the pool with the last release.
 */
export class Lease {
  #holders = 1;
  readonly #buffer: Int32Array | Float64Array;
  readonly #pool: BufferPool;

  /** Takes charge of `buffer`, which came from `pool`. */
  constructor(buffer: Int32Array | Float64Array, pool: BufferPool) {
    this.#buffer = buffer;
    this.#pool = pool;
  }

  /** One more holder, or `more` of them. */
  share(more = 1): void {
    this.#holders += more;
  }

  /** One holder less; the last one gives the buffer back. */
  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.#pool.give(this.#buffer);
  }
}

/**
 * Records of one time, as rows or as typed columns; an operator need not care which. Records are
 * immutable by contract. A batch is valid during the callback that receives it; call
 * {@linkcode Batch.retain} to read it later, and {@linkcode Batch.release} when done.
 */
export class Batch<T = unknown> {
  /** The logical timestamp of every record in the batch. */
  readonly time: Time;
  /** The records; a pooled typed array may be longer than {@linkcode Batch.length}. */
  readonly data: Data<T>;
  /** How many records there are, at least 1. */
  readonly length: number;
  /** Shared ownership of the buffer behind `data`, when it is pooled. */
  readonly lease: Lease | null;

  /** Wraps data without copying it. */
  constructor(
    time: Time,
    data: Data<T>,
    length: number = dataLength(data),
    lease: Lease | null = null,
  ) {
    this.time = time;
    this.data = data;
    this.length = length;
    this.lease = lease;
  }

  /** The records as something a counting loop can index up to {@linkcode Batch.length}. */
  values(): Values<T> {
    // Rows are by far the most frequent and need no look at what kind of column they are.
    const { data } = this;
    return Array.isArray(data) ? data : valuesOf(data);
  }

  /** The records as an array of exactly `length`; copies unless they are rows already. */
  rows(): readonly T[] {
    const values = this.values();
    if (Array.isArray(values) && values.length === this.length) return values;
    // A loop is ten times as fast as Array.from with a function.
    const rows: T[] = [];
    for (let i = 0; i < this.length; i++) rows.push(values[i]);
    return rows;
  }

  /** The same records at another time; both share the buffer, and each is released on its own. */
  at(time: Time): Batch<T> {
    this.lease?.share();
    return new Batch(time, this.data, this.length, this.lease);
  }

  /** Keeps the batch readable beyond the callback; pair it with {@linkcode Batch.release}. */
  retain(): this {
    this.lease?.share();
    return this;
  }

  /** Ends one {@linkcode Batch.retain}. */
  release(): void {
    this.lease?.release();
  }

  /** Iterates the records. */
  *[Symbol.iterator](): IterableIterator<T> {
    const values = this.values();
    for (let i = 0; i < this.length; i++) yield values[i];
  }
}
