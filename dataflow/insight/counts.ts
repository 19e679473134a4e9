/**
 * How much is outstanding where, as the tracker counts it.
 *
 * @module
 */
import { TimeMap } from "../../operators/contract/time_map.ts";
import type { Running } from "../running.ts";

/**
 * For each slot of the plan the counts by time, those of 0 and below left out. What vertices have done
 * since the tracker's last turn waits in its mailbox as changes of counts; they are added here, so that the
 * result is the truth after every step. The tracker itself is not touched.
 */
export function countsBySlot(
  { compiled, tracker }: Pick<Running, "compiled" | "tracker">,
): TimeMap<number>[] {
  const counts = compiled.plan.slots.map((_slot, index) => {
    const byTime = new TimeMap<number>();
    for (const [time, count] of tracker.tracker.pointstamps(index)) byTime.set(time, count);
    return byTime;
  });
  tracker.changes.forEach((slot, time, delta) =>
    counts[slot].update(time, 0, (count) => count + delta)
  );
  for (const byTime of counts) {
    for (const [time, count] of [...byTime]) if (count <= 0) byTime.delete(time);
  }
  return counts;
}
