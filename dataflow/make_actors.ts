/**
 * Makes the actors of a dataflow, all of them or none.
 *
 * @module
 */
import type { ProgressActor } from "../actors/progress_actor.ts";
import { VertexActor } from "../actors/vertex_actor.ts";
import type { Worker } from "../actors/worker.ts";
import type { Handlers, Place } from "../operators/contract/definition.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { limitsFor, type WholeLimits } from "../operators/contract/limits.ts";
import type { CompiledGraph } from "./compile.ts";
import { countersAround } from "./gate_edges.ts";
import type { Graph, GraphVertex } from "./graph.ts";

/** Where actors live. */
export interface Home {
  readonly worker: Worker;
  readonly limits: WholeLimits;
  /** Which worker that is, of how many. */
  readonly place: Place;
}

/**
 * One actor for each vertex, in their order. It may be done from within a callback, whose turn then has to
 * wait, and nothing runs meanwhile: half a dataflow must not be found complete.
 *
 * @throws {MeanderError} when an operator cannot be made; what was made before is ended.
 */
export function makeActors(
  graph: Graph,
  compiled: CompiledGraph,
  tracker: ProgressActor,
  home: Home,
): VertexActor[] {
  const { worker } = home;
  return worker.still(() => {
    const bringBack = worker.turn.aside();
    const made: VertexActor[] = [];
    try {
      for (const vertex of graph.vertices) {
        made.push(makeActor(graph, compiled, vertex, tracker, home));
      }
      return made;
    } catch (error) {
      // What they asked for before that must not wake a dataflow that never came to be.
      tracker.isDead = true;
      worker.turn.discard();
      for (const actor of made) actor.kill();
      for (const actor of made) actor.over();
      throw error;
    } finally {
      bringBack();
    }
  });
}

/** A source that is pinned makes everything on the first worker; its shards elsewhere make nothing. */
function runsOn({ index }: Place, { operator }: GraphVertex): boolean {
  return index === 0 || operator.source === "split" || Object.keys(operator.inputs).length > 0;
}

function inert(): Handlers<Record<never, never>> {
  return { receive: {} };
}

function makeActor(
  { scopes }: Graph,
  { rights }: CompiledGraph,
  vertex: GraphVertex,
  tracker: ProgressActor,
  { worker, limits, place }: Home,
): VertexActor {
  const { path, operator, site } = vertex;
  try {
    const options = {
      definition: runsOn(place, vertex) ? operator : { ...operator, create: inert },
      config: vertex.config,
      name: path,
      site,
      inputDepth: scopes[vertex.inputScope].depth,
      outputDepth: scopes[vertex.outputScope].depth,
      rootDepth: scopes[0].depth,
      fixed: countersAround(vertex, scopes),
      connections: rights[vertex.id],
      limits: limitsFor(operator, vertex.config, vertex.limits, limits),
      worker: place,
      dataflow: tracker,
    };
    return new VertexActor(options, tracker, worker, worker.pool);
  } catch (error) {
    if (MeanderError.is(error) && error.where === path) throw error;
    throw new MeanderError(
      "MEANDER_OPERATOR_FAILED",
      `Cannot make "${path}" (operator ${operator.name}, written at ${site}): ${show(error)}`,
      { where: path, cause: error },
    );
  }
}
