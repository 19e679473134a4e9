/**
 * Makes the actors of a dataflow, all of them or none.
 *
 * @module
 */
import type { TrackerActor } from "../actors/tracker_actor.ts";
import { VertexActor } from "../actors/vertex_actor.ts";
import type { Worker } from "../actors/worker.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { CompiledGraph } from "./compile.ts";
import type { Graph, GraphVertex } from "./graph.ts";

/** Where actors live. */
export interface Home {
  readonly worker: Worker;
  readonly limits: { readonly budget: number; readonly capacity: number };
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
  tracker: TrackerActor,
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

function makeActor(
  { scopes }: Graph,
  { connections }: CompiledGraph,
  vertex: GraphVertex,
  tracker: TrackerActor,
  { worker, limits }: Home,
): VertexActor {
  const { path, operator, site } = vertex;
  try {
    const options = {
      definition: operator,
      config: vertex.config,
      name: path,
      site,
      inputDepth: scopes[vertex.inputScope].depth,
      outputDepth: scopes[vertex.outputScope].depth,
      rootDepth: scopes[0].depth,
      connections: connections[vertex.id],
      limits,
    };
    return new VertexActor(options, tracker, worker, worker.pool, vertex.kind === "feedback");
  } catch (error) {
    if (MeanderError.is(error) && error.where === path) throw error;
    throw new MeanderError(
      "MEANDER_OPERATOR_FAILED",
      `Cannot make "${path}" (operator ${operator.name}, written at ${site}): ${show(error)}`,
      { where: path, cause: error },
    );
  }
}
