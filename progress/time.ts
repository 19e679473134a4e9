/**
 * Times and their order.
 *
 * A time has a fixed number of coordinates, decided by the scope it belongs to: the root has one
 * (the epoch) unless the dataflow declares more, and each loop scope appends a counter. At one
 * coordinate a time is a plain number, because nearly all times are that and a number needs no
 * allocation; from two coordinates on it is an array of exactly that length. There are no arrays of
 * length one, so that every time has one representation and identity implies equality.
 *
 * Two orders exist and must not be confused. The partial order (`lessEqual`) compares coordinate by
 * coordinate and is the only one that may decide completeness. The total order (`compareTimes`)
 * extends it and serves sorting and heaps.
 *
 * @module
 */

/**
 * A time: a number at one coordinate, an array of two or more coordinates otherwise. Coordinates
 * are safe integers ≥ 0. Inside a question such as "is everything with this prefix complete"
 * trailing coordinates may be `Infinity`; no message or capability has such a time.
 */
export type Time = number | readonly number[];

/** The number of coordinates of a time, at least 1. */
export function depthOf(time: Time): number {
  return typeof time === "number" ? 1 : time.length;
}

/** The coordinate with this index, counted from 0. The index must be below the depth. */
export function coordinateOf(time: Time, index: number): number {
  return typeof time === "number" ? time : time[index];
}

/** Whether two times are the same value. Times of different depth are never equal. */
export function equalTimes(a: Time, b: Time): boolean {
  if (a === b) return true;
  if (typeof a === "number" || typeof b === "number") return false;
  const depth = a.length;
  if (depth !== b.length) return false;
  for (let i = 0; i < depth; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/**
 * The partial order of times: every coordinate of `a` is at most the same coordinate of `b`. Times
 * of different depth are not comparable, so the answer is false both ways.
 *
 * @example
 * ```ts
 * import { lessEqual } from "meander";
 * import { expect } from "vitest";
 *
 * expect(lessEqual([1, 0], [1, 5])).toEqual(true);
 * expect(lessEqual([1, 5], [2, 0])).toEqual(false);
 * ```
 */
export function lessEqual(a: Time, b: Time): boolean {
  if (typeof a === "number") return typeof b === "number" && a <= b;
  if (typeof b === "number") return false;
  const depth = a.length;
  if (depth !== b.length) return false;
  for (let i = 0; i < depth; i++) {
    if (!(a[i] <= b[i])) return false;
  }
  return true;
}

/**
 * The strict part of the partial order: `a` is at most `b` and not equal to it. Note that
 * `!lessThan(a, b)` does not mean `lessEqual(b, a)` when there are several coordinates.
 *
 * @example
 * ```ts
 * import { lessThan } from "meander";
 * import { expect } from "vitest";
 *
 * expect(lessThan(3, 4)).toEqual(true);
 * expect(lessThan([1, 5], [2, 0])).toEqual(false);
 * ```
 */
export function lessThan(a: Time, b: Time): boolean {
  if (typeof a === "number") return typeof b === "number" && a < b;
  return lessEqual(a, b) && !equalTimes(a, b);
}

/**
 * A total order that extends the partial one: lexicographic by coordinates, and a time that is a
 * prefix of another comes first. It is for sorting and heaps, never for deciding completeness.
 *
 * @returns A negative number, zero or a positive number, as `Array.prototype.sort` expects.
 *
 * @example
 * ```ts
 * import { compareTimes } from "meander";
 * import { expect } from "vitest";
 *
 * expect([[2, 0], [1, 5], [1, 0]].sort(compareTimes)).toEqual([[1, 0], [1, 5], [2, 0]]);
 * ```
 */
export function compareTimes(a: Time, b: Time): number {
  // No subtraction: Infinity minus Infinity is NaN, and requests contain infinite coordinates.
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (a === b) return 0;
  const depthA = depthOf(a);
  const depthB = depthOf(b);
  const shared = depthA < depthB ? depthA : depthB;
  for (let i = 0; i < shared; i++) {
    const x = coordinateOf(a, i);
    const y = coordinateOf(b, i);
    if (x !== y) return x < y ? -1 : 1;
  }
  return depthA - depthB;
}

/**
 * The least time that is at or after both, coordinate by coordinate.
 *
 * @throws TypeError `MEANDER_TIME` when the times have different depths.
 *
 * @example
 * ```ts
 * import { joinTimes } from "meander";
 * import { expect } from "vitest";
 *
 * expect(joinTimes([1, 5], [2, 0])).toEqual([2, 5]);
 * ```
 */
export function join(a: Time, b: Time): Time {
  if (typeof a === "number" && typeof b === "number") return a >= b ? a : b;
  if (typeof a === "number" || typeof b === "number" || a.length !== b.length) {
    throw differentDepths("join", a, b);
  }
  if (lessEqual(a, b)) return b;
  if (lessEqual(b, a)) return a;
  return a.map((x, i) => Math.max(x, b[i]));
}

/**
 * The greatest time that is at or before both, coordinate by coordinate.
 *
 * @throws TypeError `MEANDER_TIME` when the times have different depths.
 *
 * @example
 * ```ts
 * import { meetTimes } from "meander";
 * import { expect } from "vitest";
 *
 * expect(meetTimes([1, 5], [2, 0])).toEqual([1, 0]);
 * ```
 */
export function meet(a: Time, b: Time): Time {
  if (typeof a === "number" && typeof b === "number") return a <= b ? a : b;
  if (typeof a === "number" || typeof b === "number" || a.length !== b.length) {
    throw differentDepths("meet", a, b);
  }
  if (lessEqual(a, b)) return a;
  if (lessEqual(b, a)) return b;
  return a.map((x, i) => Math.min(x, b[i]));
}

/**
 * A time as people read it: `5` at one coordinate, `[5,2]` at several.
 *
 * @example
 * ```ts
 * import { formatTime } from "meander";
 * import { expect } from "vitest";
 *
 * expect(formatTime([5, 2])).toEqual("[5,2]");
 * ```
 */
export function formatTime(time: Time): string {
  return typeof time === "number" ? String(time) : `[${time.join(",")}]`;
}

/** The least time of a depth: all coordinates 0. */
export function minimumTime(depth: number): Time {
  checkDepth(depth);
  return depth === 1 ? 0 : new Array<number>(depth).fill(0);
}

/**
 * Checks a value that came from outside and gives it the one representation of a time: a number, or
 * a list of one number, at depth 1; a list of exactly `depth` numbers above. A fresh list is
 * returned, so that the caller cannot change the time afterwards.
 *
 * @throws TypeError `MEANDER_TIME` when the value is not a list of numbers of this depth.
 * @throws RangeError `MEANDER_TIME` when a coordinate is not a safe integer ≥ 0.
 */
export function checkTime(value: unknown, depth: number): Time {
  // Nearly every time that is checked is a good number, and needs neither a list nor a message. Adding 0
  // normalises -0, which is equal to 0 but prints and hashes differently.
  if (depth === 1 && Number.isSafeInteger(value) && (value as number) >= 0) {
    return (value as number) + 0;
  }
  checkDepth(depth);
  const wanted = depth === 1 ? "a number" : `a list of ${depth} numbers`;
  const list = typeof value === "number" ? [value] : value;
  if (!Array.isArray(list) || list.length !== depth) {
    const found = Array.isArray(list)
      ? `${list.length} coordinate${list.length === 1 ? "" : "s"}`
      : list === null
      ? "null"
      : typeof list;
    throw new TypeError(
      `MEANDER_TIME  Cannot use ${shorten(value)} as a time: found ${found}, ` +
        `a time of this scope is ${wanted}. Give one coordinate for each enclosing scope`,
    );
  }
  for (let i = 0; i < depth; i++) {
    const coordinate: unknown = list[i];
    if (Number.isSafeInteger(coordinate) && (coordinate as number) >= 0) continue;
    throw new RangeError(
      `MEANDER_TIME  Cannot use ${shorten(value)} as a time: coordinate ${i + 1} is ` +
        `${shorten(coordinate)}, not a safe integer of 0 or more. ` +
        `Use whole numbers from 0 to ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return depth === 1 ? (list[0] as number) + 0 : (list as number[]).map((x) => x + 0);
}

function checkDepth(depth: number): void {
  if (Number.isSafeInteger(depth) && depth >= 1) return;
  throw new RangeError(
    `MEANDER_TIME  Cannot make times with ${shorten(depth)} coordinates: ` +
      "a time has at least one. Use a whole number of 1 or more",
  );
}

function differentDepths(what: string, a: Time, b: Time): TypeError {
  return new TypeError(
    `MEANDER_TIME  Cannot ${what} ${shorten(a)} and ${shorten(b)}: they have ` +
      `${depthOf(a)} and ${depthOf(b)} coordinates. Use times of one scope`,
  );
}

/** A value as text of at most 80 characters, for error messages. */
function shorten(value: unknown): string {
  let text: string | undefined;
  if (typeof value === "object" && value !== null) {
    try {
      text = JSON.stringify(value);
    } catch {
      text = undefined;
    }
  }
  text ??= String(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
