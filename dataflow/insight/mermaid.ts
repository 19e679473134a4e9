/**
 * A dataflow as a picture.
 *
 * @module
 */
import type { Graph, GraphEdge, GraphScope, GraphVertex, VertexKind } from "../graph.ts";
import { edgeLabel, graphOf, isWayBack, scopeLabel, vertexLabel } from "./drawing.ts";

/** Brackets that give a vertex its shape, by the part it plays. */
const SHAPES: Readonly<Record<VertexKind, readonly [open: string, close: string]>> = {
  operator: ["[", "]"],
  input: ["([", "])"],
  output: ["[[", "]]"],
  ingress: ["[/", "\\]"],
  egress: ["[\\", "/]"],
  feedback: ["((", "))"],
};

/** Characters that end a quoted label, begin an entity or Markdown, or would be taken for HTML. */
const SPECIAL = /["#&<>`*_~\\[\]]|^\s*(?:\d+\.|[-+])(?=\s)/g;

/**
 * The graph as the text of a Mermaid flowchart, which GitHub and many editors draw. Loops and regions
 * are nested boxes; the way back of a loop is dashed and says how much it adds; inputs, outputs,
 * borders and feedbacks have shapes of their own. Edges name their ports where a vertex has several.
 *
 * @example
 * ```ts
 * import { dataflow, mermaid } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("evens", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { even: numbers.filter((n) => n % 2 === 0, { name: "even" }).output("result") };
 * });
 * expect(mermaid(program)).toBe([
 *   "flowchart TD",
 *   '  v0(["numbers"])',
 *   '  v1["even<br/><small>filter</small>"]',
 *   '  v2[["result"]]',
 *   "  v0 --> v1",
 *   "  v1 --> v2",
 *   "",
 * ].join("\n"));
 * ```
 */
export function mermaid(drawn: Graph | { readonly graph: Graph }): string {
  const graph = graphOf(drawn);
  const lines = ["flowchart TD", ...insideOf(graph, graph.scopes[0], "  ")];
  for (const edge of graph.edges) lines.push(`  ${edgeLine(graph, edge)}`);
  // A probe reads a frontier and no records, so its line has no arrow.
  for (const [index, { vertex }] of graph.probes.entries()) {
    lines.push(`  v${vertex} --- p${index}`);
  }
  return lines.join("\n") + "\n";
}

/** What lies in a scope: its vertices, the probes on them, and the scopes within. */
function insideOf(graph: Graph, scope: GraphScope, indent: string): string[] {
  const lines: string[] = [];
  for (const vertex of graph.vertices) {
    if (vertex.scope === scope.id) lines.push(indent + vertexLine(graph, vertex));
  }
  for (const [index, { name, vertex }] of graph.probes.entries()) {
    if (graph.vertices[vertex].scope === scope.id) {
      lines.push(`${indent}p${index}>"${quote(name)}"]`);
    }
  }
  for (const inner of graph.scopes) {
    if (inner.parent !== scope.id) continue;
    lines.push(
      `${indent}subgraph s${inner.id}["${quote(scopeLabel(graph, inner))}"]`,
      ...insideOf(graph, inner, `${indent}  `),
      `${indent}end`,
    );
  }
  return lines;
}

function vertexLine(graph: Graph, vertex: GraphVertex): string {
  const [open, close] = SHAPES[vertex.kind];
  const { name, operator } = vertexLabel(graph, vertex);
  const what = operator === "" ? "" : `<br/><small>${quote(operator)}</small>`;
  return `v${vertex.id}${open}"${quote(name)}${what}"${close}`;
}

function edgeLine(graph: Graph, edge: GraphEdge): string {
  const text = edgeLabel(graph, edge);
  const arrow = isWayBack(graph, edge) ? "-.->" : "-->";
  return `v${edge.from} ${arrow}${text === "" ? "" : `|"${quote(text)}"|`} v${edge.to}`;
}

/** Text within quotes: what has a meaning to Mermaid becomes an entity, line ends become spaces. */
function quote(text: string): string {
  return text.replace(/\s+/g, " ").replace(
    SPECIAL,
    (found) => Array.from(found, (c) => /[\s\d]/.test(c) ? c : `#${c.codePointAt(0)};`).join(""),
  );
}
