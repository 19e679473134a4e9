/**
 * The order in which progress is propagated: a linear extension of could-result-in.
 *
 * A work list taken in any other order lets retractions chase each other round a loop practically
 * for ever, because each removal at a later time exposes a still later one before the earlier has
 * settled. Times of different scopes meet in one tracker, so the position in the graph and the
 * coordinates are interleaved into one key:
 *
 *     (p0, c[1..d0], p1, c[d0+1..d1], p2, …)
 *
 * p0 is the topological position of the location's component in the whole graph: everything
 * upstream settles completely before anything downstream. Inside a component with a cycle, d0 is
 * the least coordinate level that any of its edges strictly increases. **All its edges keep the
 * first d0 coordinates**: the component is strongly connected, so one closed walk passes all its
 * edges; the walk's summary keeps as many coordinates as the edge that keeps fewest, and it must
 * increase one of those; the least increased level is therefore among them. Hence along every edge
 * c[1..d0] does not shrink, and along an edge that increases level d0 it grows lexicographically.
 * The other edges, taken alone, form smaller components, whose topological position is p1, and so
 * on. Every edge either grows a coordinate before the first position it could lower, or raises a
 * position; so whatever a pointstamp could result in has a greater key.
 *
 * A component that has no such level contains a cycle that does not increase: see `cycles.ts`.
 *
 * @module
 */

import { type DirectedEdge, stronglyConnected } from "./components.ts";
import type { Summary } from "./summary.ts";
import { compareTimes, coordinateOf, type Time } from "./time.ts";

/** An edge with what it does to times. */
export interface SummaryEdge extends DirectedEdge {
  readonly summary: Summary;
}

/** A strongly connected component that contains a cycle without an increase. */
export interface BadComponent {
  readonly nodes: readonly number[];
  readonly edges: readonly SummaryEdge[];
}

/** The components of a graph, nested, and the key of each node. */
export interface Arrangement {
  /** The components of the whole graph in topological order; p0 is the index. */
  readonly components: readonly (readonly number[])[];
  /** For each component whether it contains an edge, and so a cycle. */
  readonly cyclic: readonly boolean[];
  /** For each node [p0, d0, p1, d1, p2, …]; the last entry is a position. */
  readonly keys: ReadonlyMap<number, readonly number[]>;
  /** Components in which no order exists, outermost first; keys are meaningless if there are any. */
  readonly bad: readonly BadComponent[];
}

/** Arranges the graph on these nodes. Edges join these nodes only. */
export function arrange(nodes: readonly number[], edges: readonly SummaryEdge[]): Arrangement {
  const keys = new Map<number, number[]>(nodes.map((node) => [node, []]));
  const bad: BadComponent[] = [];
  const top = split(nodes, edges, keys);
  const pending = top.filter((part) => part.edges.length > 0);
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    const level = leastIncreasedLevel(part.edges);
    if (part.edges.some((edge) => edge.summary.kept < level)) {
      bad.push(part);
      continue;
    }
    for (const node of part.nodes) keys.get(node)!.push(level);
    const staying = part.edges.filter((edge) => !edge.summary.increasesAt(level));
    for (const inner of split(part.nodes, staying, keys)) {
      if (inner.edges.length > 0) pending.push(inner);
    }
  }
  return {
    components: top.map((part) => part.nodes),
    cyclic: top.map((part) => part.edges.length > 0),
    keys,
    bad,
  };
}

/** The components with the edges inside each; every node's key gets its component's position. */
function split(
  nodes: readonly number[],
  edges: readonly SummaryEdge[],
  keys: ReadonlyMap<number, number[]>,
): { nodes: number[]; edges: SummaryEdge[] }[] {
  const parts = stronglyConnected(nodes, edges).map((members) => ({
    nodes: members,
    edges: [] as SummaryEdge[],
  }));
  const partOf = new Map<number, number>();
  parts.forEach((part, position) => {
    for (const node of part.nodes) {
      partOf.set(node, position);
      keys.get(node)!.push(position);
    }
  });
  for (const edge of edges) {
    const position = partOf.get(edge.from)!;
    if (partOf.get(edge.to) === position) parts[position].edges.push(edge);
  }
  return parts;
}

/** The least level, from 1, that any edge strictly increases; Infinity when none does. */
function leastIncreasedLevel(edges: readonly SummaryEdge[]): number {
  let least = Infinity;
  for (const { summary } of edges) {
    const index = summary.added.findIndex((by) => by > 0);
    if (index >= 0) least = Math.min(least, index + 1);
  }
  return least;
}

/**
 * Compares two pointstamps by their keys. Both lie in one component, so that the first position
 * need not be looked at, and two locations with equal keys are one.
 *
 * @returns A negative number, zero or a positive number.
 */
export function compareInComponent(
  keyA: readonly number[],
  timeA: Time,
  keyB: readonly number[],
  timeB: Time,
): number {
  if (keyA === keyB) return compareTimes(timeA, timeB);
  // Keys differ in a position at the latest where the locations part, and levels agree up to there.
  let from = 0;
  for (let i = 1; i < keyA.length && i < keyB.length; i += 2) {
    const level = keyA[i];
    for (; from < level; from++) {
      const x = coordinateOf(timeA, from);
      const y = coordinateOf(timeB, from);
      if (x !== y) return x < y ? -1 : 1;
    }
    const position = keyA[i + 1] - keyB[i + 1];
    if (position !== 0) return position;
  }
  return compareTimes(timeA, timeB);
}
