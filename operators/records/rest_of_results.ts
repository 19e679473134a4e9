/**
 * What is left to send of the results that a user's function gave.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { show } from "../contract/fault.ts";
import { type Keeps, type Kept, NOTHING_KEPT, waitingIn } from "../contract/kept.ts";
import type { OutputPort } from "../contract/output_port.ts";

/** The rest of a list or of an iterator, sent as the output budget allows. */
export class RestOfResults implements Keeps {
  readonly #port: OutputPort<unknown>;
  #list: readonly unknown[] | null = null;
  #at = 0;
  #iterator: Iterator<unknown> | null = null;
  #asking = false;
  #closed = false;

  /** Sends on `port`. */
  constructor(port: OutputPort<unknown>) {
    this.#port = port;
  }

  /** Whether something may be left. */
  get hasMore(): boolean {
    return this.#list !== null || this.#iterator !== null;
  }

  /** What waits of a list: what an iterator will give is not there yet. */
  kept(): Kept {
    return this.#list === null ? NOTHING_KEPT : waitingIn(this.#list);
  }

  /**
   * Takes results; of a list those from an index on.
   *
   * @throws {TypeError} when they are no list and cannot be iterated. A text can, letter by letter, which
   * nobody means.
   */
  take(results: unknown, from = 0): void {
    if (Array.isArray(results)) {
      this.#list = results;
      this.#at = from;
    } else if (typeof results === "object" && results !== null && Symbol.iterator in results) {
      this.#iterator = (results as Iterable<unknown>)[Symbol.iterator]();
    } else {
      throw new TypeError(`it has to return a list or another iterable, not ${show(results)}`);
    }
  }

  /** Sends at a time; true when the budget was spent before all was sent. */
  send(time: Time): boolean {
    const port = this.#port;
    if (this.#list !== null) {
      this.#at = port.pushRows(time, this.#list, this.#at);
      if (this.#at < this.#list.length) return true;
      this.#list = null;
    }
    while (this.#iterator !== null) {
      if (port.isFull) return true;
      this.#asking = true;
      const next = this.#iterator.next();
      this.#asking = false;
      if (next.done) this.#iterator = null;
      else if (this.#closed) this.#leave();
      else port.push(time, next.value);
    }
    return false;
  }

  /** An iterator that was not gone through to its end is told; at once, unless it is what ended it all. */
  close(): void {
    this.#closed = true;
    if (!this.#asking) this.#leave();
  }

  #leave(): void {
    const iterator = this.#iterator;
    this.#iterator = null;
    iterator?.return?.();
  }
}
