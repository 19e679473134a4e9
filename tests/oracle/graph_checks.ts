import type * as Progress from "../../progress/mod.ts";
import type { NaiveEdge, NaiveSummary } from "./naive.ts";
import type { Random } from "./random.ts";
import type { RandomGraph } from "./random_graph.ts";

/** The room under test: this tree's, or another copy, which the mutants need. */
export type ProgressRoom = typeof Progress;

/** A random graph with these edges in the room's own terms. */
export function progressGraph(
  room: ProgressRoom,
  { locations }: RandomGraph,
  edges: readonly NaiveEdge[],
  flags: (location: number) => { watched: boolean; remote: boolean },
): Progress.ProgressGraph {
  return {
    locations: locations.map(({ depth, name }, l) => ({ depth, name, ...flags(l) })),
    edges: edges.map(({ from, to, terms }) => ({
      from,
      to,
      summary: summaryOf(room, locations[from].depth, terms),
    })),
  };
}

/** What the room gets wrong about a graph before anything runs; undefined when nothing. */
export function graphDifference(
  room: ProgressRoom,
  graph: RandomGraph,
  random: Random,
): string | undefined {
  return cycleDifference(room, graph) ?? summaryDifference(room, graph, random);
}

/** No cycle of the graph may be called bad; before its repair one must be, and must be one. */
function cycleDifference(room: ProgressRoom, graph: RandomGraph): string | undefined {
  const { edges, rejected, locations } = graph;
  const flags = () => ({ watched: true, remote: false });
  const find = (list: readonly NaiveEdge[]) =>
    room.findBadCycles(progressGraph(room, graph, list, flags));
  if (find(edges).length > 0) return "a good graph was found to have a bad cycle";
  if (rejected === undefined) return undefined;
  const found = find(rejected);
  if (found.length === 0) return "a bad cycle was not found";
  for (const { path, summary } of found) {
    const standsStill = summary.added.every((by) => by === 0);
    const closed = path.every((from, i) =>
      rejected.some((edge) => edge.from === from && edge.to === path[(i + 1) % path.length])
    );
    if (standsStill && closed) continue;
    return `a cycle along ${path.map((l) => locations[l].name)} with ${summary} is not bad`;
  }
  return undefined;
}

/** The room's Ψ must be the naive one. All pairs of every graph would take longer than the steps. */
function summaryDifference(
  room: ProgressRoom,
  graph: RandomGraph,
  random: Random,
): string | undefined {
  const { psi, locations, edges } = graph;
  const from = random.below(locations.length);
  const found = room.minimalSummaries(
    progressGraph(room, graph, edges, () => ({ watched: true, remote: false })),
  );
  for (let to = 0; to < locations.length; to++) {
    const naive = room.Antichain.ofSummaries(
      psi[from][to].map((terms) => summaryOf(room, locations[from].depth, terms)),
    );
    const here = room.Antichain.ofSummaries(found.between(from, to));
    if (naive.equals(here)) continue;
    return `summaries from "${locations[from].name}" to "${locations[to].name}" are ` +
      `${here.elements}, must be ${naive.elements}`;
  }
  return undefined;
}

function summaryOf(room: ProgressRoom, depth: number, terms: NaiveSummary): Progress.Summary {
  return new room.Summary(
    depth,
    terms.filter(({ from }) => from >= 0).map(({ add }) => add),
    terms.filter(({ from }) => from < 0).map(({ add }) => add),
  );
}
