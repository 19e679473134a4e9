import type { NaiveSummary } from "./naive.ts";
import { applyTerms, sameTime } from "./world.ts";

/** An active pointstamp with Naiad's two counters. */
interface Active {
  readonly location: number;
  readonly time: readonly number[];
  /** How many events are outstanding at it. */
  occurrences: number;
  /** How many other active pointstamps could result in it. */
  precursors: number;
}

/**
 * Naiad's way of tracking progress: Murray et al., "Naiad" (SOSP 2013), section 2.3. When a
 * pointstamp becomes active its precursors are counted and it is added to those it could result in;
 * when its occurrence count returns to zero that is undone. It is in the frontier when its
 * precursor count is zero. Written from the paper, over the naive Ψ.
 */
export class NaiadCounters {
  readonly #active: Active[] = [];

  constructor(readonly psi: readonly NaiveSummary[][][]) {}

  change(location: number, time: readonly number[], delta: number): void {
    let entry = this.#find(location, time);
    if (entry === undefined) {
      entry = { location, time, occurrences: 0, precursors: 0 };
      for (const other of this.#active) {
        if (this.#couldResultIn(other, entry)) entry.precursors++;
        if (this.#couldResultIn(entry, other)) other.precursors++;
      }
      this.#active.push(entry);
    }
    entry.occurrences += delta;
    if (entry.occurrences !== 0) return;
    this.#active.splice(this.#active.indexOf(entry), 1);
    for (const other of this.#active) {
      if (this.#couldResultIn(entry, other)) other.precursors--;
    }
  }

  /** Whether an active pointstamp is in Naiad's frontier. */
  inFrontier(location: number, time: readonly number[]): boolean {
    return this.#find(location, time)?.precursors === 0;
  }

  #find(location: number, time: readonly number[]): Active | undefined {
    return this.#active.find((entry) => entry.location === location && sameTime(entry.time, time));
  }

  #couldResultIn(from: Active, to: Active): boolean {
    return this.psi[from.location][to.location].some((terms) =>
      applyTerms(terms, from.time).every((x, i) => x <= to.time[i])
    );
  }
}
