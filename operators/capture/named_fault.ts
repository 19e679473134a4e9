/**
 * Faults of logs, with the vertex that met them.
 *
 * @module
 */
import { MeanderError, reasonOf } from "../contract/fault.ts";

/** Runs `f`; what it throws about a log says in which vertex it was met, and keeps its code. */
export function namingVertex<R>(what: "capture" | "replay", vertex: string, f: () => R): R {
  try {
    return f();
  } catch (error) {
    if (!MeanderError.is(error) || error.where === vertex) throw error;
    throw new MeanderError(error.code, `Cannot ${what} at "${vertex}": ${reasonOf(error)}`, {
      where: vertex,
      cause: error,
    });
  }
}
