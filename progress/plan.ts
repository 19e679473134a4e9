/**
 * Compiling a graph for the tracker: which pointstamps are counted where, and in which order slots
 * are brought up to date.
 *
 * @module
 */

import { arrange } from "./arrangement.ts";
import { contract } from "./contraction.ts";
import { describeBadCycle, findBadCycles } from "./cycles.ts";
import { checkGraph, type ProgressGraph } from "./graph.ts";
import type { Summary } from "./summary.ts";

/** An edge that leaves a slot. */
export interface PlanEdge {
  /** Slot it ends at. */
  readonly to: number;
  readonly summary: Summary;
}

/** A place where pointstamps are counted: a location with whatever was merged into it. */
export interface PlanSlot {
  /** The location it stands for, whose frontier is the slot's. */
  readonly location: number;
  readonly depth: number;
  readonly name: string;
  readonly watched: boolean;
  readonly edges: readonly PlanEdge[];
  /** Whether any edge ends here. */
  readonly hasInputs: boolean;
  /** Index into `TrackerPlan.components`. */
  readonly component: number;
  /** Position among the slots of its component, see `arrangement.ts`. */
  readonly key: readonly number[];
}

/** A strongly connected component: one slot, or slots on common cycles. */
export interface PlanComponent {
  readonly slots: readonly number[];
  /** Whether there is a cycle, be it from a slot to itself. */
  readonly cyclic: boolean;
}

/** All a tracker needs to know about a graph; immutable, and shared by trackers if need be. */
export interface TrackerPlan {
  /** For each location the slot its pointstamps are counted at. */
  readonly slotOf: Int32Array;
  /** For each location what its times go through before they are counted; null leaves them. */
  readonly summaryTo: readonly (Summary | null)[];
  readonly slots: readonly PlanSlot[];
  /** In topological order: everything upstream settles before anything downstream. */
  readonly components: readonly PlanComponent[];
}

/**
 * Compiles a graph. A pointstamp (t, l) is counted at slot `slotOf[l]` and time
 * `summaryTo[l]?.apply(t) ?? t`. Several locations may share a slot; the frontier of a slot is that
 * of its own location, and only watched locations are sure to have one.
 *
 * @throws RangeError `MEANDER_PROGRESS_GRAPH` when an edge's summary does not fit its ends.
 * @throws Error `MEANDER_CYCLE` when time does not advance on some cycle, naming each by its path.
 */
export function planTracker(graph: ProgressGraph): TrackerPlan {
  checkGraph(graph);
  rejectBadCycles(graph);
  const { representative, summaryTo, edges } = contract(graph);
  const kept = representative.filter((other, location) => other === location);
  const slotOfKept = new Map(kept.map((location, slot) => [location, slot]));
  const order = arrange(kept, edges);
  const componentOf = new Map<number, number>();
  order.components.forEach((members, index) => {
    for (const location of members) componentOf.set(location, index);
  });
  const outgoing = Map.groupBy(edges, (edge) => edge.from);
  const entered = new Set(edges.map((edge) => edge.to));
  const slots = kept.map((location): PlanSlot => ({
    location,
    depth: graph.locations[location].depth,
    name: graph.locations[location].name,
    watched: graph.locations[location].watched,
    edges: (outgoing.get(location) ?? []).map(({ to, summary }) => ({
      to: slotOfKept.get(to)!,
      summary,
    })),
    hasInputs: entered.has(location),
    component: componentOf.get(location)!,
    key: order.keys.get(location)!,
  }));
  return {
    slotOf: Int32Array.from(representative, (location) => slotOfKept.get(location)!),
    summaryTo,
    slots,
    components: order.components.map((members, index) => ({
      slots: members.map((location) => slotOfKept.get(location)!),
      cyclic: order.cyclic[index],
    })),
  };
}

function rejectBadCycles(graph: ProgressGraph): void {
  const cycles = findBadCycles(graph);
  if (cycles.length === 0) return;
  throw new Error(
    `MEANDER_CYCLE  Cannot run a graph with ${cycles.length} cycle${
      cycles.length === 1 ? "" : "s"
    } on which time does not advance: ` +
      cycles.map((cycle) => describeBadCycle(graph, cycle)).join("; ") +
      ". Pass a feedback that adds at least 1 in the outermost scope of each cycle, " +
      "or declare which inputs do not lead to which outputs",
  );
}
