/**
 * Where the epochs of a source or an input are seen to be complete everywhere that its records can go.
 *
 * @module
 */
import type { ProgressEdge, ProgressLocation } from "../progress/graph.ts";
import { Summary } from "../progress/summary.ts";

/**
 * Connections, for the tracker only, to a place of its own from what lies behind a source. What is outstanding
 * anywhere behind it, at whatever time, is seen there at the same epoch: each place either has a way there along
 * which the epoch stays as it is, through other places, or a connection of its own. Dead ends are given one first,
 * so that most places need none and can still be merged with what follows them.
 */
export function pacingEdges(
  from: number,
  to: number,
  edges: readonly ProgressEdge[],
  locations: readonly ProgressLocation[],
): ProgressEdge[] {
  const following = Map.groupBy(edges, (edge) => edge.from);
  const behind = new Set([from]);
  // A set may grow while it is iterated.
  for (const at of behind) for (const edge of following.get(at) ?? []) behind.add(edge.to);
  const before = Map.groupBy(edges.filter(keepsEpoch), (edge) => edge.to);
  const seen = new Set<number>();
  const made: ProgressEdge[] = [];
  const connect = (location: number): void => {
    made.push({ from: location, to, summary: new Summary(locations[location].depth, [0]) });
    const covered = [location];
    seen.add(location);
    for (const at of covered) {
      for (const { from: place } of before.get(at) ?? []) {
        if (seen.has(place) || !behind.has(place)) continue;
        seen.add(place);
        covered.push(place);
      }
    }
  };
  const ends = [...behind].filter((place) => (following.get(place) ?? []).length === 0);
  ends.forEach(connect);
  // What never comes to an end: loops that nothing leaves, and ways on which the epoch changes.
  const others = [...behind].sort((a, b) => b - a);
  for (const place of others) if (!seen.has(place)) connect(place);
  return made;
}

function keepsEpoch({ summary }: ProgressEdge): boolean {
  return summary.kept > 0 && summary.added[0] === 0;
}
