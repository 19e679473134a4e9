/**
 * Results of many groups under an output budget.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { type Keeps, type Kept, keptIn } from "../contract/kept.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { RestOfResults } from "../records/rest_of_results.ts";

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
export class GroupEmission<G> implements Keeps {
  readonly #port: OutputPort<unknown>;
  readonly #made: GroupResults<G>;
  #time: Time = 0;
  #groups: Iterator<G> | null = null;
  // Where the groups are, all of which stays until the last one was taken.
  #source: unknown = null;
  #group: G | undefined = undefined;
  readonly #rest: RestOfResults;

  /** Sends on `port`. */
  constructor(port: OutputPort<unknown>, made: GroupResults<G>) {
    this.#port = port;
    this.#made = made;
    this.#rest = new RestOfResults(port);
  }

  /**
   * Begins with the groups of a time, whose right must last until `run` has returned false. `source` is where
   * they are, if they are not all there themselves.
   */
  start(time: Time, groups: Iterable<G>, source: unknown = groups): boolean {
    this.#time = time;
    this.#source = source;
    this.#groups = groups[Symbol.iterator]();
    return this.run();
  }

  /** What it has not done with. */
  kept(): Kept {
    return this.#source === null ? this.#rest.kept() : keptIn(this.#source, this.#rest);
  }

  /** Sends until no group is left (false) or the budget is spent (true: call again in `resume`). */
  run(): boolean {
    while (this.#groups !== null) {
      try {
        if (this.#rest.send(this.#time)) return true;
      } catch (error) {
        throw this.#made.blame(error, this.#group as G);
      }
      // A budget that is just spent leaves the next group alone: its results may be many.
      if (this.#port.isFull) return true;
      this.#next();
    }
    return false;
  }

  /** Nothing more is sent; see `RestOfResults`. */
  close(): void {
    this.#groups = this.#source = null;
    this.#rest.close();
  }

  #next(): void {
    const next = this.#groups!.next();
    this.#group = next.done ? undefined : next.value;
    if (next.done) return void (this.#groups = this.#source = null);
    try {
      this.#rest.take(this.#made.resultsOf(next.value, this.#time));
    } catch (error) {
      throw this.#made.blame(error, next.value);
    }
  }
}
