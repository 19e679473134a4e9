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
import type { AnyOperator, Connection } from "../operators/contract/definition.ts";
import { coveredPairs } from "../operators/flow/covered.ts";
import { countersAround, gateEdges, type NumberedPorts } from "./gate_edges.ts";
import type { Graph, GraphVertex } from "./graph.ts";
import { isPaced, uncountedEpochs } from "./pace_sources.ts";
import { pacingEdges } from "./pacing_edges.ts";
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
  /** For each vertex what a batch gives a right to: its connections, and the pairs that it covers itself. */
  readonly rights: readonly ConnectionTable[];
  /** For vertices whose epochs are counted the location where they are seen to be complete everywhere. */
  readonly doneAt: ReadonlyMap<number, number>;
}

/** Everything that is computed once for a graph, however often it runs. */
export interface CompiledGraph extends Layout {
  /** The tracker's plan. */
  readonly plan: TrackerPlan;
}

/**
 * Which locations are watched: those somebody asks about, or all of them, for explanations; and whether the epochs
 * of all sources and inputs are counted, not only of those that say so.
 */
export type Watching = "asked" | "all" | "asked, paced" | "all, paced";

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
  const connections = graph.vertices.map((vertex) =>
    unfit.has(vertex.id) ? unconnected(vertex) : connectionsOf(graph, vertex, problems)
  );
  const rights = graph.vertices.map((vertex) =>
    unfit.has(vertex.id)
      ? connections[vertex.id]
      : withCovered(graph, vertex, connections[vertex.id], problems)
  );
  const numbered = numberPorts(graph, watching.startsWith("all"), unfit, workers);
  const { locations, inputAt, outputAt } = numbered;
  const edges = edgesOf(graph, connections, numbered);
  edges.push(...gateEdges(graph, numbered, edges));
  const doneAt = new Map<number, number>();
  for (const vertex of graph.vertices) {
    if (!isPaced(vertex, graph, watching.endsWith("paced"))) {
      problems.push(...uncountedEpochs(vertex, graph));
      continue;
    }
    doneAt.set(vertex.id, locations.length);
    const more = pacingEdges(outputAt[vertex.id], locations.length, edges, locations);
    locations.push({ depth: 1, name: `${vertex.path}, done`, watched: true });
    edges.push(...more);
  }
  return { progress: { locations, edges }, inputAt, outputAt, connections, rights, doneAt };
}

/** Every port is a location: the inputs of a vertex in a row, and then its outputs. */
function numberPorts(
  graph: Graph,
  isAll: boolean,
  unfit: ReadonlySet<number>,
  workers: number,
): NumberedPorts {
  const locations: ProgressLocation[] = [];
  const inputAt: number[] = [];
  const outputAt: number[] = [];
  const probed = new Set(graph.probes.map((probe) => `${probe.vertex}:${probe.output}`));
  const remote = workers === 1 ? new Set() : spreadInputs(graph);
  for (const vertex of graph.vertices) {
    const asks = !unfit.has(vertex.id) && interestOf(vertex.operator, vertex.config) !== "never";
    inputAt.push(locations.length);
    Object.keys(vertex.operator.inputs).forEach((port, index) => {
      locations.push({
        depth: graph.scopes[vertex.inputScope].depth,
        name: `${vertex.path}.${port}`,
        watched: isAll || asks,
        remote: remote.has(`${vertex.id}:${index}`),
      });
    });
    outputAt.push(locations.length);
    outputsOf(vertex).forEach((port, index) => {
      locations.push({
        depth: graph.scopes[vertex.outputScope].depth,
        name: `${vertex.path}.${port}`,
        watched: isAll || probed.has(`${vertex.id}:${index}`),
      });
    });
  }
  return { locations, inputAt, outputAt };
}

/** Through vertices by what they declare, and between them by the edges of the graph. */
function edgesOf(
  graph: Graph,
  connections: readonly ConnectionTable[],
  { locations, inputAt, outputAt }: NumberedPorts,
): ProgressEdge[] {
  const edges: ProgressEdge[] = [];
  for (const { id } of graph.vertices) {
    connections[id].forEach((row, input) =>
      row.forEach((summary, output) => {
        if (summary === undefined) return;
        const from = inputAt[id] + input;
        const to = outputAt[id] + output;
        edges.push({ from, to, summary: summary ?? Summary.identity(locations[from].depth) });
      })
    );
  }
  for (const { from, output, to, input } of graph.edges) {
    const source = outputAt[from] + output;
    const target = inputAt[to] + input;
    edges.push({ from: source, to: target, summary: Summary.identity(locations[source].depth) });
  }
  return edges;
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

function unconnected(vertex: GraphVertex): (Summary | null | undefined)[][] {
  const outputs = outputsOf(vertex);
  return Object.keys(vertex.operator.inputs).map(() => outputs.map(() => undefined));
}

function connectionsOf(graph: Graph, vertex: GraphVertex, problems: string[]): ConnectionTable {
  const { connects } = vertex.operator;
  if (connects === undefined || outputsOf(vertex)[0] === HELD) {
    return Object.keys(vertex.operator.inputs).map(() => outputsOf(vertex).map(() => null));
  }
  const table = unconnected(vertex);
  declare(graph, vertex, table, listed(connects, vertex), problems);
  return table;
}

/** Pairs that the vertex covers by capabilities give rights as connections do, and are none to the tracker. */
function withCovered(
  graph: Graph,
  vertex: GraphVertex,
  connections: ConnectionTable,
  problems: string[],
): ConnectionTable {
  const covered = coveredPairs(vertex.operator, vertex.config);
  if (covered.length === 0) return connections;
  const table = connections.map((row) => [...row]);
  declare(graph, vertex, table, covered, problems);
  return table;
}

function listed(
  declared: NonNullable<AnyOperator["connects"]>,
  { config }: GraphVertex,
): readonly Connection[] {
  return typeof declared === "function" ? declared(config) : declared;
}

/** Enters pairs of ports into a table, as far as they fit. */
function declare(
  { scopes }: Graph,
  vertex: GraphVertex,
  table: (Summary | null | undefined)[][],
  list: readonly Connection[],
  problems: string[],
): void {
  const inputs = Object.keys(vertex.operator.inputs);
  const outputs = outputsOf(vertex);
  const { depth } = scopes[vertex.outputScope];
  const sourceDepth = scopes[vertex.inputScope].depth;
  const counters = countersAround(vertex, scopes);
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
    } else if (
      summary !== undefined && counters.some((at) => summary.kept <= at || summary.added[at] > 0)
    ) {
      problems.push(
        `connection ${input} → ${output} of "${vertex.path}" moves the number of a gate's batch: ` +
          `a gate counts what is in its fragment by it`,
      );
    } else {
      table[i][o] = summary === undefined || summary.isIdentity ? null : summary;
    }
  }
}
