/**
 * Numbers by seed, for tests that anybody can repeat: mulberry32, whose state is one word.
 *
 * @module
 */

/** The same numbers for the same seed. */
export class SeededRandom {
  #state: number;

  /** Begins at a seed. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 up to but not including the limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  /** One of a list, which is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** A list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.below(rest.length), 1)[0]);
  }
}
