/**
 * Calls a user's function for each record.
 * @module
 */

import { each, type Fault } from "./closed_loops.ts";
import type { Values } from "./data.ts";
import { Specialized } from "./specialize.ts";

/** One use of a function that is called for its effect: inspect, sinks. */
export class EachLoop<T> {
  readonly #f: (value: T) => unknown;
  readonly #loop = new Specialized(each<T>);

  /** After `run` has thrown: `index` is the record whose function threw. -1 otherwise. */
  readonly fault: Fault = { index: -1, value: undefined };

  /** Takes the user's function; it is called once per record, in order, with the record alone. */
  constructor(f: (value: T) => unknown) {
    this.#f = f;
  }

  /** Calls the function for the first `length` values. Throws what it throws, `fault.index` set. */
  run(values: Values<T>, length: number): void {
    this.fault.index = -1;
    this.#loop.for(length)(this.#f, values, 0, length, this.fault);
  }
}
