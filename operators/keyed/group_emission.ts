/**
 * Results of many groups under an output budget.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { show } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";

/** What is made of one group. */
export interface GroupResults<G> {
  /** Its results; called once for each group, when those of the groups before it have been sent. */
  readonly resultsOf: (group: G, time: Time) => Iterable<unknown>;
  /** The error for a group whose results could not be made. */
  readonly blame: (error: unknown, group: G) => Error;
}

/**
 * Goes through groups of one time and sends what is made of them. It makes the results of a group when
 * those before have gone, and interrupts the results of one group as well, so that neither many groups
 * nor a large one take more memory than the output budget allows.
 */
export class GroupEmission<G> {
  readonly #port: OutputPort<unknown>;
  readonly #made: GroupResults<G>;
  #time: Time = 0;
  #groups: Iterator<G> | null = null;
  #group: G | undefined = undefined;
  // What is left of the group's results: the rest of a list, or an iterator.
  #list: readonly unknown[] | null = null;
  #at = 0;
  #rest: Iterator<unknown> | null = null;
  #asking = false;
  #closed = false;

  /** Sends on `port`. */
  constructor(port: OutputPort<unknown>, made: GroupResults<G>) {
    this.#port = port;
    this.#made = made;
  }

  /** Begins with the groups of a time, whose right must last until `run` has returned false. */
  start(time: Time, groups: Iterable<G>): boolean {
    this.#time = time;
    this.#groups = groups[Symbol.iterator]();
    return this.run();
  }

  /** Sends until no group is left (false) or the budget is spent (true: call again in `resume`). */
  run(): boolean {
    while (this.#groups !== null) {
      try {
        if (this.#sendRest()) return true;
      } catch (error) {
        throw this.#made.blame(error, this.#group as G);
      }
      // A budget that is just spent leaves the next group alone: its results may be many.
      if (this.#port.isFull) return true;
      this.#next();
    }
    return false;
  }

  /** An iterator that was not gone through to its end is told; at once, unless it is what ended it all. */
  close(): void {
    this.#closed = true;
    if (!this.#asking) this.#leave();
  }

  #leave(): void {
    const rest = this.#rest;
    this.#rest = this.#groups = null;
    rest?.return?.();
  }

  #next(): void {
    const next = this.#groups!.next();
    this.#group = next.done ? undefined : next.value;
    if (next.done) return void (this.#groups = null);
    try {
      const results = this.#made.resultsOf(next.value, this.#time);
      if (Array.isArray(results)) this.#list = results;
      else this.#rest = iteratorOf(results);
    } catch (error) {
      throw this.#made.blame(error, next.value);
    }
  }

  /** Sends what is left of the group at hand; true when the budget was spent first. */
  #sendRest(): boolean {
    const port = this.#port;
    if (this.#list !== null) {
      this.#at = port.pushRows(this.#time, this.#list, this.#at);
      if (this.#at < this.#list.length) return true;
      this.#list = null;
      this.#at = 0;
    }
    while (this.#rest !== null) {
      if (port.isFull) return true;
      this.#asking = true;
      const next = this.#rest.next();
      this.#asking = false;
      if (next.done) this.#rest = null;
      else if (this.#closed) this.#leave();
      else port.push(this.#time, next.value);
    }
    return false;
  }
}

/** A text is iterable, letter by letter, which nobody means. */
function iteratorOf(results: unknown): Iterator<unknown> {
  const isObject = typeof results === "object" && results !== null;
  const begin = isObject ? (results as Partial<Iterable<unknown>>)[Symbol.iterator] : undefined;
  if (typeof begin === "function") return begin.call(results);
  throw new TypeError(`it has to return a list or another iterable, not ${show(results)}`);
}
