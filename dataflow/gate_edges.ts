/**
 * What is in the fragment of a gate and can never come back to it.
 *
 * @module
 */
import { gate } from "../operators/flow/gate.ts";
import { keeper } from "../operators/flow/keeper.ts";
import type { ProgressEdge, ProgressLocation } from "../progress/graph.ts";
import { Summary } from "../progress/summary.ts";
import type { Graph, GraphScope, GraphVertex } from "./graph.ts";

/** Ports as the tracker's locations: the inputs of a vertex in a row, and then its outputs. */
export interface NumberedPorts {
  readonly locations: ProgressLocation[];
  /** For each vertex the location of its first input. */
  readonly inputAt: readonly number[];
  /** For each vertex the location of its first output. */
  readonly outputAt: readonly number[];
}

/**
 * Connections, for the tracker only, from every port in the fragment of a gate that leads to nothing to where its
 * keeper sees what is open. A batch is so closed when nothing of it is left, also where its records end in the
 * fragment: in what is only looked at, in a loop that nothing leaves.
 */
export function gateEdges(
  { scopes, vertices }: Graph,
  { locations, inputAt }: NumberedPorts,
  edges: readonly ProgressEdge[],
): ProgressEdge[] {
  return scopes.filter(({ kind }) => kind === "gate").flatMap(({ id, depth }) => {
    const own = vertices.find(({ scope, operator }) => scope === id && operator === keeper);
    if (own === undefined) return [];
    const closed = inputAt[own.id] + Object.keys(keeper.inputs).indexOf("closed");
    const leading = leadingTo(closed, edges);
    const found: ProgressEdge[] = [];
    for (const vertex of vertices) {
      if (!isInFragment(vertex, id, scopes)) continue;
      const end = inputAt[vertex.id + 1] ?? locations.length;
      for (let from = inputAt[vertex.id]; from < end; from++) {
        if (leading.has(from)) continue;
        const kept = new Array<number>(depth).fill(0);
        found.push({ from, to: closed, summary: new Summary(locations[from].depth, kept) });
      }
    }
    return found;
  });
}

/** The counters of the gates in whose fragments a vertex is, as coordinates of its times. */
export function countersAround(vertex: GraphVertex, scopes: readonly GraphScope[]): number[] {
  // A gate in a gate follows what comes in to it, whatever batch that belongs to.
  if (vertex.operator === gate || vertex.operator === keeper) return [];
  return scopes.filter(({ id, kind }) => kind === "gate" && isInFragment(vertex, id, scopes))
    .map(({ depth }) => depth - 1);
}

/** Neither the gate nor its keeper, nor what leads into its scope and out of it. */
export function isInFragment(
  { scope, kind, operator }: GraphVertex,
  gateScope: number,
  scopes: readonly GraphScope[],
): boolean {
  if (scope === gateScope) return kind === "operator" && operator !== gate && operator !== keeper;
  for (let at = scope; at > 0; at = scopes[at].parent) if (at === gateScope) return true;
  return false;
}

/** All locations from which something can come to one. */
function leadingTo(location: number, edges: readonly ProgressEdge[]): ReadonlySet<number> {
  const before = new Map<number, number[]>();
  for (const { from, to } of edges) {
    const known = before.get(to);
    if (known === undefined) before.set(to, [from]);
    else known.push(from);
  }
  const found = new Set([location]);
  // A set may grow while it is iterated.
  for (const at of found) for (const from of before.get(at) ?? []) found.add(from);
  return found;
}
