/**
 * Path summaries: what happens to a time on its way through a graph.
 *
 * Every summary has the normal form (d, v, w): keep the first d coordinates, add v ≥ 0 to them,
 * append the constants w. Entering a loop, leaving it and going round it all have this form, and it
 * is closed under composition. Murray et al., "Naiad" (SOSP 2013), section 2.3, in the form that
 * allows several additions at once.
 *
 * Laws, each a property test: the identity changes nothing; `followedBy` is associative and means
 * application one after the other; applying is monotone and so is composing on both sides;
 * `a.lessEqual(b)` holds exactly when `a.apply(t)` is at or before `b.apply(t)` for every t.
 *
 * @module
 */

import { depthOf, formatTime, type Time } from "./time.ts";

const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * A path summary between two depths; immutable.
 *
 * @example
 * ```ts
 * import { Summary } from "meander";
 * import { expect } from "vitest";
 *
 * const once = Summary.ingress(1).followedBy(Summary.feedback(2, 1));
 * expect(once.apply(7)).toEqual([7, 1]);
 * ```
 */
export class Summary {
  /** How many coordinates the times have that this summary applies to. */
  readonly sourceDepth: number;
  /** How many coordinates the results have. */
  readonly targetDepth: number;
  /** How many leading coordinates are kept: d of the normal form. */
  readonly kept: number;
  /** What is added to each kept coordinate: v of the normal form. */
  readonly added: readonly number[];
  /** The constants that follow the kept coordinates: w of the normal form. */
  readonly appended: readonly number[];
  /** Whether every time is mapped to itself. */
  readonly isIdentity: boolean;
  /** From numbers to numbers: what is added. −1 for every other summary. */
  readonly #step: number;

  /**
   * @param sourceDepth Coordinates of the times it applies to, at least 1.
   * @param added What is added to the kept coordinates; its length says how many are kept.
   * @param appended The constants appended after them.
   * @throws RangeError `MEANDER_SUMMARY` when more is kept than there is, nothing would be left, or
   * a number is not a safe integer ≥ 0.
   */
  constructor(sourceDepth: number, added: readonly number[], appended: readonly number[] = []) {
    if (!isCount(sourceDepth) || sourceDepth < 1) {
      throw bad(`with source depth ${sourceDepth}`, "a time has at least one coordinate");
    }
    if (added.length > sourceDepth) {
      throw bad(
        `that keeps ${added.length} coordinates`,
        `its times have only ${sourceDepth}`,
      );
    }
    if (added.length + appended.length < 1) {
      throw bad("without a result", "a time has at least one coordinate");
    }
    if (!added.every(isCount) || !appended.every(isCount)) {
      throw bad(
        `that adds [${added}] and appends [${appended}]`,
        "each of these is a safe integer of 0 or more",
      );
    }
    this.sourceDepth = sourceDepth;
    this.kept = added.length;
    this.added = Object.freeze([...added]);
    this.appended = Object.freeze([...appended]);
    this.targetDepth = added.length + appended.length;
    this.isIdentity = this.kept === sourceDepth && appended.length === 0 &&
      added.every((by) => by === 0);
    const flat = sourceDepth === 1 && this.targetDepth === 1 && this.kept === 1;
    this.#step = flat ? added[0] : -1;
  }

  /** The summary that maps every time of a depth to itself. */
  static identity(depth: number): Summary {
    return new Summary(depth, zeros(depth));
  }

  /** Entering a loop scope from `depth` coordinates: the counter 0 is appended. */
  static ingress(depth: number): Summary {
    return new Summary(depth, zeros(depth), [0]);
  }

  /**
   * Leaving a loop scope whose times have `depth` coordinates: the counter is removed.
   *
   * @throws RangeError `MEANDER_SUMMARY` at depth 1, which no scope can be left from.
   */
  static egress(depth: number): Summary {
    return new Summary(depth, zeros(depth - 1));
  }

  /** Going round the loop whose times have `depth` coordinates: `by` is added to the counter. */
  static feedback(depth: number, by = 1): Summary {
    const added = zeros(depth);
    added[depth - 1] = by;
    return new Summary(depth, added);
  }

  /**
   * The time at the end of the path for a time at its start. The identity returns the very object.
   *
   * @throws RangeError `MEANDER_TIME` when a coordinate would leave the safe integers, or when the
   * time has another depth than the summary's source.
   */
  apply(time: Time): Time {
    const result = this.tryApply(time);
    if (result !== undefined) return result;
    throw new RangeError(
      `MEANDER_TIME  Cannot advance ${formatTime(time)} by ${this}: a coordinate would pass ` +
        `${LARGEST}, the largest safe integer. End the loop earlier or use smaller times`,
    );
  }

  /**
   * Like `apply`, with `undefined` where the result leaves the safe integers. No legal time exists
   * there, so whoever computes frontiers can leave such a result out.
   *
   * @throws RangeError `MEANDER_TIME` when the time has another depth than the summary's source.
   */
  tryApply(time: Time): Time | undefined {
    if (typeof time === "number" && this.#step >= 0) {
      const sum = time + this.#step;
      return sum > LARGEST ? undefined : sum;
    }
    if (depthOf(time) !== this.sourceDepth) throw this.#wrongDepth(time);
    if (this.isIdentity) return time;
    if (this.targetDepth === 1) {
      if (this.kept === 0) return this.appended[0];
      const sum = (typeof time === "number" ? time : time[0]) + this.added[0];
      return sum > LARGEST ? undefined : sum;
    }
    const result = new Array<number>(this.targetDepth);
    const kept = this.kept;
    for (let i = 0; i < kept; i++) {
      const sum = (typeof time === "number" ? time : time[i]) + this.added[i];
      if (sum > LARGEST) return undefined;
      result[i] = sum;
    }
    for (let i = 0; i < this.appended.length; i++) result[kept + i] = this.appended[i];
    return result;
  }

  /**
   * Like `apply`, with the largest safe integer where a coordinate would pass it: for counting what is
   * outstanding under the time it has further on. Counts go up and down at the same time, and a count at
   * the end of all times holds back too much there, never too little.
   *
   * @throws RangeError `MEANDER_TIME` when the time has another depth than the summary's source.
   */
  saturate(time: Time): Time {
    const result = this.tryApply(time);
    if (result !== undefined) return result;
    const sums = (typeof time === "number" ? [time] : time).slice(0, this.kept)
      .map((coordinate, i) => Math.min(coordinate + this.added[i], LARGEST));
    return this.targetDepth === 1 ? sums[0] : [...sums, ...this.appended];
  }

  /**
   * This path and then the next one, in normal form.
   *
   * @throws RangeError `MEANDER_SUMMARY` when the next path starts at another depth, or a sum
   * leaves the safe integers.
   */
  followedBy(next: Summary): Summary {
    if (next.sourceDepth !== this.targetDepth) {
      throw bad(
        `of ${this} followed by ${next}`,
        `the first ends at depth ${this.targetDepth}, the second starts at ${next.sourceDepth}`,
      );
    }
    if (next.isIdentity) return this;
    if (this.isIdentity) return next;
    const kept = Math.min(this.kept, next.kept);
    const added = new Array<number>(kept);
    for (let i = 0; i < kept; i++) added[i] = this.added[i] + next.added[i];
    const appended: number[] = [];
    // Constants of the first path that the second keeps stay constants, with its additions.
    for (let i = kept; i < next.kept; i++) {
      appended.push(this.appended[i - this.kept] + next.added[i]);
    }
    appended.push(...next.appended);
    return new Summary(this.sourceDepth, added, appended);
  }

  /**
   * Whether this path's result is at or before the other's for every time. It holds exactly when
   * this path keeps no more coordinates, adds no more to them, and appends constants that are at
   * most what the other adds to the coordinates it keeps beyond, followed by its constants.
   * Summaries between other depths are not comparable.
   */
  lessEqual(other: Summary): boolean {
    if (this.sourceDepth !== other.sourceDepth || this.targetDepth !== other.targetDepth) {
      return false;
    }
    if (this.kept > other.kept) return false;
    for (let i = 0; i < this.targetDepth; i++) {
      const mine = i < this.kept ? this.added[i] : this.appended[i - this.kept];
      const theirs = i < other.kept ? other.added[i] : other.appended[i - other.kept];
      if (mine > theirs) return false;
    }
    return true;
  }

  /** Whether the two have the same normal form between the same depths. */
  equals(other: Summary): boolean {
    return this === other || (this.lessEqual(other) && other.lessEqual(this));
  }

  /** Whether the coordinate at this level, counted from 1, is kept and strictly increased. */
  increasesAt(level: number): boolean {
    return level <= this.kept && this.added[level - 1] > 0;
  }

  /** The path as a list of results over coordinates a, b, c and so on: `[a,b+1,0]`. */
  toString(): string {
    const parts = this.added.map((by, i) => coordinateName(i) + (by === 0 ? "" : `+${by}`));
    return `[${[...parts, ...this.appended].join(",")}]`;
  }

  #wrongDepth(time: Time): RangeError {
    return new RangeError(
      `MEANDER_TIME  Cannot advance ${formatTime(time)} by ${this}: the time has ` +
        `${depthOf(time)} coordinates, the path starts at ${this.sourceDepth}. ` +
        "Use a time of the scope the path starts in",
    );
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function zeros(length: number): number[] {
  return length > 0 ? new Array<number>(length).fill(0) : [];
}

function coordinateName(index: number): string {
  return index < 26 ? String.fromCharCode(97 + index) : `t${index + 1}`;
}

function bad(what: string, why: string): RangeError {
  return new RangeError(
    `MEANDER_SUMMARY  Cannot make a summary ${what}: ${why}. Correct the declared path`,
  );
}
