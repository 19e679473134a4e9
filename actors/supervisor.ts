/**
 * Who decides what a fault or the end of the work means for a whole dataflow.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** Told by the actors of one dataflow. */
export interface Supervisor {
  /** A callback of the vertex threw; its state counts as lost. */
  vertexFailed(actor: VertexActor, error: unknown): void;
  /** A watcher outside of the graph threw, which is the user's function too. */
  watcherFailed(error: unknown): void;
  /** Nothing is outstanding anywhere, and everything that was due has been delivered. */
  completed(): void;
}

/** The error that a fault in a vertex is reported as: it names the vertex, the time and the place. */
export function vertexFault(actor: VertexActor, error: unknown): MeanderError {
  const { name, site, when } = actor.context;
  if (error instanceof MeanderError && error.where === name) return error;
  const written = site === undefined ? "" : ` (written at ${site})`;
  if (error instanceof RangeError && error.message.startsWith("MEANDER_")) {
    const [code, text] = splitCode(error.message);
    return new MeanderError(code, `${text}, in "${name}"${written}${when}`, {
      where: name,
      cause: error,
    });
  }
  return new MeanderError(
    "MEANDER_OPERATOR_FAILED",
    `A callback of "${name}"${written} threw${when}: ${show(error)}`,
    {
      where: name,
      cause: error,
      hint: "Its state counts as lost: mend the operator and run again",
    },
  );
}

function splitCode(message: string): [code: string, text: string] {
  const end = message.indexOf("  ");
  return end < 0 ? ["MEANDER_TIME", message] : [message.slice(0, end), message.slice(end + 2)];
}
