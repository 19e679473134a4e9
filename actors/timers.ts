/**
 * The timers of one vertex.
 *
 * @module
 */
import type { Progressed } from "../operators/contract/definition.ts";
import type { Clock } from "./clock.ts";

/**
 * Tasks that wait for their moment. When it has come a task goes through the vertex's mailbox like any
 * other, so that it is taken back up to the moment at which it runs, and never runs within a callback.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #post: (task: () => Progressed) => void;
  /** What takes each of those back that have not gone off. */
  readonly #pending = new Set<() => void>();

  /** `post` puts a task into the vertex's mailbox. */
  constructor(clock: Clock, post: (task: () => Progressed) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  /** Runs the task after so many milliseconds; what it returns takes that back. */
  start(delayMs: number, task: () => Progressed): () => void {
    let isWanted = true;
    const stop = this.#clock.after(delayMs, () => {
      this.#pending.delete(stop);
      this.#post(() => isWanted ? task() : undefined);
    });
    this.#pending.add(stop);
    return () => {
      isWanted = false;
      this.#pending.delete(stop);
      stop();
    };
  }

  /** How many have not gone off. */
  get size(): number {
    return this.#pending.size;
  }

  /** Takes all of them back, so that nothing is left for the process to wait for. */
  stopAll(): void {
    for (const stop of this.#pending) stop();
    this.#pending.clear();
  }
}
