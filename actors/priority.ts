/**
 * What a user's function says about the order of a dataflow's work.
 *
 * @module
 */
import { coordinateOf, formatTime, type Time } from "../progress/time.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";

/**
 * How urgent it is what a vertex, named by its path, has to do at a time: smaller numbers first, equal ones
 * in the usual order. It has to give the same number whenever it is asked the same.
 */
export type Priority = (vertex: string, time: Time) => number;

/** The priority by which older epochs go first, whatever vertex they are at. */
export function oldestFirst(_vertex: string, time: Time): number {
  return coordinateOf(time, 0);
}

/** Asks a dataflow's function, and remembers the first thing that is wrong with it. */
export class Ranking {
  /** Why the dataflow has to fail; `null` as long as the function gives numbers. */
  fault: MeanderError | null = null;
  readonly #priority: Priority;
  readonly #dataflow: string;

  /** Of the dataflow with that name. */
  constructor(priority: Priority, dataflow: string) {
    this.#priority = priority;
    this.#dataflow = dataflow;
  }

  /**
   * The rank of what a vertex has to do at a time. It is asked in the middle of other work, which must come
   * to its end: whatever goes wrong is kept as the fault, and the rank is 0.
   */
  rank(vertex: string, time: Time): number {
    if (this.fault !== null) return 0;
    const asked = finite(time);
    try {
      const rank: unknown = this.#priority(vertex, asked);
      if (typeof rank === "number" && !Number.isNaN(rank)) return rank;
      this.#fail(vertex, asked, `gave ${show(rank)}, which is no number`);
    } catch (error) {
      this.#fail(vertex, asked, `threw ${show(error)}`, error);
    }
    return 0;
  }

  #fail(vertex: string, time: Time, what: string, cause?: unknown): void {
    const { name } = this.#priority;
    const called = name === "" || name === "priority" ? "the priority" : `priority "${name}"`;
    this.fault = new MeanderError(
      "MEANDER_PRIORITY",
      `Cannot rank time ${formatTime(time)} at "${vertex}": ${called} of dataflow ` +
        `"${this.#dataflow}" ${what}`,
      {
        where: vertex,
        hint: "Let it give a number for every vertex and every time",
        ...(cause === undefined ? {} : { cause }),
      },
    );
  }
}

/** State is dropped when everything with a prefix is over: nobody's function knows of times without end. */
function finite(time: Time): Time {
  if (typeof time === "number") return Math.min(time, Number.MAX_SAFE_INTEGER);
  if (time[time.length - 1] !== Infinity) return time;
  return time.map((coordinate) => Math.min(coordinate, Number.MAX_SAFE_INTEGER));
}
