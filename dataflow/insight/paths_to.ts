/**
 * How times get to a port: the paths that lead there, and what of all that is outstanding they bring.
 *
 * @module
 */
import { Antichain } from "../../progress/antichain.ts";
import type { ProgressEdge, ProgressGraph } from "../../progress/graph.ts";
import type { Pointstamp } from "../../progress/reachability.ts";
import { Summary } from "../../progress/summary.ts";
import type { Time } from "../../progress/time.ts";

/** A path to the port asked about, as a list that is linked forwards. */
export interface PathTo {
  /** Where it starts. */
  readonly location: number;
  /** What it does to times, all of it. */
  readonly summary: Summary;
  /** The rest of it; `null` at the port itself. */
  readonly next: PathTo | null;
}

/**
 * For each location from which a path leads to `target`, one path for every minimal summary there is; with
 * few edges, because the search goes backwards from `target`, breadth first. That ends on every graph,
 * for the reason that `MinimalSummaries` gives. One search serves for all that is outstanding anywhere.
 */
export function pathsTo(
  graph: ProgressGraph,
  target: number,
): ReadonlyMap<number, readonly PathTo[]> {
  const incoming = Map.groupBy(graph.edges, (edge) => edge.to);
  const end: PathTo = {
    location: target,
    summary: Summary.identity(graph.locations[target].depth),
    next: null,
  };
  const found = new Map<number, readonly PathTo[]>([[target, [end]]]);
  const pending = [end];
  // The list grows while it is walked.
  for (const path of pending) {
    // A lower one may have been found meanwhile; what leads to that is lower as well.
    if (!found.get(path.location)!.includes(path)) continue;
    for (const { from, summary } of incoming.get(path.location) ?? []) {
      const known = found.get(from) ?? [];
      const longer = summary.followedBy(path.summary);
      if (known.some((other) => other.summary.lessEqual(longer))) continue;
      const added: PathTo = { location: from, summary: longer, next: path };
      const staying = known.filter((other) => !longer.lessEqual(other.summary));
      found.set(from, [...staying, added]);
      pending.push(added);
    }
  }
  return found;
}

/** The minimal times that these outstanding things could result in, at every location. */
export function frontiersOf(
  graph: ProgressGraph,
  outstanding: Iterable<Pointstamp>,
): readonly Antichain<Time>[] {
  const outgoing: ProgressEdge[][] = graph.locations.map(() => []);
  for (const edge of graph.edges) outgoing[edge.from].push(edge);
  const frontiers = graph.locations.map(() => Antichain.ofTimes());
  const pending: Pointstamp[] = [];
  const arrive = (location: number, time: Time): void => {
    if (frontiers[location].insert(time)) pending.push({ location, time });
  };
  for (const { location, time } of outstanding) arrive(location, time);
  for (const { location, time } of pending) {
    if (frontiers[location].lessThan(time)) continue;
    for (const { to, summary } of outgoing[location]) {
      const result = summary.tryApply(time);
      // Beyond the safe integers no legal time exists, so that nothing can come there.
      if (result !== undefined) arrive(to, result);
    }
  }
  return frontiers;
}
