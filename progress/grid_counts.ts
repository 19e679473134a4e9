/**
 * The counted antichain of times with two coordinates or more.
 *
 * @module
 */

import type { CountedAntichain } from "./counted_antichain.ts";
import { compareTimes, equalTimes, lessEqual, type Time } from "./time.ts";

const NOTHING: readonly Time[] = Object.freeze([]);

/**
 * Counts of times under the product order, sorted lexicographically, which extends it. Entries lie
 * at `#head` ≤ i < end of the arrays, so that the first one leaves without moving the others.
 *
 * The frontier changes only when a count becomes or stops being positive. A new positive time that
 * some frontier element is at or before changes nothing. When a frontier element goes, only times
 * at or after it can come to light, because any other is still dominated by what it was.
 */
export class GridCounts implements CountedAntichain {
  #times: Time[] = [];
  #counts: number[] = [];
  #head = 0;
  /** Replaced, never changed, because it may have been handed out. Sorted by `compareTimes`. */
  #frontier: readonly Time[] = NOTHING;

  /** Adds `delta` to the count at a time. Returns whether the frontier changed. */
  update(time: Time, delta: number): boolean {
    if (delta === 0) return false;
    const at = this.#find(time);
    const known = at < this.#times.length && equalTimes(this.#times[at], time);
    const before = known ? this.#counts[at] : 0;
    const after = before + delta;
    let following = at + 1;
    if (!known) this.#insert(at, time, after);
    else if (after === 0) following = this.#remove(at);
    else this.#counts[at] = after;
    if (before > 0 === after > 0) return false;
    return after > 0 ? this.#include(time) : this.#exclude(time, following);
  }

  /** The frontier in `compareTimes` order. */
  frontier(): readonly Time[] {
    return this.#frontier;
  }

  /** Whether some element of the frontier is at or before the time. */
  lessEqual(time: Time): boolean {
    const frontier = this.#frontier;
    for (let i = 0; i < frontier.length; i++) {
      if (lessEqual(frontier[i], time)) return true;
    }
    return false;
  }

  /** The count at a time, 0 where nothing was counted. */
  count(time: Time): number {
    const at = this.#find(time);
    return at < this.#times.length && equalTimes(this.#times[at], time) ? this.#counts[at] : 0;
  }

  /** Every time whose count is not 0, with its count, in `compareTimes` order. */
  *entries(): Generator<[Time, number]> {
    for (let i = this.#head; i < this.#times.length; i++) yield [this.#times[i], this.#counts[i]];
  }

  /** A time has become positive. */
  #include(time: Time): boolean {
    const old = this.#frontier;
    const next: Time[] = [];
    let placed = false;
    for (let i = 0; i < old.length; i++) {
      const element = old[i];
      if (lessEqual(element, time)) return false;
      if (lessEqual(time, element)) continue;
      if (!placed && compareTimes(time, element) < 0) {
        next.push(time);
        placed = true;
      }
      next.push(element);
    }
    if (!placed) next.push(time);
    this.#frontier = next;
    return true;
  }

  /** A time has stopped being positive; the entries after it start at index `from`. */
  #exclude(time: Time, from: number): boolean {
    const old = this.#frontier;
    let index = 0;
    while (index < old.length && !equalTimes(old[index], time)) index++;
    if (index === old.length) return false;
    const next: Time[] = old.slice(0, index);
    // From here on elements that stay and elements that come to light are merged in order. An
    // earlier one can be at or before a later one, never the other way round.
    let staying = index + 1;
    for (let i = from; i < this.#times.length; i++) {
      if (this.#counts[i] <= 0) continue;
      const candidate = this.#times[i];
      if (staying < old.length && equalTimes(old[staying], candidate)) {
        next.push(candidate);
        staying++;
        continue;
      }
      if (!lessEqual(time, candidate)) continue;
      if (someLessEqual(next, candidate)) continue;
      next.push(candidate);
      // Whatever else could come to light is later than the candidate in the first coordinate it
      // differs in, and at or after `time` in all. If the candidate exceeds `time` in nothing but
      // the first coordinate, it is at or before all of these, and the scan is over.
      if (sameAfterFirst(candidate, time)) break;
    }
    while (staying < old.length) next.push(old[staying++]);
    this.#frontier = next.length === 0 ? NOTHING : next;
    return true;
  }

  /** The first index whose time is at or after this one in `compareTimes`. */
  #find(time: Time): number {
    const times = this.#times;
    let low = this.#head;
    let high = times.length;
    // The last and the first entry are the usual ones.
    if (low < high) {
      const last = compareTimes(times[high - 1], time);
      if (last < 0) return high;
      if (last === 0) return high - 1;
      if (compareTimes(times[low], time) >= 0) return low;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTimes(times[middle], time) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, time: Time, count: number): void {
    const times = this.#times;
    const counts = this.#counts;
    if (at === this.#head && at > 0) {
      this.#head = at - 1;
      times[at - 1] = time;
      counts[at - 1] = count;
      return;
    }
    // The new entry moves from the end to its place.
    let i = times.length;
    times.push(time);
    counts.push(count);
    for (; i > at; i--) {
      times[i] = times[i - 1];
      counts[i] = counts[i - 1];
    }
    times[at] = time;
    counts[at] = count;
  }

  /** Removes an entry. Returns the index of the entry after it. */
  #remove(at: number): number {
    const times = this.#times;
    if (at !== this.#head || at === times.length - 1) {
      times.splice(at, 1);
      this.#counts.splice(at, 1);
      return at;
    }
    // The first entry leaves a gap, which must not hold on to its time.
    times[at] = 0;
    this.#head = at + 1;
    if (this.#head < 64 || this.#head * 2 < times.length) return this.#head;
    // A gap of half the array is closed: each entry moves once for every entry that left.
    times.splice(0, this.#head);
    this.#counts.splice(0, this.#head);
    this.#head = 0;
    return 0;
  }
}

function someLessEqual(times: readonly Time[], time: Time): boolean {
  for (let i = 0; i < times.length; i++) {
    if (lessEqual(times[i], time)) return true;
  }
  return false;
}

function sameAfterFirst(a: Time, b: Time): boolean {
  const x = a as readonly number[];
  const y = b as readonly number[];
  for (let i = 1; i < x.length; i++) {
    if (x[i] !== y[i]) return false;
  }
  return true;
}
