/**
 * What is said of vertices whose operator is of somebody else's plugin.
 *
 * @module
 */
import type { OperatorOrigin } from "./graph.ts";

/** The plugin of the engine itself: which bytes it has is known by the version of Meander. */
const OWN = "core";

/** The origin of a vertex, unless that is the engine itself. */
export function foreignOrigin(origin: OperatorOrigin | undefined): OperatorOrigin | undefined {
  return origin?.plugin === OWN ? undefined : origin;
}
