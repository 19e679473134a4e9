/**
 * Time and turns of the event loop, behind an interface that simulation replaces.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** What the engine asks of the world outside. */
export interface Clock {
  /** Milliseconds since some fixed moment; only differences mean anything. */
  now(): number;
  /** Calls `task` in a later turn of the event loop. */
  defer(task: () => void): void;
  /** Calls `task` once, when so many milliseconds have passed; what it returns takes that back. */
  after(delayMs: number, task: () => void): () => void;
}

/** More than that `setTimeout` takes for nothing. */
const LONGEST_MS = 2 ** 31 - 1;

/** The real clock. `setImmediate` costs 0.7 µs a turn, `setTimeout(0)` two milliseconds. */
export const systemClock: Clock = {
  now: () => performance.now(),
  defer: (task) => void setImmediate(task),
  after(delayMs, task) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number) => {
      timer = leftMs <= LONGEST_MS
        ? setTimeout(task, leftMs)
        : setTimeout(() => wait(leftMs - LONGEST_MS), LONGEST_MS);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};

/** Something that a manual clock will do. */
interface Due {
  readonly at: number;
  readonly task: () => void;
}

/** A clock that stands still until it is told, for tests: nothing runs but by `advance` and `turn`. */
export class ManualClock implements Clock {
  #now = 0;
  #tasks: (() => void)[] = [];
  readonly #timers = new Set<Due>();

  now(): number {
    return this.#now;
  }

  defer(task: () => void): void {
    this.#tasks.push(task);
  }

  after(delayMs: number, task: () => void): () => void {
    const due = { at: this.#now + delayMs, task };
    this.#timers.add(due);
    return () => void this.#timers.delete(due);
  }

  /** How many timers have still to go off. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Lets `ms` milliseconds pass. Timers that are due meanwhile go off in the order of their moments, each
   * while the clock shows its own, and those of one moment in the order in which they were set.
   */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.task();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Runs what was deferred so far; tells how many tasks that were. */
  turn(): number {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
    return tasks.length;
  }

  /** The first timer that goes off up to `end`. */
  #next(end: number): Due | undefined {
    let first: Due | undefined = undefined;
    for (const due of this.#timers) {
      if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    }
    return first;
  }
}
