/**
 * Strongly connected components of a directed graph.
 *
 * @module
 */

/** The two ends of an edge; edges usually carry more. */
export interface DirectedEdge {
  readonly from: number;
  readonly to: number;
}

/**
 * The strongly connected components of the graph on these nodes, in topological order: no edge
 * leads from a later component to an earlier one. Among unordered components those of nodes listed
 * earlier come first as far as possible. Tarjan, "Depth-first search and linear graph algorithms"
 * (1972), without recursion, because graphs of ten thousand locations in a row occur.
 *
 * @param nodes Any distinct non-negative numbers.
 * @param edges Edges between these nodes only.
 */
export function stronglyConnected(
  nodes: readonly number[],
  edges: readonly DirectedEdge[],
): number[][] {
  const successors = new Map<number, number[]>();
  for (const node of nodes) successors.set(node, []);
  for (const edge of edges) successors.get(edge.from)!.push(edge.to);
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const done = new Set<number>();
  const open: number[] = [];
  const components: number[][] = [];
  const path: { node: number; next: number }[] = [];

  const enter = (node: number) => {
    low.set(node, order.size);
    order.set(node, order.size);
    open.push(node);
    path.push({ node, next: 0 });
  };
  const leave = (node: number) => {
    path.pop();
    const above = path.at(-1);
    if (above) low.set(above.node, Math.min(low.get(above.node)!, low.get(node)!));
    if (low.get(node) !== order.get(node)) return;
    const component = open.splice(open.lastIndexOf(node));
    for (const member of component) done.add(member);
    components.push(component);
  };

  // Components come out last first; visiting the nodes backwards keeps the order of the list.
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (order.has(nodes[i])) continue;
    enter(nodes[i]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const targets = successors.get(top.node)!;
      if (top.next === targets.length) {
        leave(top.node);
        continue;
      }
      const target = targets[top.next++];
      if (!order.has(target)) enter(target);
      else if (!done.has(target)) {
        low.set(top.node, Math.min(low.get(top.node)!, order.get(target)!));
      }
    }
  }
  return components.reverse();
}
