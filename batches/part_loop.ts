/**
 * Deals the records of a batch out to several parts.
 * @module
 */

import type { Fault } from "./closed_loops.ts";
import type { Data, Values } from "./data.ts";
import type { BufferPool } from "./pool.ts";
import { Specialized } from "./specialize.ts";
import { SMALL_BATCH } from "./writer.ts";

/** Takes the records of one part; a typed array among them comes from the pool and is the taker's. */
export type PartTaker = (part: number, data: Data<unknown>, length: number) => void;

/** Most parts: their indices are kept in bytes. */
export const MOST_PARTS = 256;

/**
 * One use of a function that says to which part a record belongs. All records are asked about before any
 * buffer is taken, so that a function that throws leaves nothing behind. Numbers in columns stay in
 * columns; fewer than 32 of them come out as rows.
 *
 * A function that decides between two parts is given `extra` as a second argument, the same for the whole
 * batch.
 */
export class PartLoop {
  /** How many parts there are. */
  readonly parts: number;
  /** After `choose` has thrown, or has stopped: at which record, and what it was given there. */
  readonly fault: Fault = { index: -1, value: undefined };
  readonly #f: (value: never, extra: never) => unknown;
  readonly #loop: Specialized<typeof chooseParts>;
  readonly #counts: Int32Array;
  #chosen = new Uint8Array(64);

  /**
   * A function that gives the index of a part; with `truth`, one whose truthy results mean part 1 and whose
   * others mean part 0. Throws a RangeError when `parts` is no integer from 1 to 256.
   */
  constructor(
    parts: number,
    f: (value: never, extra: never) => unknown,
    { truth = false }: { readonly truth?: boolean } = {},
  ) {
    if (!Number.isInteger(parts) || parts < 1 || parts > MOST_PARTS) {
      throw new RangeError(
        `MEANDER_PARTS  Cannot deal records out to ${parts} parts: there are 1 to ${MOST_PARTS}. ` +
          `Pass such a number`,
      );
    }
    this.parts = parts;
    this.#f = f;
    this.#loop = new Specialized(truth ? decideParts : chooseParts);
    this.#counts = new Int32Array(parts);
  }

  /**
   * Asks for the part of each of the first `length` values, in order. False when a result names no part:
   * `fault` then has the record's index and the result. Throws what the function throws.
   */
  choose(values: Values<unknown>, length: number, extra: unknown): boolean {
    const { fault } = this;
    fault.index = -1;
    fault.value = undefined;
    this.#counts.fill(0);
    if (this.#chosen.length < length) {
      this.#chosen = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    }
    const loop = this.#loop.for(length);
    const stopped = loop(
      this.#f as never,
      values,
      this.#chosen,
      this.#counts,
      length,
      extra,
      fault,
    );
    if (stopped === length) return true;
    fault.index = stopped;
    return false;
  }

  /** The one part that all records chose, or −1. */
  whole(length: number): number {
    return this.#counts.indexOf(length);
  }

  /** Hands each part that has records its own, in order, after `choose` has returned true. */
  deal(values: Values<unknown>, length: number, pool: BufferPool, take: PartTaker): void {
    if (values instanceof Int32Array) {
      const buffers = this.#buffers((count) => pool.takeInt32(count));
      dealInts(values, this.#chosen, buffers, this.#counts, length);
      return this.#hand(buffers, pool, take);
    }
    if (values instanceof Float64Array) {
      const buffers = this.#buffers((count) => pool.takeFloat64(count));
      dealFloats(values, this.#chosen, buffers, this.#counts, length);
      return this.#hand(buffers, pool, take);
    }
    const lists: unknown[][] = Array.from(this.#counts, () => []);
    for (let i = 0; i < length; i++) lists[this.#chosen[i]].push(values[i]);
    for (let part = 0; part < this.parts; part++) {
      if (lists[part].length > 0) take(part, lists[part], lists[part].length);
    }
  }

  /** A buffer for each part with records; the counts go to 0, to be counted up again while they are filled. */
  #buffers<B>(takeBuffer: (count: number) => B): (B | undefined)[] {
    const buffers = Array.from(
      this.#counts,
      (count) => count === 0 ? undefined : takeBuffer(count),
    );
    this.#counts.fill(0);
    return buffers;
  }

  #hand(
    buffers: readonly (Int32Array | Float64Array | undefined)[],
    pool: BufferPool,
    take: PartTaker,
  ): void {
    for (let part = 0; part < this.parts; part++) {
      const buffer = buffers[part];
      if (buffer === undefined) continue;
      const count = this.#counts[part];
      if (count >= SMALL_BATCH) {
        take(part, buffer, count);
        continue;
      }
      const rows: number[] = [];
      for (let i = 0; i < count; i++) rows.push(buffer[i]);
      pool.give(buffer);
      take(part, rows, count);
    }
  }
}

/** Closed, as `closed_loops.ts` explains. Stops at the first result that is no index of a part. */
function chooseParts(
  f: (value: unknown) => unknown,
  input: ArrayLike<unknown>,
  chosen: Uint8Array,
  counts: Int32Array,
  to: number,
  _extra: unknown,
  fault: Fault,
): number {
  let i = 0;
  const parts = counts.length;
  try {
    for (; i < to; i++) {
      const part = f(input[i]) as number;
      if ((part | 0) !== part || part < 0 || part >= parts) {
        fault.value = part;
        return i;
      }
      chosen[i] = part;
      counts[part]++;
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return to;
}

/** Closed, as `closed_loops.ts` explains. Two parts: what is not true, and what is. */
function decideParts(
  f: (value: unknown, extra: unknown) => unknown,
  input: ArrayLike<unknown>,
  chosen: Uint8Array,
  counts: Int32Array,
  to: number,
  extra: unknown,
  fault: Fault,
): number {
  let i = 0;
  let yes = 0;
  try {
    for (; i < to; i++) {
      const part = f(input[i], extra) ? 1 : 0;
      chosen[i] = part;
      yes += part;
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  counts[0] = to - yes;
  counts[1] = yes;
  return to;
}

function dealInts(
  input: Int32Array,
  chosen: Uint8Array,
  buffers: readonly (Int32Array | undefined)[],
  fill: Int32Array,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    const part = chosen[i];
    buffers[part]![fill[part]++] = input[i];
  }
}

function dealFloats(
  input: Float64Array,
  chosen: Uint8Array,
  buffers: readonly (Float64Array | undefined)[],
  fill: Int32Array,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    const part = chosen[i];
    buffers[part]![fill[part]++] = input[i];
  }
}
