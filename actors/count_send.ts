/**
 * From a batch that was sent to messages that count.
 *
 * @module
 */
import type { Batch } from "../operators/contract/batch.ts";
import type { Route } from "./inlet.ts";
import type { ProgressActor } from "./progress_actor.ts";

/** One more message at each target; the targets share the batch's buffer, and so do edges that spread it. */
export function countSend(
  { changes }: ProgressActor,
  batch: Batch,
  { targets, spreading }: Route,
): void {
  if (batch.lease !== null && (targets.length !== 1 || spreading !== null)) {
    const holders = targets.length + (spreading === null ? 0 : 1);
    if (holders === 0) batch.release();
    else batch.lease.share(holders - 1);
  }
  for (let j = 0; j < targets.length; j++) {
    const { slot, summary } = targets[j];
    changes.add(slot, summary === null ? batch.time : summary.saturate(batch.time), 1);
  }
}
