/**
 * What waits before a gate.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import { estimateData } from "../../batches/estimate.ts";
import { asWaiting, type Keeps, type Kept } from "../contract/kept.ts";
import { TimeMap } from "../contract/time_map.ts";
import type { SpillOptions } from "../spill/spill_options.ts";
import { Spool } from "../spill/spool.ts";

/** What a record counts for. */
export type Weigh = (record: unknown) => number;

/** Records of one time that go into the same batch of a gate. */
export interface Piece {
  readonly time: Time;
  /** Whose records they are; to be released when they were sent. */
  readonly batch: Batch<unknown>;
  /** Which of them: from one index up to, not including, another. */
  readonly from: number;
  readonly to: number;
}

/** Earlier times first, and what came first within a time. */
export class Stash implements Keeps, Disposable {
  /** What all records weigh that wait. */
  weight = 0;
  /** How many records wait. */
  records = 0;
  readonly #weigh: Weigh | null;
  readonly #spool: Spool<unknown>;
  /** How many records of each time wait. */
  readonly #byTime = new TimeMap<number>();
  // A batch of which some records were taken, and how many.
  #begun: Batch<unknown> | null = null;
  #from = 0;

  /** Of a vertex of this name. Without `weigh` every record counts for one. */
  constructor(name: string, weigh: Weigh | null, spill: SpillOptions | undefined) {
    this.#weigh = weigh;
    this.#spool = new Spool(name, spill);
  }

  /** A time of which something waits; `null` when nothing does. */
  get time(): Time | null {
    return this.#begun?.time ?? this.#spool.firstTime ?? null;
  }

  /** Keeps a batch; whether it is the first of its time. */
  push(batch: Batch<unknown>): boolean {
    const weight = this.#weightOf(batch);
    const waiting = this.#byTime.get(batch.time) ?? 0;
    this.#spool.push(batch.time, batch);
    this.#byTime.set(batch.time, waiting + batch.length);
    this.records += batch.length;
    this.weight += weight;
    return waiting === 0;
  }

  /**
   * Takes records up to a weight, the first one whatever it weighs. `ends` is called for each time of which
   * nothing is left.
   */
  take(limit: number, ends: (time: Time) => void): Piece[] {
    const pieces: Piece[] = [];
    for (let left = limit; left > 0 || pieces.length === 0;) {
      const batch = this.#begun ??= this.#spool.shift()?.batch ?? null;
      if (batch === null) break;
      const from = this.#from;
      const [to, weight] = this.#fitting(batch, from, left, pieces.length === 0);
      if (to === from) break;
      left -= weight;
      this.weight -= weight;
      this.records -= to - from;
      const isWhole = to === batch.length;
      pieces.push({ time: batch.time, batch: isWhole ? batch : batch.retain(), from, to });
      this.#from = isWhole ? 0 : to;
      if (isWhole) this.#begun = null;
      this.#took(batch.time, to - from, ends);
      if (!isWhole) break;
    }
    // Sums of fractions drift.
    if (this.records === 0) this.weight = 0;
    return pieces;
  }

  kept(): Kept {
    const kept = this.#spool.kept();
    const batch = this.#begun;
    if (batch === null) return asWaiting(kept);
    const begun = batch.length - this.#from;
    const bytes = Math.ceil(estimateData(batch.data, batch.length) * begun / batch.length);
    return asWaiting({ ...kept, records: kept.records + begun, bytes: (kept.bytes ?? 0) + bytes });
  }

  /** Lets go of everything. */
  [Symbol.dispose](): void {
    this.#begun?.release();
    this.#begun = null;
    this.#spool[Symbol.dispose]();
  }

  #took(time: Time, records: number, ends: (time: Time) => void): void {
    const left = this.#byTime.get(time)! - records;
    if (left > 0) return this.#byTime.set(time, left);
    this.#byTime.delete(time);
    ends(time);
  }

  /** How far records fit into what is left, and what they weigh together. */
  #fitting(
    batch: Batch<unknown>,
    from: number,
    left: number,
    isFirst: boolean,
  ): readonly [to: number, weight: number] {
    if (this.#weigh === null) {
      const to = Math.min(batch.length, from + Math.max(1, Math.floor(left)));
      return [to, to - from];
    }
    const values = batch.values();
    let weight = 0;
    for (let at = from; at < batch.length; at++) {
      const more = this.#weigh(values[at]);
      if (weight + more > left && !(isFirst && at === from)) return [at, weight];
      weight += more;
    }
    return [batch.length, weight];
  }

  #weightOf(batch: Batch<unknown>): number {
    const weigh = this.#weigh;
    if (weigh === null) return batch.length;
    const values = batch.values();
    let weight = 0;
    for (let at = 0; at < batch.length; at++) weight += weigh(values[at]);
    return weight;
  }
}
