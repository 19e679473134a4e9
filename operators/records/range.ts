/**
 * Integers in a row, as something that can be sent in bulk.
 *
 * @module
 */

/** The integers from `from` up to but not including `to`; see {@linkcode range}. */
export class Range implements Iterable<number> {
  readonly from: number;
  readonly to: number;

  /** Both must be safe integers. */
  constructor(from: number, to: number) {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
      throw new RangeError(
        `MEANDER_RANGE  Cannot make a range from ${from} to ${to}: both must be safe integers`,
      );
    }
    this.from = from;
    this.to = to;
  }

  /** How many there are. */
  get length(): number {
    return Math.max(0, this.to - this.from);
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let n = this.from; n < this.to; n++) yield n;
  }
}

/**
 * The integers from `from` up to but not including `to`. `flatMap` sends a range in bulk and can be
 * interrupted anywhere in it; to iterate it costs what any iterator costs.
 *
 * @throws {RangeError} when a bound is no safe integer.
 * @example
 * ```ts
 * import { range } from "meander";
 * import { expect } from "vitest";
 *
 * expect([...range(2, 5)]).toEqual([2, 3, 4]);
 * expect(range(5, 2).length).toBe(0);
 * ```
 */
export function range(from: number, to: number): Range {
  return new Range(from, to);
}
