/**
 * What is to be done when times are complete, in the order of times.
 *
 * @module
 */

/**
 * Something to do for each of some times. Whoever keeps one asks for a notification at each new time, and
 * works off everything up to a time when that is complete. That order does not rest on the order of
 * notifications: one that is asked for within another may come after a later one.
 */
export class Agenda<V> implements Iterable<V> {
  readonly #byTime = new Map<number, V>();
  readonly #make: (time: number) => V;
  // A binary heap of the times that have something.
  readonly #heap: number[] = [];

  /** `make` makes what a new time begins with. */
  constructor(make: (time: number) => V) {
    this.#make = make;
  }

  /** How many times have something. */
  get size(): number {
    return this.#heap.length;
  }

  /** Whether there is something at a time. */
  has(time: number): boolean {
    return this.#byTime.has(time);
  }

  /** What is to be done at a time; made when there is nothing. */
  at(time: number): V {
    const known = this.#byTime.get(time);
    if (known !== undefined) return known;
    const made = this.#make(time);
    this.#byTime.set(time, made);
    this.#push(time);
    return made;
  }

  /** Takes what is first, when its time is not after `limit`. */
  takeFirst(limit: number): V | undefined {
    const time = this.#heap[0];
    if (time === undefined || time > limit) return undefined;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    const todo = this.#byTime.get(time)!;
    this.#byTime.delete(time);
    return todo;
  }

  /** Iterates what is to be done, in no order of times. */
  [Symbol.iterator](): MapIterator<V> {
    return this.#byTime.values();
  }

  #push(time: number): void {
    const heap = this.#heap;
    let at = heap.push(time) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent] <= time) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = time;
  }

  /** Puts a time in at the top, in the place of what was taken. */
  #sink(time: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= time) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = time;
  }
}
