/**
 * Records that wait on disk, one by one under times of their own.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { Batch } from "../contract/batch.ts";
import type { Kept } from "../contract/kept.ts";
import type { OutputPort } from "../contract/output_port.ts";
import type { TimeMap } from "../contract/time_map.ts";
import type { SpillOptions } from "../spill/spill_options.ts";
import { Spool, type Taken } from "../spill/spool.ts";

/** The rows that wait under each time. */
export type SavedRows = readonly (readonly [time: Time, rows: readonly unknown[]])[];

/** Keeps rows by time in a spool, and sends those of a time together, whatever they came with. */
export class SpilledRows implements Disposable {
  readonly #port: OutputPort<unknown>;
  readonly #spool: Spool;
  #time: Time = 0;
  #taken: Taken<unknown> | undefined;
  /** What is being sent, and how far it was. */
  #rows: readonly unknown[] = [];
  #at = 0;

  /** Sends on `port`; `name` is the vertex's. */
  constructor(name: string, spill: SpillOptions, port: OutputPort<unknown>) {
    this.#port = port;
    this.#spool = new Spool(name, spill);
  }

  /** What is in memory. */
  kept(): Kept {
    return this.#spool.kept();
  }

  /** Moves what was collected over from a map, which is empty then. */
  keep(collected: TimeMap<unknown[]>): void {
    for (const [time, rows] of collected) this.#spool.push(time, new Batch(time, rows));
    collected.load([]);
  }

  /** Begins to send what waits under a time; true when the budget is spent: go on with `run` in `resume`. */
  send(time: Time): boolean {
    this.#time = time;
    this.#taken = this.#spool.take(time);
    return this.run();
  }

  /** Sends until nothing is left of the time (false) or the budget is spent (true). */
  run(): boolean {
    for (;;) {
      this.#at = this.#port.pushRows(this.#time, this.#rows, this.#at);
      if (this.#at < this.#rows.length) return true;
      this.#rows = this.#taken?.next()?.rows() ?? [];
      this.#at = 0;
      if (this.#rows.length === 0) return false;
    }
  }

  /** Lets go of everything. */
  [Symbol.dispose](): void {
    this.#spool[Symbol.dispose]();
  }

  /** As plain data. */
  save(): SavedRows {
    return this.#spool.save().map(([time, batches]) => [time, batches.flat()]);
  }

  /** Puts back what `save` gave. */
  load(saved: SavedRows): void {
    this.#spool.load(saved.map(([time, rows]) => [time, [rows as unknown[]]]));
  }
}
