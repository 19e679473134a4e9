/**
 * What all drawings of a graph say about its parts, whatever the language they say it in.
 *
 * @module
 */
import type { FeedbackConfig } from "../../operators/system/feedback.ts";
import { foreignOrigin } from "../foreign.ts";
import type { Graph, GraphEdge, GraphScope, GraphVertex } from "../graph.ts";

/** A graph, or something that has one, such as a dataflow. */
export type Drawn = Graph | { readonly graph: Graph };

/** What is written on a vertex: its name and, where name and shape do not tell, its operator. */
export interface VertexLabel {
  readonly name: string;
  /** Empty where it would only repeat what can be seen. */
  readonly operator: string;
}

/** The graph itself. */
export function graphOf(drawn: Drawn): Graph {
  return "graph" in drawn ? drawn.graph : drawn;
}

/** What is written on a vertex within the box of its scope. */
export function vertexLabel(graph: Graph, vertex: GraphVertex): VertexLabel {
  const { kind, operator, path } = vertex;
  const isOutside = kind === "input" || kind === "output";
  // Those are reached by their names; a path may say more to tell it from another.
  const name = isOutside ? vertex.name : path.slice(prefixOf(graph.scopes[vertex.scope]).length);
  // Of somebody else's plugin it always matters which version runs.
  const origin = foreignOrigin(vertex.origin);
  if (origin !== undefined) {
    return { name, operator: `${origin.plugin}/${operator.name}@${origin.version}` };
  }
  const isPlain = isOutside || name === operator.name ||
    operator.name === "generic";
  return { name, operator: isPlain ? "" : operator.name };
}

/** What is written on an edge: how much it adds, and its ports where a vertex has several. */
export function edgeLabel(graph: Graph, edge: GraphEdge): string {
  const from = graph.vertices[edge.from];
  const to = graph.vertices[edge.to];
  const labels = [
    portName(from.operator.outputs, edge.output),
    portName(to.operator.inputs, edge.input),
  ];
  const by = addedBy(from);
  if (by !== undefined) labels.unshift(`+${by}`);
  return labels.filter((label) => label !== "").join(" → ");
}

/** Whether the edge is a part of the way back of a loop. */
export function isWayBack(graph: Graph, { from, to }: GraphEdge): boolean {
  return graph.vertices[from].kind === "feedback" || graph.vertices[to].kind === "feedback";
}

/** How much a feedback adds to the counter; `undefined` for other vertices. */
export function addedBy({ kind, config }: GraphVertex): number | undefined {
  return kind === "feedback" ? (config as FeedbackConfig).by : undefined;
}

const SIGNS: { readonly [Kind in GraphScope["kind"]]?: string } = { loop: "↻ ", gate: "⧗ " };

/** What is written on the box of a scope. */
export function scopeLabel(graph: Graph, scope: GraphScope): string {
  const name = scope.path.slice(prefixOf(graph.scopes[scope.parent]).length);
  return `${SIGNS[scope.kind] ?? ""}${name}`;
}

/** The port's name, or nothing where there is no other port to take it for. */
function portName(ports: Readonly<Record<string, unknown>>, index: number): string {
  const names = Object.keys(ports);
  return names.length > 1 ? names[index] : "";
}

function prefixOf(scope: GraphScope): string {
  return scope.path === "" ? "" : `${scope.path}/`;
}
