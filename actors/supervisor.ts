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
  /** A turn of the tracker threw: a watcher outside of the graph did, which is the user's function too. */
  trackerFailed(error: unknown): void;
  /** Nothing is outstanding anywhere, and everything that was due has been delivered. */
  completed(): void;
}

/** The error that a fault in a vertex is reported as: it names the vertex, the time and the place. */
export function vertexFault(actor: VertexActor, error: unknown): MeanderError {
  const { name, site, when } = actor.context;
  if (MeanderError.is(error) && error.where === name) return error;
  const written = site === undefined ? "" : ` (written at ${site})`;
  const ownMessage = messageOfCore(error);
  if (ownMessage !== null) {
    const [code, text] = splitCode(ownMessage);
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

/** What the core, which has no error class of its own, says about times and numbers; else `null`. */
function messageOfCore(error: unknown): string | null {
  try {
    if (!(error instanceof RangeError) || typeof error.message !== "string") return null;
    return error.message.startsWith("MEANDER_") ? error.message : null;
  } catch {
    return null;
  }
}

function splitCode(message: string): [code: string, text: string] {
  const end = message.indexOf("  ");
  return end < 0 ? ["MEANDER_TIME", message] : [message.slice(0, end), message.slice(end + 2)];
}
