/**
 * Rejection of cycles round which time does not advance.
 *
 * The summary of a closed walk keeps as many coordinates as the edge on it that keeps fewest: the
 * depth of the outermost scope it passes. It is good when it strictly increases one of those;
 * otherwise a message could go round for ever without time passing in that scope, and nothing
 * there would ever be complete. Both facts do not depend on where the walk starts.
 *
 * @module
 */

import { arrange, type BadComponent, type SummaryEdge } from "./arrangement.ts";
import type { ProgressGraph } from "./graph.ts";
import { Summary } from "./summary.ts";

/** A cycle that does not strictly increase time at its outermost level. */
export interface BadCycle {
  /** The locations on it in order; the last one leads back to the first. */
  readonly path: readonly number[];
  /** What the cycle does to a time at the first location. */
  readonly summary: Summary;
}

/**
 * One bad cycle for each strongly connected part of the graph that contains any, shortest first.
 * An empty list means that every cycle of the graph is good.
 */
export function findBadCycles(graph: ProgressGraph): BadCycle[] {
  const nodes = graph.locations.map((_, index) => index);
  const found = arrange(nodes, graph.edges).bad.map((part) => badCycleIn(part, graph));
  return found.sort((a, b) => a.path.length - b.path.length || a.path[0] - b.path[0]);
}

/** A bad cycle with the names of its locations: `"a" → "b" → "a" adds [a,b]`. */
export function describeBadCycle(graph: ProgressGraph, cycle: BadCycle): string {
  const names = [...cycle.path, cycle.path[0]].map((l) => `"${graph.locations[l].name}"`);
  return `${names.join(" → ")} takes every time to ${cycle.summary}`;
}

/** How many edges are tried as the start of a shortest cycle before the best so far is taken. */
const TRIED_EDGES = 200;

/**
 * A short bad cycle in a component that has one. Take the edges that keep at least k coordinates
 * and increase none of the first k: a cycle of such edges through one that keeps exactly k is bad,
 * and every bad cycle is of this kind for the k its narrowest edge keeps. At the least k of the
 * component all edges qualify, so that one is always found.
 */
function badCycleIn(part: BadComponent, graph: ProgressGraph): BadCycle {
  let best: SummaryEdge[] | undefined;
  let tried = 0;
  const levels = new Set(part.edges.map((edge) => edge.summary.kept));
  for (const level of [...levels].sort((a, b) => a - b)) {
    const allowed = part.edges.filter(({ summary }) =>
      summary.kept >= level && !summary.added.some((by, index) => index < level && by > 0)
    );
    const outgoing = Map.groupBy(allowed, (edge) => edge.from);
    for (const edge of allowed) {
      if (edge.summary.kept !== level) continue;
      if (best !== undefined && tried++ >= TRIED_EDGES) break;
      const back = shortestPath(outgoing, edge.to, edge.from, (best?.length ?? Infinity) - 2);
      if (back !== undefined) best = [edge, ...back];
    }
  }
  const cycle = startAtLeastDepth(best!, graph);
  return {
    path: cycle.map((edge) => edge.from),
    summary: cycle.reduce(
      (sum, edge) => sum.followedBy(edge.summary),
      Summary.identity(graph.locations[cycle[0].from].depth),
    ),
  };
}

/** The edges of a shortest path of at most `longest` edges; the empty path when the ends agree. */
function shortestPath(
  outgoing: ReadonlyMap<number, readonly SummaryEdge[]>,
  from: number,
  to: number,
  longest: number,
): SummaryEdge[] | undefined {
  if (from === to) return [];
  const reachedBy = new Map<number, SummaryEdge | null>([[from, null]]);
  let layer = [from];
  for (let length = 1; length <= longest && layer.length > 0; length++) {
    const next: number[] = [];
    for (const node of layer) {
      for (const edge of outgoing.get(node) ?? []) {
        if (reachedBy.has(edge.to)) continue;
        reachedBy.set(edge.to, edge);
        if (edge.to === to) return walkBack(reachedBy, to);
        next.push(edge.to);
      }
    }
    layer = next;
  }
  return undefined;
}

function walkBack(
  reachedBy: ReadonlyMap<number, SummaryEdge | null>,
  to: number,
): SummaryEdge[] {
  const path: SummaryEdge[] = [];
  for (let edge = reachedBy.get(to); edge; edge = reachedBy.get(edge.from)) path.push(edge);
  return path.reverse();
}

/** Turns a cycle so that it starts in its outermost scope, where it is judged. */
function startAtLeastDepth(cycle: readonly SummaryEdge[], graph: ProgressGraph): SummaryEdge[] {
  let start = 0;
  cycle.forEach((edge, index) => {
    if (graph.locations[edge.from].depth < graph.locations[cycle[start].from].depth) start = index;
  });
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}
