/**
 * Batches that are kept beyond their callback, whole and in the form in which they came.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import { Batch } from "../contract/batch.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";

/** The rows of each batch that is held, by the time it is held under. */
export type SavedBatches = readonly (readonly [time: Time, batches: readonly unknown[][]])[];

/** The form of {@linkcode SavedBatches}. */
export const savedBatches: z.ZodType<SavedBatches> = z.array(
  z.tuple([timeSchema, z.array(z.array(z.unknown()))]),
);

/** Batches by time. What is held under a time need not be at that time. */
export class HeldBatches {
  readonly #byTime = new TimeMap<Batch<unknown>[]>();

  /** How many times have batches. */
  get size(): number {
    return this.#byTime.size;
  }

  /** Keeps a batch under a time; whether it is the first there. */
  hold(time: Time, batch: Batch<unknown>): boolean {
    const held = this.#byTime.get(time);
    batch.retain();
    if (held === undefined) this.#byTime.set(time, [batch]);
    else held.push(batch);
    return held === undefined;
  }

  /** The times that have batches, in the order of `compareTimes`. */
  times(): Time[] {
    return [...this.#byTime].map(([time]) => time);
  }

  /** Removes and returns the batches of a time, in the order in which they came. Release each when done. */
  take(time: Time): readonly Batch<unknown>[] {
    return this.#byTime.take(time) ?? [];
  }

  /** Lets go of everything; how many records that were. */
  clear(): number {
    let records = 0;
    for (const time of this.times()) {
      for (const batch of this.take(time)) {
        records += batch.length;
        batch.release();
      }
    }
    return records;
  }

  /** As plain data. */
  save(): SavedBatches {
    return [...this.#byTime].map(([time, batches]) => [time, batches.map((each) => [...each])]);
  }

  /** Puts back what `save` gave. */
  load(saved: SavedBatches): void {
    for (const [time, batches] of saved) {
      this.#byTime.set(time, batches.map((rows) => new Batch<unknown>(time, rows)));
    }
  }
}

/** Batches that wait to be sent: `run` passes on what the budget allows, without copying. */
export class BatchEmission {
  readonly #port: OutputPort<unknown>;
  #queue: { readonly time: Time; readonly batch: Batch<unknown> }[] = [];
  #first = 0;

  /** Sends on `port`. */
  constructor(port: OutputPort<unknown>) {
    this.#port = port;
  }

  /** Adds batches to be sent at a time, whose right must last until all are; lets go of them afterwards. */
  add(time: Time, batches: readonly Batch<unknown>[]): void {
    for (const batch of batches) this.#queue.push({ time, batch });
  }

  /** Sends until nothing waits (false) or the budget is spent (true: call again in `resume`). */
  run(): boolean {
    while (this.#first < this.#queue.length) {
      if (this.#port.isFull) return true;
      const { time, batch } = this.#queue[this.#first++];
      this.#port.forward(batch, time);
      batch.release();
    }
    this.#queue = [];
    this.#first = 0;
    return false;
  }
}
