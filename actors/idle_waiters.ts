/**
 * Whoever waits until a worker has nothing to do.
 *
 * @module
 */

/** See the module. */
export class IdleWaiters {
  #waiting: (() => void)[] = [];

  /** Resolves with the next `tell`. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** There is nothing to do. */
  tell(): void {
    if (this.#waiting.length === 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
