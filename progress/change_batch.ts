/**
 * The atomic batch of progress changes that a worker sends to the tracker.
 *
 * @module
 */

import { compareTimes, equalTimes, type Time } from "./time.ts";

/** How many of the last entries a new change is compared with. */
const WINDOW = 4;

/**
 * Changes to counts of pointstamps, in parallel arrays that are kept and reused. A change to one of
 * the last few pointstamps is added to its entry, because a hop's −1 and +1 lie close together and
 * cancel. Entries may be 0 and pointstamps may occur twice; neither changes the meaning, which is
 * the sum of the deltas at each pointstamp.
 *
 * What one slice of a callback did belongs into one batch; a batch must never be split. Murray et
 * al., "Naiad" (SOSP 2013), section 3.3.
 */
export class ChangeBatch {
  /** How many entries are in use. Read it, do not write it. */
  length = 0;
  /** Slot of each entry; only the first `length` are valid. For the tracker's loop. */
  readonly slots: number[] = [];
  /** Time of each entry; only the first `length` are valid. */
  readonly times: Time[] = [];
  /** Change of count of each entry; only the first `length` are valid. */
  readonly deltas: number[] = [];

  /** Adds a change of the count at a slot and time. `delta` is a number of outstanding things. */
  add(slot: number, time: Time, delta: number): void {
    const length = this.length;
    const slots = this.slots;
    const times = this.times;
    const stop = length > WINDOW ? length - WINDOW : 0;
    for (let i = length - 1; i >= stop; i--) {
      if (slots[i] !== slot) continue;
      const other = times[i];
      if (other !== time && (typeof time === "number" || !equalTimes(other, time))) continue;
      const sum = this.deltas[i] + delta;
      this.deltas[i] = sum;
      // A last entry that has become 0 is dropped, so that a long run of hops stays one entry.
      if (sum === 0 && i === length - 1) this.length = i;
      return;
    }
    slots[length] = slot;
    times[length] = time;
    this.deltas[length] = delta;
    this.length = length + 1;
  }

  /** Forgets all changes and keeps the arrays. */
  clear(): void {
    // The count is reset instead of the arrays' length, which would give their memory back and make
    // the next batch grow them again. Times above depth 1 are objects: let go of them.
    const times = this.times;
    for (let i = 0; i < this.length; i++) times[i] = 0;
    this.length = 0;
  }

  /** Calls back with every entry whose change is not 0. */
  forEach(visit: (slot: number, time: Time, delta: number) => void): void {
    for (let i = 0; i < this.length; i++) {
      if (this.deltas[i] !== 0) visit(this.slots[i], this.times[i], this.deltas[i]);
    }
  }

  /**
   * Sums up the entries of each pointstamp, drops those that come to 0 and sorts the rest by slot
   * and time. For batches that are held back and merged.
   */
  compact(): void {
    const entries: { slot: number; time: Time; delta: number }[] = [];
    this.forEach((slot, time, delta) => entries.push({ slot, time, delta }));
    entries.sort((a, b) => a.slot - b.slot || compareTimes(a.time, b.time));
    this.clear();
    for (let i = 0; i < entries.length;) {
      const { slot, time } = entries[i];
      let sum = 0;
      while (i < entries.length && entries[i].slot === slot && equalTimes(entries[i].time, time)) {
        sum += entries[i++].delta;
      }
      if (sum === 0) continue;
      this.slots[this.length] = slot;
      this.times[this.length] = time;
      this.deltas[this.length++] = sum;
    }
  }
}
