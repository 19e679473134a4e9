/**
 * Reachability with minimal summaries: which times a pointstamp could result in elsewhere.
 *
 * @module
 */

import { Antichain } from "./antichain.ts";
import type { ProgressEdge, ProgressGraph } from "./graph.ts";
import { Summary } from "./summary.ts";
import type { Time } from "./time.ts";

export { type BadCycle, describeBadCycle, findBadCycles } from "./cycles.ts";

/** Something outstanding: a message, or a right to send. */
export interface Pointstamp {
  readonly time: Time;
  readonly location: number;
}

/**
 * Ψ of a graph: between every two locations the antichain of minimal summaries over all paths, the
 * empty path included. The summaries from a location are computed when first asked for.
 *
 * Brun, Decova, Lattuada, Traytel, "Verified Progress Tracking for Timely Dataflow" (ITP 2021).
 */
export class MinimalSummaries {
  readonly #graph: ProgressGraph;
  readonly #outgoing: ReadonlyMap<number, readonly ProgressEdge[]>;
  readonly #from = new Map<number, ReadonlyMap<number, Antichain<Summary>>>();

  constructor(graph: ProgressGraph) {
    this.#graph = graph;
    this.#outgoing = Map.groupBy(graph.edges, (edge) => edge.from);
  }

  /** The minimal summaries from one location to another; none where no path leads. */
  between(from: number, to: number): readonly Summary[] {
    return this.from(from).get(to)?.elements ?? [];
  }

  /** The minimal summaries from one location to each that it reaches, itself included. */
  from(location: number): ReadonlyMap<number, Antichain<Summary>> {
    let found = this.#from.get(location);
    if (found === undefined) {
      found = this.#explore(location);
      this.#from.set(location, found);
    }
    return found;
  }

  /** Whether something outstanding could result in a time at a location. */
  couldResultIn(pointstamp: Pointstamp, time: Time, location: number): boolean {
    const times = this.between(pointstamp.location, location).map((s) =>
      s.tryApply(pointstamp.time)
    );
    return Antichain.ofTimes(times.filter((t) => t !== undefined)).lessEqual(time);
  }

  /** The frontier at a location that these outstanding things make. For explanations. */
  frontierAt(location: number, outstanding: Iterable<Pointstamp>): Antichain<Time> {
    const frontier = Antichain.ofTimes();
    for (const { time, location: from } of outstanding) {
      for (const summary of this.between(from, location)) {
        const result = summary.tryApply(time);
        if (result !== undefined) frontier.insert(result);
      }
    }
    return frontier;
  }

  /**
   * Paths are extended only while they bring a summary that no known one is at or below. This ends
   * on every graph: an endless run of such summaries would contain one at or after an earlier one
   * (Dickson's lemma), since they differ in finitely many natural numbers.
   */
  #explore(start: number): ReadonlyMap<number, Antichain<Summary>> {
    const identity = Summary.identity(this.#graph.locations[start].depth);
    const found = new Map([[start, Antichain.ofSummaries([identity])]]);
    const pending: { location: number; summary: Summary }[] = [{
      location: start,
      summary: identity,
    }];
    // The list grows while it is walked: breadth first, so that short paths come first and few
    // summaries are replaced later.
    for (let i = 0; i < pending.length; i++) {
      const { location, summary } = pending[i];
      // Something lower may have been found meanwhile; what follows from it is lower as well.
      if (found.get(location)!.lessThan(summary)) continue;
      for (const edge of this.#outgoing.get(location) ?? []) {
        let known = found.get(edge.to);
        if (known === undefined) found.set(edge.to, known = Antichain.ofSummaries());
        const longer = summary.followedBy(edge.summary);
        if (known.insert(longer)) pending.push({ location: edge.to, summary: longer });
      }
    }
    return found;
  }
}

/** Ψ of a graph; see `MinimalSummaries`. */
export function minimalSummaries(graph: ProgressGraph): MinimalSummaries {
  return new MinimalSummaries(graph);
}
