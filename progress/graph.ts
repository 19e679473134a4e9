/**
 * The graph as progress tracking sees it: locations and the summaries between them, nothing about
 * what vertices do.
 *
 * @module
 */

import type { Summary } from "./summary.ts";

/** A port of a vertex: a source (output) or a target (input). Known by its index in the graph. */
export interface ProgressLocation {
  /** How many coordinates the times at this port have. */
  readonly depth: number;
  /** What people call it, used in error messages and explanations. */
  readonly name: string;
  /** Whether anybody asks for the frontier here. Others may be merged into their successor. */
  readonly watched: boolean;
  /**
   * Whether messages arrive here from another sender than the one that reports their consumption,
   * that is, from another worker. Then nothing upstream may be merged into this location: the
   * consumer's −1 can reach the tracker before the sender's +1, and would cancel the capability the
   * sender still holds if both were counted at one pointstamp. Default: false.
   */
  readonly remote?: boolean;
}

/**
 * A connection between two locations: a channel from a source to a target (with the identity), or a
 * vertex's internal connection from a target to a source with the summary it declares. Where a
 * vertex declares that an input never leads to an output there is no edge.
 */
export interface ProgressEdge {
  /** Index of the location the edge starts at. */
  readonly from: number;
  /** Index of the location it ends at. */
  readonly to: number;
  /** From the depth of `from` to the depth of `to`. */
  readonly summary: Summary;
}

/** Locations and edges. Flat: scopes show in the depths and summaries only. */
export interface ProgressGraph {
  readonly locations: readonly ProgressLocation[];
  readonly edges: readonly ProgressEdge[];
}

/**
 * Checks that every edge joins existing locations with a summary between their depths.
 *
 * @throws RangeError `MEANDER_PROGRESS_GRAPH` that lists every edge that does not.
 */
export function checkGraph(graph: ProgressGraph): void {
  const faults: string[] = [];
  const { locations } = graph;
  graph.edges.forEach((edge, index) => {
    const from = locations[edge.from];
    const to = locations[edge.to];
    if (from === undefined || to === undefined) {
      faults.push(
        `edge ${index} joins ${edge.from} and ${edge.to}, of ${locations.length} locations`,
      );
    } else if (edge.summary.sourceDepth !== from.depth || edge.summary.targetDepth !== to.depth) {
      faults.push(
        `edge ${index} from "${from.name}" (depth ${from.depth}) to "${to.name}" (depth ` +
          `${to.depth}) has a summary from depth ${edge.summary.sourceDepth} to ` +
          `${edge.summary.targetDepth}`,
      );
    }
  });
  if (faults.length === 0) return;
  throw new RangeError(
    `MEANDER_PROGRESS_GRAPH  Cannot track this graph: ${faults.join("; ")}. ` +
      "Pass an ingress or egress wherever an edge crosses a scope border",
  );
}
