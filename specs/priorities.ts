/**
 * From the numbers of nodes to the priority of a dataflow, and back.
 *
 * @module
 */
import type { Graph, GraphVertex } from "../dataflow/graph.ts";
import type { DataflowOptions } from "../dataflow/program.ts";
import { GUARD } from "./guard.ts";
import { scopeOf } from "./scopes.ts";
import type { Names, NodeSpec } from "./spec.ts";

type Priority = NonNullable<DataflowOptions["priority"]>;

/** The numbers that a priority was made of, by the paths of nodes. */
const written = new WeakMap<Priority, ReadonlyMap<string, number>>();

/** The numbers of nodes that a priority was made of, by their paths; `undefined` for a function of somebody's own. */
export function prioritiesOf(priority: Priority): ReadonlyMap<string, number> | undefined {
  return written.get(priority);
}

/**
 * What nodes are given is also that of the nodes in them, unless those are given something else, and 0 where
 * nothing is given. What a spec does not name follows: an input is as urgent as the most urgent of its
 * readers, an output as what it reads.
 */
export class NodePriorities {
  readonly #given: ReadonlyMap<string, number>;
  readonly #ranks = new Map<string, number>();

  /** Of all nodes of a spec. */
  constructor(nodes: Names<NodeSpec> | undefined) {
    this.#given = given(nodes ?? {});
  }

  /** The priority of the dataflow; `undefined` where no node is given one. */
  get priority(): Priority | undefined {
    if (this.#given.size === 0) return undefined;
    const priority: Priority = (vertex) => this.#ranks.get(vertex) ?? 0;
    written.set(priority, this.#given);
    return priority;
  }

  /** Before anything runs: which vertices there are. */
  settle(graph: Graph): void {
    if (this.#given.size === 0) return;
    for (const vertex of graph.vertices) this.#rank(vertex, graph);
  }

  #rank(vertex: GraphVertex, graph: Graph): number {
    const known = this.#ranks.get(vertex.path);
    if (known !== undefined) return known;
    const rank = this.#givenTo(vertex.path) ?? Math.min(...this.#around(vertex, graph));
    this.#ranks.set(vertex.path, rank);
    return rank;
  }

  /** What it is given, or the nearest scope around it. */
  #givenTo(path: string): number | undefined {
    for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
      const rank = this.#given.get(at);
      if (rank !== undefined) return rank;
    }
    return undefined;
  }

  /** Of those that a vertex follows which no node is; never both of two that follow each other. */
  #around({ id, kind, path }: GraphVertex, graph: Graph): number[] {
    const { edges, vertices } = graph;
    if (kind === "output" || kind === "egress") {
      return edges.filter(({ to }) => to === id).map(({ from }) =>
        this.#rank(vertices[from], graph)
      );
    }
    if (kind !== "input" && kind !== "ingress" && !path.endsWith(GUARD)) return [0];
    const readers = edges.filter(({ from }) => from === id).map(({ to }) => vertices[to])
      .filter((reader) => reader.kind !== "output" && reader.kind !== "egress");
    return readers.length === 0 ? [0] : readers.map((reader) => this.#rank(reader, graph));
  }
}

function given(nodes: Names<NodeSpec>, within = ""): Map<string, number> {
  const all = new Map<string, number>();
  for (const [name, node] of Object.entries(nodes)) {
    const path = `${within}${name}`;
    if (node.priority !== undefined) all.set(path, node.priority);
    const inner = "use" in node ? {} : scopeOf(node).inner.nodes;
    for (const [at, priority] of given(inner, `${path}/`)) all.set(at, priority);
  }
  return all;
}
