/**
 * A queue that forgets what was taken without moving the rest every time.
 *
 * @module
 */

/** So many taken elements are kept at least before the rest is moved up. */
const SLACK = 1024;

/** First in, first out. */
export class Fifo<T> {
  // `undefined` where one was taken, so that nothing keeps it.
  #items: (T | undefined)[] = [];
  #head = 0;

  /** How many wait. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Adds one at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** The first one, which stays. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** Takes the first one. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > SLACK && 2 * this.#head > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
