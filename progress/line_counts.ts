/**
 * The counted antichain of times with one coordinate.
 *
 * @module
 */

import type { CountedAntichain } from "./counted_antichain.ts";
import type { Time } from "./time.ts";

const NOTHING: readonly Time[] = Object.freeze([]);

/** Small for a slot that is hardly used, and enough to move entries to the front only now and then. */
const INITIAL_ROOM = 32;

/**
 * Counts of plain numbers, sorted, in two typed arrays used as a queue with a gap at the front.
 * The order is total, so the frontier is the least time with a positive count, kept in `min`.
 *
 * The usual change is −1 at the first time and +1 after the last, so both ends are tried before the
 * binary search and neither moves the rest: an epoch costs the same with 10 open times as with
 * 5,000. Entries that came to 0 in the middle stay until they are the half, so that removing them
 * costs a constant each in the long run.
 */
export class LineCounts implements CountedAntichain {
  /** The least time with a positive count; Infinity when there is none. Read only. */
  min = Infinity;
  #times = new Float64Array(INITIAL_ROOM);
  #counts = new Float64Array(INITIAL_ROOM);
  /** The entries are at `#head` ≤ i < `#tail`; the first and the last are never 0. */
  #head = 0;
  #tail = 0;
  /** How many entries in between are 0. */
  #zeros = 0;
  #frontier: readonly Time[] = NOTHING;

  /** Adds `delta` to the count at a time. Returns whether the least positive time changed. */
  update(time: Time, delta: number): boolean {
    if (delta === 0) return false;
    const head = this.#head;
    const tail = this.#tail;
    const t = time as number;
    if (head === tail || t > this.#times[tail - 1]) return this.#append(t, delta);
    if (t === this.#times[head]) return this.#change(head, t, delta);
    if (t === this.#times[tail - 1]) return this.#change(tail - 1, t, delta);
    const at = this.#search(t);
    if (this.#times[at] === t) return this.#change(at, t, delta);
    this.#insert(at, t, delta);
    if (delta < 0 || t >= this.min) return false;
    this.min = t;
    return true;
  }

  /** The frontier: no time or one. */
  frontier(): readonly Time[] {
    const min = this.min;
    if (min === Infinity) return NOTHING;
    if (this.#frontier.length === 0 || this.#frontier[0] !== min) this.#frontier = [min];
    return this.#frontier;
  }

  /** Whether the least positive time is at or before this one. */
  lessEqual(time: Time): boolean {
    return this.min !== Infinity && this.min <= (time as number);
  }

  /** The count at a time, 0 where nothing was counted. */
  count(time: Time): number {
    const at = this.#search(time as number);
    return at < this.#tail && this.#times[at] === time ? this.#counts[at] : 0;
  }

  /** Every time whose count is not 0, with its count, ascending. */
  *entries(): Generator<[Time, number]> {
    for (let i = this.#head; i < this.#tail; i++) {
      if (this.#counts[i] !== 0) yield [this.#times[i], this.#counts[i]];
    }
  }

  #append(time: number, delta: number): boolean {
    if (this.#tail === this.#times.length) this.#makeRoom();
    const at = this.#tail++;
    this.#times[at] = time;
    this.#counts[at] = delta;
    // Everything else is earlier, so this is the least positive time only if there was none.
    if (delta < 0 || this.min !== Infinity) return false;
    this.min = time;
    return true;
  }

  #change(at: number, time: number, delta: number): boolean {
    const before = this.#counts[at];
    const after = before + delta;
    this.#counts[at] = after;
    if (after === 0) this.#zeros++;
    else if (before === 0) this.#zeros--;
    let changed = false;
    if (after > 0) {
      if (time < this.min) {
        this.min = time;
        changed = true;
      }
    } else if (time === this.min) {
      this.min = this.#leastPositive(at + 1);
      changed = true;
    }
    if (after === 0) this.#dropZeros(at);
    return changed;
  }

  /** The least positive time from an index on; there is none before it. */
  #leastPositive(from: number): number {
    const counts = this.#counts;
    for (let i = from; i < this.#tail; i++) {
      if (counts[i] > 0) return this.#times[i];
    }
    return Infinity;
  }

  /** Restores that the ends are not 0 after the entry at an index came to 0. */
  #dropZeros(at: number): void {
    const counts = this.#counts;
    let head = this.#head;
    let tail = this.#tail;
    if (at === head) {
      while (head < tail && counts[head] === 0) {
        head++;
        this.#zeros--;
      }
    } else if (at === tail - 1) {
      while (counts[tail - 1] === 0) {
        tail--;
        this.#zeros--;
      }
    } else if (this.#zeros * 2 > tail - head && this.#zeros > 8) {
      this.#compact();
      return;
    }
    if (head === tail) head = tail = 0;
    this.#head = head;
    this.#tail = tail;
  }

  #compact(): void {
    let to = this.#head;
    for (let i = this.#head; i < this.#tail; i++) {
      if (this.#counts[i] === 0) continue;
      this.#times[to] = this.#times[i];
      this.#counts[to++] = this.#counts[i];
    }
    this.#tail = to;
    this.#zeros = 0;
  }

  /** The first index whose time is at or after this one. */
  #search(time: number): number {
    const times = this.#times;
    let low = this.#head;
    let high = this.#tail;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, time: number, count: number): void {
    let index = at;
    if (this.#head > 0 && index - this.#head <= this.#tail - index) {
      // The front is shorter and there is a gap before it.
      this.#times.copyWithin(this.#head - 1, this.#head, index);
      this.#counts.copyWithin(this.#head - 1, this.#head, index);
      this.#head--;
      index--;
    } else {
      if (this.#tail === this.#times.length) index -= this.#makeRoom();
      this.#times.copyWithin(index + 1, index, this.#tail);
      this.#counts.copyWithin(index + 1, index, this.#tail);
      this.#tail++;
    }
    this.#times[index] = time;
    this.#counts[index] = count;
  }

  /** Makes room after the last entry. Returns by how much the entries moved to the front. */
  #makeRoom(): number {
    const head = this.#head;
    const size = this.#tail - head;
    // Moving to the front is worth it only when at least half is gap: then each entry is moved
    // once for every entry that was appended.
    if (head * 2 >= this.#times.length) {
      this.#times.copyWithin(0, head, this.#tail);
      this.#counts.copyWithin(0, head, this.#tail);
    } else {
      const times = new Float64Array(this.#times.length * 2);
      const counts = new Float64Array(times.length);
      times.set(this.#times.subarray(head, this.#tail));
      counts.set(this.#counts.subarray(head, this.#tail));
      this.#times = times;
      this.#counts = counts;
    }
    this.#head = 0;
    this.#tail = size;
    return head;
  }
}
