/**
 * A dataflow's graph as plain data, for tools.
 *
 * @module
 */
import type { OutputLimits } from "../../operators/contract/limits.ts";
import type { Graph, GraphScope, OperatorOrigin, VertexKind } from "../graph.ts";
import { addedBy, type Drawn, graphOf } from "./drawing.ts";

/** A scope. */
export interface ScopeJson {
  /** Its path, such as `reach/inner`; empty for the root. */
  readonly path: string;
  /** The path of the scope around it; `null` for the root. */
  readonly parent: string | null;
  /** What it does to times: a loop and a gate add a coordinate, a region is a named box and no more. */
  readonly kind: GraphScope["kind"];
  /** How many coordinates times have in it. */
  readonly depth: number;
}

/** A vertex: one use of an operator. */
export interface VertexJson {
  /** Its path, unique in the graph, such as `reach/fresh`. */
  readonly path: string;
  /** The name it was given, without scopes; of inputs and outputs the name they are reached by. */
  readonly name: string;
  /** What part it plays. */
  readonly kind: VertexKind;
  /** Its operator, as `name@version`. */
  readonly operator: string;
  /** The path of the scope it lies in; borders lie in their loop. */
  readonly scope: string;
  /** The names of its inputs, in order. */
  readonly inputs: readonly string[];
  /** The names of its outputs, in order. */
  readonly outputs: readonly string[];
  /** For a feedback: how much it adds to the counter of its scope. */
  readonly adds?: number;
  /** Limits of its outputs, where it has its own. */
  readonly limits?: OutputLimits;
  /** Which plugin its operator is of, and which bytes it runs; left out where nobody said. */
  readonly origin?: OperatorOrigin;
}

/** An edge from an output to an input, by paths of vertices and names of ports. */
export interface EdgeJson {
  /** The vertex that sends. */
  readonly from: string;
  /** The output that it sends from. */
  readonly output: string;
  /** The vertex that receives. */
  readonly to: string;
  /** The input that it receives at. */
  readonly input: string;
}

/** A probe: somebody outside follows the frontier of an output. */
export interface ProbeJson {
  /** The name that it is reached by. */
  readonly name: string;
  /** The vertex that it is on. */
  readonly vertex: string;
  /** The output whose frontier it follows. */
  readonly output: string;
}

/** A whole graph. */
export interface GraphJson {
  /** The dataflow's name. */
  readonly name: string;
  /** The root first, every scope after the one around it. */
  readonly scopes: readonly ScopeJson[];
  /** In the order in which they were described. */
  readonly vertices: readonly VertexJson[];
  /** In no order that means anything. */
  readonly edges: readonly EdgeJson[];
  /** In the order in which they were described. */
  readonly probes: readonly ProbeJson[];
}

/**
 * The graph as data that JSON can hold: names instead of numbers, and nothing of the configurations,
 * which may be functions.
 *
 * @example
 * ```ts
 * import { dataflow, graphJson } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("evens", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { even: numbers.filter((n) => n % 2 === 0, { name: "even" }).output("result") };
 * });
 * const { vertices, edges } = graphJson(program);
 * expect(vertices.map(({ path, kind }) => [path, kind])).toEqual([
 *   ["numbers", "input"],
 *   ["even", "operator"],
 *   ["result", "output"],
 * ]);
 * expect(edges[0]).toEqual({ from: "numbers", output: "out", to: "even", input: "in" });
 * ```
 */
export function graphJson(drawn: Drawn): GraphJson {
  const graph = graphOf(drawn);
  const { name, scopes, vertices, edges, probes } = graph;
  return {
    name,
    scopes: scopes.map(({ path, parent, kind, depth }): ScopeJson => ({
      path,
      parent: parent < 0 ? null : scopes[parent].path,
      kind,
      depth,
    })),
    vertices: vertices.map((vertex): VertexJson => {
      const { path, name, kind, operator, scope, limits, origin } = vertex;
      const adds = addedBy(vertex);
      return {
        path,
        name,
        kind,
        operator: `${operator.name}@${operator.version}`,
        scope: scopes[scope].path,
        inputs: Object.keys(operator.inputs),
        outputs: Object.keys(operator.outputs),
        ...(adds === undefined ? {} : { adds }),
        ...(limits === null ? {} : { limits }),
        ...(origin === undefined ? {} : { origin }),
      };
    }),
    edges: edges.map(({ from, output, to, input }): EdgeJson => ({
      from: vertices[from].path,
      output: outputName(graph, from, output),
      to: vertices[to].path,
      input: Object.keys(vertices[to].operator.inputs)[input],
    })),
    probes: probes.map(({ name, vertex, output }): ProbeJson => ({
      name,
      vertex: vertices[vertex].path,
      output: outputName(graph, vertex, output),
    })),
  };
}

function outputName({ vertices }: Graph, vertex: number, output: number): string {
  return Object.keys(vertices[vertex].operator.outputs)[output];
}
