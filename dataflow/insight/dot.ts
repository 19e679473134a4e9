/**
 * A dataflow as a picture, for Graphviz.
 *
 * @module
 */
import type { Graph, GraphEdge, GraphScope, GraphVertex, VertexKind } from "../graph.ts";
import { type Drawn, edgeLabel, graphOf, isWayBack, scopeLabel, vertexLabel } from "./drawing.ts";

/** Shape and colours of a vertex, by the part it plays. */
const LOOKS: Readonly<Record<VertexKind, string>> = {
  operator: 'shape=box style="rounded,filled" fillcolor="#ffffff" color="#64748b"',
  input: 'shape=ellipse fillcolor="#e0f2fe" color="#0284c7"',
  output: 'shape=box peripheries=2 fillcolor="#dcfce7" color="#16a34a"',
  ingress: 'shape=trapezium margin="0.03,0.02" fillcolor="#f1f5f9" color="#94a3b8"',
  egress: 'shape=invtrapezium margin="0.03,0.02" fillcolor="#f1f5f9" color="#94a3b8"',
  feedback: 'shape=circle margin="0.03,0.02" fillcolor="#fef3c7" color="#d97706"',
};

const PROBE = 'shape=note fillcolor="#faf5ff" color="#9333ea"';

/** Loops are light, and those within them a little less so; a region is only a line around. */
const LOOPS = ["#fffdf5", "#fff7e0", "#ffefc7"];

/** One font only: Graphviz knows how wide its text is, and measures a list of fonts as if it were Times. */
const HEAD = [
  '  graph [rankdir=TB fontname="Helvetica" fontsize=11 fontcolor="#475569" ' +
  'bgcolor="white" nodesep=0.35 ranksep=0.4 labeljust=l pad=0.2]',
  '  node [fontname="Helvetica" fontsize=11 fontcolor="#0f172a" ' +
  'style=filled penwidth=1 height=0.35 margin="0.14,0.06"]',
  '  edge [fontname="Helvetica" fontsize=9 fontcolor="#475569" ' +
  'color="#64748b" arrowsize=0.7]',
];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\\": "\\\\",
};

/**
 * The graph as the text of a Graphviz drawing. Loops and regions are nested boxes; the way back of a loop
 * is dashed and says how much it adds; inputs, outputs, borders and feedbacks have shapes of their own.
 * Edges name their ports where a vertex has several.
 *
 * @example
 * ```ts
 * import { dataflow, dot } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("evens", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { even: numbers.filter((n) => n % 2 === 0, { name: "even" }).output("result") };
 * });
 * const lines = dot(program).split("\n");
 * expect(lines[0]).toBe('digraph "evens" {');
 * expect(lines.filter((line) => line.includes("->"))).toEqual(["  v0 -> v1", "  v1 -> v2"]);
 * ```
 */
export function dot(drawn: Drawn): string {
  const graph = graphOf(drawn);
  const lines = [`digraph "${quote(graph.name)}" {`, ...HEAD];
  lines.push(...insideOf(graph, graph.scopes[0], 0, "  "));
  for (const edge of graph.edges) lines.push(`  ${edgeLine(graph, edge)}`);
  // A probe reads a frontier and no records, so its line has no arrow.
  for (const [index, { vertex }] of graph.probes.entries()) {
    lines.push(`  v${vertex} -> p${index} [arrowhead=none style=dotted color="#9333ea"]`);
  }
  return [...lines, "}", ""].join("\n");
}

/** What lies in a scope: its vertices, the probes on them, and the scopes within. */
function insideOf(graph: Graph, scope: GraphScope, loops: number, indent: string): string[] {
  const lines: string[] = [];
  for (const vertex of graph.vertices) {
    if (vertex.scope === scope.id) lines.push(indent + vertexLine(graph, vertex));
  }
  for (const [index, { name, vertex }] of graph.probes.entries()) {
    if (graph.vertices[vertex].scope === scope.id) {
      lines.push(`${indent}p${index} [label="${quote(name)}" ${PROBE}]`);
    }
  }
  for (const inner of graph.scopes) {
    if (inner.parent !== scope.id) continue;
    const deep = `${indent}  `;
    const isLoop = inner.kind === "loop";
    const look = inner.kind === "gate"
      ? 'style="rounded,filled" fillcolor="#e0f2fe" color="#7dd3fc"'
      : isLoop
      ? `style="rounded,filled" fillcolor="${LOOPS[loops % LOOPS.length]}" color="#e3c98a"`
      : 'style="rounded,dashed" color="#94a3b8"';
    lines.push(
      // Graphviz draws a box around a subgraph whose name begins with "cluster".
      `${indent}subgraph cluster${inner.id} {`,
      `${deep}label="${quote(scopeLabel(graph, inner))}" ${look}`,
      ...insideOf(graph, inner, loops + (isLoop ? 1 : 0), deep),
      `${indent}}`,
    );
  }
  return lines;
}

function vertexLine(graph: Graph, vertex: GraphVertex): string {
  const { name, operator } = vertexLabel(graph, vertex);
  // Only a label in angle brackets can have a smaller second line.
  const label = operator === ""
    ? `"${quote(name)}"`
    : `<${quote(name)}<br/><font point-size="9" color="#64748b">${quote(operator)}</font>>`;
  return `v${vertex.id} [label=${label} ${LOOKS[vertex.kind]}]`;
}

function edgeLine(graph: Graph, edge: GraphEdge): string {
  const attributes: string[] = [];
  const text = edgeLabel(graph, edge);
  // The spaces keep it off the line.
  if (text !== "") attributes.push(`label=" ${quote(text)} "`);
  if (isWayBack(graph, edge)) attributes.push("style=dashed");
  // The feedback stands above what it feeds, so that the body of a loop is read downwards.
  if (graph.vertices[edge.to].kind === "feedback") attributes.push("constraint=false");
  const list = attributes.length === 0 ? "" : ` [${attributes.join(" ")}]`;
  return `v${edge.from} -> v${edge.to}${list}`;
}

/**
 * Text that stands for itself, in quotes as in angle brackets: what has a meaning to Graphviz becomes an
 * entity, which both kinds of labels know. A backslash is doubled instead, because entities are resolved
 * before `\N` and its like are. White space becomes one space each, and what no SVG may contain becomes
 * the character that stands for what cannot be shown.
 */
function quote(text: string): string {
  return text.toWellFormed().replace(/\s+/g, " ")
    .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, "\uFFFD")
    .replace(/["&<>\\]/g, (found) => ESCAPES[found]);
}
