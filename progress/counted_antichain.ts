/**
 * Counted antichains: multisets of times with signed counts and the frontier of those that have a
 * positive one.
 *
 * @module
 */

import { GridCounts } from "./grid_counts.ts";
import { LineCounts } from "./line_counts.ts";
import type { Time } from "./time.ts";

/**
 * A multiset of times of one depth whose counts may be negative: a −1 can arrive before the +1 it
 * belongs to, and clamping it would leave the +1 outstanding for ever. The frontier is the
 * antichain of minimal times with a positive count.
 *
 * Laws: the counts are the sums of the updates in any order; the frontier depends on the counts
 * alone; `update` returns true exactly when the frontier is another one than before.
 */
export interface CountedAntichain {
  /** Adds `delta` to the count at a time. Returns whether the frontier changed. */
  update(time: Time, delta: number): boolean;
  /** The frontier in `compareTimes` order. The array is never changed once handed out. */
  frontier(): readonly Time[];
  /** Whether some element of the frontier is at or before the time. */
  lessEqual(time: Time): boolean;
  /** The count at a time, 0 where nothing was counted. */
  count(time: Time): number;
  /** Every time whose count is not 0, with its count, in `compareTimes` order. */
  entries(): Iterable<[Time, number]>;
}

/** An empty counted antichain for times of a depth: `LineCounts` at 1, `GridCounts` above. */
export function countedAntichain(depth: number): CountedAntichain {
  return depth === 1 ? new LineCounts() : new GridCounts();
}
