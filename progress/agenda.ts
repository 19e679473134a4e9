/**
 * The two work lists of the tracker: components to settle, and changes inside one component.
 *
 * @module
 */

import { compareInComponent } from "./arrangement.ts";
import { equalTimes, type Time } from "./time.ts";

/** A set of small integers from which the least is taken. A binary heap with a flag for each. */
export class Agenda {
  readonly #items: Int32Array;
  readonly #present: Uint8Array;
  #length = 0;

  /** @param size The integers are 0 ≤ i < size. */
  constructor(size: number) {
    this.#items = new Int32Array(size);
    this.#present = new Uint8Array(size);
  }

  /** Whether nothing is in it. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Adds an integer if it is not there. */
  add(item: number): void {
    if (this.#present[item] === 1) return;
    this.#present[item] = 1;
    const items = this.#items;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent] <= item) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = item;
  }

  /** Takes out the least integer. There must be one. */
  take(): number {
    const items = this.#items;
    const least = items[0];
    this.#present[least] = 0;
    const length = --this.#length;
    if (length === 0) return least;
    const item = items[length];
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && items[child + 1] < items[child]) child++;
      if (item <= items[child]) break;
      items[at] = items[child];
      at = child;
    }
    items[at] = item;
    return least;
  }
}

/** What the changes of a `ChangeHeap` are about; the key is that of `arrangement.ts`. */
export interface Keyed {
  readonly key: readonly number[];
}

/**
 * Changes (time, place, delta) inside one component, taken in the order of could-result-in. Equal
 * time and place are merged when they are taken: whatever could still change a count there has a
 * smaller key, so the sum is final, and a removal and an addition of one time cancel here instead
 * of chasing each other round the loop.
 */
export class ChangeHeap<Place extends Keyed> {
  /** The time of the change taken last. */
  time: Time = 0;
  /** The place of the change taken last. */
  place: Place | null = null;
  /** The delta of the change taken last; may be 0. */
  delta = 0;
  readonly #times: Time[] = [];
  readonly #places: (Place | null)[] = [];
  readonly #deltas: number[] = [];
  #length = 0;

  /** Whether there is no change left. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Adds a change. */
  push(time: Time, place: Place, delta: number): void {
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#compare(parent, time, place) <= 0) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, place, delta);
  }

  /** Takes the first change, with all others of its time and place, into the fields. */
  take(): void {
    const time = this.#times[0];
    const place = this.#places[0]!;
    let delta = this.#deltas[0];
    this.#removeFirst();
    while (
      this.#length > 0 && this.#places[0] === place && equalTimes(this.#times[0], time)
    ) {
      delta += this.#deltas[0];
      this.#removeFirst();
    }
    this.time = time;
    this.place = place;
    this.delta = delta;
  }

  #removeFirst(): void {
    const length = --this.#length;
    const time = this.#times[length];
    const place = this.#places[length]!;
    const delta = this.#deltas[length];
    // The unused end must not hold on to a time.
    this.#put(length, 0, null, 0);
    if (length === 0) return;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (
        child + 1 < length &&
        this.#compare(child, this.#times[child + 1], this.#places[child + 1]!) > 0
      ) child++;
      if (this.#compare(child, time, place) >= 0) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, place, delta);
  }

  #compare(at: number, time: Time, place: Place): number {
    return compareInComponent(this.#places[at]!.key, this.#times[at], place.key, time);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from], this.#places[from], this.#deltas[from]);
  }

  #put(at: number, time: Time, place: Place | null, delta: number): void {
    this.#times[at] = time;
    this.#places[at] = place;
    this.#deltas[at] = delta;
  }
}
