/**
 * How long a worker has run within others' turns of the event loop since that had one of its own.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** See the module. */
export class InlineTime {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  #spentMs = 0;
  #breath: Promise<void> | undefined = undefined;

  /** Up to a slice is nobody's business. */
  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
  }

  /** Runs something until the end of a slice at most, and adds the time that it took. */
  measure(run: (deadline: number) => void): void {
    const start = this.#clock.now();
    run(start + this.#sliceMs);
    this.#spentMs += this.#clock.now() - start;
  }

  /** The event loop had a turn. */
  reset(): void {
    this.#spentMs = 0;
  }

  /** Resolves in a later turn of the event loop, when a whole slice is used up; else nothing. */
  breath(): Promise<void> | undefined {
    if (this.#spentMs < this.#sliceMs) return undefined;
    // One for all who ask before it comes: a sender that does not wait asks with every send.
    return this.#breath ??= new Promise((resolve) =>
      this.#clock.defer(() => {
        this.#spentMs = 0;
        this.#breath = undefined;
        resolve();
      })
    );
  }
}
