/**
 * What whoever observes a dataflow is told of it first.
 *
 * @module
 */
import type { EngineEvent } from "../actors/events.ts";
import type { Graph } from "./graph.ts";
import { watchedPorts } from "./observed_shards.ts";
import { pactOf } from "./pacts.ts";
import type { Shard } from "./shard.ts";

/** What is introduced. */
export interface Introduced {
  readonly name: string;
  readonly number: number;
  readonly graph: Graph;
}

/** Its vertices and edges. */
export function partsOf({ name, number, graph }: Introduced, at: number): EngineEvent[] {
  const { vertices, edges, scopes } = graph;
  const origin = { dataflow: name, run: number, worker: 0, at };
  const operates = vertices.map((vertex): EngineEvent => ({
    kind: "operates",
    ...origin,
    vertex: vertex.id,
    path: vertex.path,
    operator: `${vertex.operator.name}@${vertex.operator.version}`,
    role: vertex.kind,
    scope: scopes[vertex.scope].path,
    ...(vertex.origin === undefined ? {} : { origin: vertex.origin }),
  }));
  const channels = edges.map((edge, channel): EngineEvent => ({
    kind: "channels",
    ...origin,
    channel,
    source: edge.from,
    from: vertices[edge.from].path,
    output: Object.keys(vertices[edge.from].operator.outputs)[edge.output],
    target: edge.to,
    to: vertices[edge.to].path,
    input: Object.keys(vertices[edge.to].operator.inputs)[edge.input],
    pact: pactOf(graph, edge).kind,
  }));
  return [...operates, ...channels];
}

/** Where the frontiers are that somebody asks about. */
export function frontiersOf(
  { name, number, graph }: Introduced,
  shard: Shard,
  at: number,
): EngineEvent[] {
  const { frontiers } = shard.progress;
  return Array.from(watchedPorts(graph, shard), ([slot, port]) => ({
    kind: "progress",
    action: "frontier",
    dataflow: name,
    run: number,
    worker: 0,
    at,
    ...port,
    frontier: frontiers.frontier(slot),
  }));
}
