/**
 * How an operator with several outputs deals the records of a batch out to them.
 *
 * @module
 */
import type { PartLoop } from "../../batches/part_loop.ts";
import type { BufferPool } from "../../batches/pool.ts";
import type { Batch } from "../contract/batch.ts";
import type { OutputPort } from "../contract/output_port.ts";

/** What a dealer sends with, and how it complains. */
export interface Dealing {
  /** The output of each part. */
  readonly ports: readonly OutputPort[];
  readonly pool: BufferPool;
  readonly blame: (error: unknown, record: unknown) => Error;
  /** The error for a record whose function named no part. */
  readonly refuse?: (part: unknown, record: unknown, batch: Batch<unknown>) => Error;
}

/**
 * A callback that sends each record of a batch to the output of its part, at the batch's time and in the
 * batch's order. It sends at most one batch on each output, and a batch that belongs to one part as a whole
 * goes on as it is.
 */
export function dealer(
  loop: PartLoop,
  { ports, pool, blame, refuse }: Dealing,
): (batch: Batch<unknown>) => void {
  return (batch) => {
    const { time, length } = batch;
    const values = batch.values();
    let fits: boolean;
    try {
      fits = loop.choose(values, length, time);
    } catch (error) {
      throw blame(error, values[loop.fault.index]);
    }
    if (!fits) throw refuse!(loop.fault.value, values[loop.fault.index], batch);
    const whole = loop.whole(length);
    if (whole >= 0) return ports[whole].forward(batch);
    loop.deal(
      values,
      length,
      pool,
      (part, data, count) => ports[part].sendBuffer(time, data, count),
    );
  };
}
