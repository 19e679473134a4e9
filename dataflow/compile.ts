/**
 * From a graph to what runs: locations and summaries for the tracker, connections for the vertices.
 *
 * @module
 */
import type { ProgressEdge, ProgressGraph, ProgressLocation } from "../progress/graph.ts";
import { planTracker, type TrackerPlan } from "../progress/plan.ts";
import { findBadCycles } from "../progress/reachability.ts";
import { Summary } from "../progress/summary.ts";
import { HELD, interestOf } from "../operators/contract/context.ts";
import type { Connection } from "../operators/contract/definition.ts";
import type { Graph, GraphVertex } from "./graph.ts";
import { pactOf } from "./pacts.ts";

/** By input and output: `null` for the identity, `undefined` for not connected. */
export type ConnectionTable = readonly (readonly (Summary | null | undefined)[])[];

/** A graph with its ports numbered as the tracker's locations. */
export interface Layout {
  /** The locations and connections, for the tracker and for explanations. */
  readonly progress: ProgressGraph;
  /** For each vertex the location of its first input; the others follow. */
  readonly inputAt: readonly number[];
  /** For each vertex the location of its first output; the others follow. */
  readonly outputAt: readonly number[];
  /** For each vertex which inputs reach which outputs, and how. */
  readonly connections: readonly ConnectionTable[];
}

/** Everything that is computed once for a graph, however often it runs. */
export interface CompiledGraph extends Layout {
  /** The tracker's plan. */
  readonly plan: TrackerPlan;
}

/** Which locations are watched: those somebody asks about, or all of them, for explanations. */
export type Watching = "asked" | "all";

/**
 * Numbers the ports. Problems of the declared connections are added to `problems`. Vertices that are
 * `unfit` are not asked for theirs; they count as having none, so that no cycle goes through them.
 */
export function layOut(
  graph: Graph,
  problems: string[],
  watching: Watching = "asked",
  unfit: ReadonlySet<number> = new Set(),
  workers = 1,
): Layout {
  const locations: ProgressLocation[] = [];
  const edges: ProgressEdge[] = [];
  const inputAt: number[] = [];
  const outputAt: number[] = [];
  const probed = new Set(graph.probes.map((probe) => `${probe.vertex}:${probe.output}`));
  const connections = graph.vertices.map((vertex) =>
    unfit.has(vertex.id) ? unconnected(vertex) : connectionsOf(graph, vertex, problems)
  );
  const remote = workers === 1 ? new Set() : spreadInputs(graph);
  for (const vertex of graph.vertices) {
    const asks = !unfit.has(vertex.id) && interestOf(vertex.operator, vertex.config) !== "never";
    inputAt.push(locations.length);
    Object.keys(vertex.operator.inputs).forEach((port, index) => {
      const watched = watching === "all" || asks;
      locations.push({
        depth: graph.scopes[vertex.inputScope].depth,
        name: `${vertex.path}.${port}`,
        watched,
        remote: remote.has(`${vertex.id}:${index}`),
      });
    });
    outputAt.push(locations.length);
    outputsOf(vertex).forEach((port, index) => {
      const watched = watching === "all" || probed.has(`${vertex.id}:${index}`);
      locations.push({
        depth: graph.scopes[vertex.outputScope].depth,
        name: `${vertex.path}.${port}`,
        watched,
      });
    });
    connections[vertex.id].forEach((row, input) =>
      row.forEach((summary, output) => {
        if (summary === undefined) return;
        const from = inputAt[vertex.id] + input;
        const to = outputAt[vertex.id] + output;
        edges.push({ from, to, summary: summary ?? Summary.identity(locations[from].depth) });
      })
    );
  }
  for (const { from, output, to, input } of graph.edges) {
    const source = outputAt[from] + output;
    const target = inputAt[to] + input;
    edges.push({ from: source, to: target, summary: Summary.identity(locations[source].depth) });
  }
  return { progress: { locations, edges }, inputAt, outputAt, connections };
}

/** Adds one line for each cycle along which times do not grow. */
export function reportBadCycles(layout: Layout, problems: string[]): void {
  for (const cycle of findBadCycles(layout.progress)) {
    const names = cycle.path.map((location) => layout.progress.locations[location].name);
    problems.push(
      `cycle ${
        [...names, names[0]].join(" → ")
      } does not make times grow: a record could go round it for ` +
        `ever at one time. Close the loop with a feedback of 1 or more`,
    );
  }
}

/** Compiles a graph that was checked before, for one worker or for several. */
export function compile(
  graph: Graph,
  watching: Watching = "asked",
  workers = 1,
): CompiledGraph {
  const layout = layOut(graph, [], watching, new Set(), workers);
  return { ...layout, plan: planTracker(layout.progress) };
}

/** The inputs at which records of other workers arrive, as `vertex:port`. */
function spreadInputs(graph: Graph): Set<string> {
  const spread = graph.edges.filter((edge) => pactOf(graph, edge).kind !== "pipeline");
  return new Set(spread.map(({ to, input }) => `${to}:${input}`));
}

/** The names of a vertex's sources; one without outputs holds times open at a place of its own. */
function outputsOf({ operator, kind }: GraphVertex): string[] {
  const names = Object.keys(operator.outputs);
  return names.length === 0 && kind === "operator" ? [HELD] : names;
}

function unconnected(vertex: GraphVertex): undefined[][] {
  const outputs = outputsOf(vertex);
  return Object.keys(vertex.operator.inputs).map(() => outputs.map(() => undefined));
}

function connectionsOf(graph: Graph, vertex: GraphVertex, problems: string[]): ConnectionTable {
  const inputs = Object.keys(vertex.operator.inputs);
  const outputs = outputsOf(vertex);
  const declared = outputs[0] === HELD ? undefined : vertex.operator.connects;
  if (declared === undefined) return inputs.map(() => outputs.map(() => null));
  const table: (Summary | null | undefined)[][] = unconnected(vertex);
  const list: readonly Connection[] = typeof declared === "function"
    ? declared(vertex.config)
    : declared;
  const depth = graph.scopes[vertex.outputScope].depth;
  const sourceDepth = graph.scopes[vertex.inputScope].depth;
  for (const [input, output, summary] of list) {
    const i = inputs.indexOf(input);
    const o = outputs.indexOf(output);
    if (i < 0 || o < 0) {
      problems.push(
        `connection ${input} → ${output} of "${vertex.path}" names a port that ` +
          `operator "${vertex.operator.name}" does not have`,
      );
    } else if (table[i][o] !== undefined) {
      problems.push(
        `connection ${input} → ${output} of "${vertex.path}" is declared twice: a pair of ports has one summary`,
      );
    } else if (summary !== undefined && summary.sourceDepth !== sourceDepth) {
      problems.push(
        `connection ${input} → ${output} of "${vertex.path}" takes times of ` +
          `${summary.sourceDepth} coordinates: its scope has ${sourceDepth}`,
      );
    } else if (summary !== undefined && summary.targetDepth !== depth) {
      problems.push(
        `connection ${input} → ${output} of "${vertex.path}" gives times of ` +
          `${summary.targetDepth} coordinates: its scope has ${depth}`,
      );
    } else {
      table[i][o] = summary === undefined || summary.isIdentity ? null : summary;
    }
  }
  return table;
}
