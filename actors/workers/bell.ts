/**
 * What a thread sleeps on, and how others wake it, at no cost while it is awake.
 *
 * No wake-up is lost. A ringer makes its work visible and then looks whether the owner sleeps; the owner
 * says that it sleeps and then looks for work. All four are atomic, atomic operations have one order that
 * all threads see (ECMAScript, Memory Model: sequential consistency), and in any order of the four at
 * least one of the two sees what the other did. So when the ringer finds SLEEPING set, it rings. When it
 * finds it not set, there are three reasons:
 *
 * - The owner had not said it yet. Then the work is before the owner's look, which finds it.
 * - The owner has woken since. Then it looks again before it sleeps.
 * - Another ringer has cleared it, and is to count an event. The owner has read EVENTS *before* it set
 *   SLEEPING, and hence before that event: it does not sleep on, because the number is another one, or
 *   because the notification comes.
 *
 * Between the owner's comparison of EVENTS and its going to sleep nothing comes: `Atomics.wait`,
 * `Atomics.waitAsync` and `Atomics.notify` exclude each other.
 *
 * @module
 */

const EVENTS = 0;
const SLEEPING = 1;

/** What a bell takes of shared memory: a cache line, so that bells do not disturb each other. */
export const BELL_BYTES = 64;

/** One worker's bell. Every thread has an object of its own over the same memory; one of them is the owner. */
export class Bell {
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** A bell at a place in memory that is 0 at first. */
  constructor(memory: SharedArrayBuffer, byteOffset = 0) {
    this.#words = new Int32Array(memory, byteOffset, BELL_BYTES / 4);
  }

  /**
   * Wakes the owner if it sleeps. For any other thread, after it has made something visible by an atomic
   * operation. The first ringer clears the flag: the owner takes microseconds to wake, and nobody else
   * has to call the system meanwhile.
   */
  ring(): void {
    const words = this.#words;
    if (Atomics.load(words, SLEEPING) === 0) return;
    if (Atomics.compareExchange(words, SLEEPING, 1, 0) === 0) return;
    Atomics.add(words, EVENTS, 1);
    Atomics.notify(words, EVENTS);
  }

  /**
   * The owner's first step to sleep: from now on it is rung. It then looks once more for work, by atomic
   * operations, and goes on with `wake`, or with `sleep` or `sleepAsync` and what this has returned.
   */
  prepare(): number {
    const seen = Atomics.load(this.#words, EVENTS);
    Atomics.store(this.#words, SLEEPING, 1);
    return seen;
  }

  /** The owner has found work after all. */
  wake(): void {
    Atomics.store(this.#words, SLEEPING, 0);
  }

  /**
   * Blocks the owner's thread until it is rung, for so many milliseconds at most. It may return without a
   * reason. Not for a thread whose event loop others wait for.
   */
  sleep(seen: number, timeoutMs: number): void {
    Atomics.wait(this.#words, EVENTS, seen, timeoutMs);
    this.wake();
  }

  /**
   * As `sleep`, but the thread's event loop goes on. In Deno it does not keep a program alive by itself.
   */
  async sleepAsync(seen: number, timeoutMs: number): Promise<void> {
    const { async, value } = Atomics.waitAsync(this.#words, EVENTS, seen, timeoutMs);
    if (async) await value;
    this.wake();
  }
}
