/**
 * Progress tracking: times, summaries, antichains, change batches, reachability and the tracker.
 * Pure and synchronous; imports nothing outside this folder.
 *
 * @module
 */

export { Antichain } from "./antichain.ts";
export { ChangeBatch } from "./change_batch.ts";
export { type CountedAntichain, countedAntichain } from "./counted_antichain.ts";
export { type BadCycle, describeBadCycle, findBadCycles } from "./cycles.ts";
export {
  checkGraph,
  type ProgressEdge,
  type ProgressGraph,
  type ProgressLocation,
} from "./graph.ts";
export { GridCounts } from "./grid_counts.ts";
export { LineCounts } from "./line_counts.ts";
export {
  type PlanComponent,
  type PlanEdge,
  type PlanSlot,
  planTracker,
  type TrackerPlan,
} from "./plan.ts";
export { MinimalSummaries, minimalSummaries, type Pointstamp } from "./reachability.ts";
export { Summary } from "./summary.ts";
export {
  checkTime,
  compareTimes,
  coordinateOf,
  depthOf,
  equalTimes,
  formatTime,
  join,
  lessEqual,
  lessThan,
  meet,
  minimumTime,
  type Time,
} from "./time.ts";
export { Tracker } from "./tracker.ts";
