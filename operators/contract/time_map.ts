/**
 * Values by time.
 *
 * @module
 */
import { compareTimes, type Time } from "../../progress/time.ts";

type Level<V> = Map<number, Level<V> | V>;

/**
 * A map whose keys are times (or prefixes of times), all with the same number of coordinates. It is made
 * of one `Map` per coordinate: times have no identity, and string keys cost three times as much.
 *
 * @example
 * ```ts
 * import { TimeMap } from "meander";
 * import { expect } from "vitest";
 *
 * const totals = new TimeMap<number>();
 * totals.update([0, 1], 0, (n) => n + 5);
 * totals.update([0, 1], 0, (n) => n + 1);
 * expect([...totals]).toEqual([[[0, 1], 6]]);
 * expect(totals.take([0, 1])).toBe(6);
 * expect(totals.size).toBe(0);
 * ```
 */
export class TimeMap<V> {
  #root: Level<V> = new Map();
  #size = 0;
  #depth = 1;
  // The time that was asked for last and its value: batches of one time come in runs.
  #lastTime: Time | null = null;
  #lastValue: V | undefined = undefined;

  /** How many times have a value. */
  get size(): number {
    return this.#size;
  }

  /** The value at a time. */
  get(time: Time): V | undefined {
    if (time === this.#lastTime) return this.#lastValue;
    const level = this.#leaf(time, false);
    const value = level?.get(lastOf(time)) as V | undefined;
    if (value !== undefined) this.#remember(time, value);
    return value;
  }

  /** Whether a time has a value. */
  has(time: Time): boolean {
    return this.get(time) !== undefined;
  }

  /** Sets the value at a time. `undefined` is not a value. */
  set(time: Time, value: V): void {
    this.#depth = typeof time === "number" ? 1 : time.length;
    const level = this.#leaf(time, true)!;
    const last = lastOf(time);
    if (!level.has(last)) this.#size++;
    level.set(last, value);
    this.#remember(time, value);
  }

  /** The value at a time, made first when there is none. */
  getOrInsert(time: Time, make: () => V): V {
    const found = this.get(time);
    if (found !== undefined) return found;
    const made = make();
    this.set(time, made);
    return made;
  }

  /** Replaces the value at a time by what `change` makes of it, or of `initial` when there is none. */
  update(time: Time, initial: V, change: (value: V) => V): void {
    this.set(time, change(this.get(time) ?? initial));
  }

  /** Removes and returns the value at a time. */
  take(time: Time): V | undefined {
    const value = this.get(time);
    if (value !== undefined) this.delete(time);
    return value;
  }

  /** Removes the value at a time; tells whether there was one. */
  delete(time: Time): boolean {
    this.#lastTime = null;
    this.#lastValue = undefined;
    const removed = typeof time === "number"
      ? this.#root.delete(time)
      : removeDeep(this.#root, time, 0);
    if (removed) this.#size--;
    return removed;
  }

  /** Replaces the content. */
  load(entries: Iterable<readonly [Time, V]>): void {
    this.#root = new Map();
    this.#size = 0;
    this.#lastTime = null;
    this.#lastValue = undefined;
    for (const [time, value] of entries) this.set(time, value);
  }

  /** Iterates the entries in the order of `compareTimes`. */
  *[Symbol.iterator](): IterableIterator<[Time, V]> {
    const entries: [Time, V][] = [];
    collect(this.#root, this.#depth, [], entries);
    entries.sort((a, b) => compareTimes(a[0], b[0]));
    yield* entries;
  }

  /** The values in no order, for looking at the first few: nothing is sorted, and nothing copied. */
  someValues(): Iterable<V> {
    return this.#depth === 1 ? this.#root.values() as Iterable<V> : leaves(this.#root, this.#depth);
  }

  #remember(time: Time, value: V): void {
    this.#lastTime = time;
    this.#lastValue = value;
  }

  #leaf(time: Time, make: boolean): Level<V> | undefined {
    if (typeof time === "number") return this.#root;
    let level: Level<V> = this.#root;
    for (let i = 0; i < time.length - 1; i++) {
      let next = level.get(time[i]) as Level<V> | undefined;
      if (next === undefined) {
        if (!make) return undefined;
        next = new Map();
        level.set(time[i], next);
      }
      level = next;
    }
    return level;
  }
}

function lastOf(time: Time): number {
  return typeof time === "number" ? time : time[time.length - 1];
}

/** Deletes an entry and the levels that become empty with it, so that old epochs leave nothing behind. */
function removeDeep<V>(level: Level<V>, time: readonly number[], at: number): boolean {
  if (at === time.length - 1) return level.delete(time[at]);
  const next = level.get(time[at]) as Level<V> | undefined;
  if (next === undefined) return false;
  const removed = removeDeep(next, time, at + 1);
  if (next.size === 0) level.delete(time[at]);
  return removed;
}

function* leaves<V>(level: Level<V>, depth: number): Generator<V> {
  for (const value of level.values()) {
    if (depth > 1) yield* leaves(value as Level<V>, depth - 1);
    else yield value as V;
  }
}

function collect<V>(level: Level<V>, depth: number, prefix: number[], into: [Time, V][]): void {
  for (const [coordinate, value] of level) {
    const path = [...prefix, coordinate];
    if (depth > 1) collect(value as Level<V>, depth - 1, path, into);
    else into.push([path.length === 1 ? coordinate : path, value as V]);
  }
}
