/**
 * The test kit's clock: it stands still until the test lets time pass.
 *
 * @module
 */

interface Due {
  readonly at: number;
  readonly task: () => void;
}

/** Timers that go off when the test says so. */
export class TestTimers {
  #now = 0;
  readonly #pending = new Set<Due>();

  /** Calls the task when so many milliseconds have passed; what it returns takes that back. */
  start(delayMs: number, task: () => void): () => void {
    const due = { at: this.#now + delayMs, task };
    this.#pending.add(due);
    return () => void this.#pending.delete(due);
  }

  /** Lets time pass: what is due goes off in the order of its moments. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#pending.delete(due);
      this.#now = due.at;
      due.task();
    }
    this.#now = end;
  }

  /** Takes all of them back. */
  stopAll(): void {
    this.#pending.clear();
  }

  #next(end: number): Due | undefined {
    let first: Due | undefined = undefined;
    for (const due of this.#pending) {
      if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    }
    return first;
  }
}
