/**
 * Batches that wait, in memory and, where that is wanted, on disk.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { Batch } from "../contract/batch.ts";
import type { Keeps, Kept } from "../contract/kept.ts";
import { TimeMap } from "../contract/time_map.ts";
import type { StoreSizes } from "./block_store.ts";
import { Line } from "./line.ts";
import { LineHeap } from "./line_heap.ts";
import { Placement } from "./placement.ts";
import type { SavedBatches } from "./saved_batches.ts";
import type { SpillOptions } from "./spill_options.ts";

/** A batch that has waited. It is the caller's: release it when done. */
export interface SpooledBatch<T> {
  /** What it has waited under. */
  readonly time: Time;
  readonly batch: Batch<T>;
  /** Whether nothing waits under the time any more. */
  readonly isLast: boolean;
}

/** All that has waited under one time, to be read to its end. */
export interface Taken<T> {
  /** Whether nothing is left. */
  readonly isEmpty: boolean;
  /** The next batch, in the order in which they came. It is the caller's: release it when done. */
  next(): Batch<T> | undefined;
}

/**
 * Batches under times, which need not be their own: those of a time leave in the order in which they came, and
 * times in the order of `compareTimes`, or as they are asked for. That is so on disk as well: it costs no more than
 * a list by time, which whoever asks for times needs anyway, and a plain queue on disk would have let
 * earlier times wait behind later ones, as a loop sends them.
 *
 * With `spill` so many records stay in memory, those that leave next. Beyond that there are at most the block that is
 * being read and what was taken and not read to its end. On disk a time costs memory for each of its blocks, of
 * which there is one for every quarter of what may be in memory.
 */
export class Spool<T = unknown> implements Disposable, Keeps {
  readonly #lines = new TimeMap<Line<T>>();
  /** What was taken and is not empty yet. */
  readonly #taken = new Set<Line<T>>();
  /** Made for the first one who asks for an order. */
  #heap: LineHeap<T> | null = null;
  readonly #placement: Placement<T>;

  /**
   * For a vertex of this name, which messages give.
   *
   * @throws {MeanderError} `MEANDER_SPILL` when the directory cannot be used; so do the methods that read or
   * write there.
   */
  constructor(name: string, spill?: SpillOptions | undefined, sizes?: StoreSizes) {
    this.#placement = new Placement(name, spill, sizes);
  }

  /** How many times have batches. */
  get size(): number {
    return this.#lines.size;
  }

  /** How many batches wait. */
  get batches(): number {
    return this.#placement.batches;
  }

  /** How many records wait. */
  get records(): number {
    return this.#placement.records + this.#placement.recordsOnDisk;
  }

  /** How many of them in memory. */
  get recordsInMemory(): number {
    return this.#placement.records;
  }

  /** How many of them on disk. */
  get recordsOnDisk(): number {
    return this.#placement.recordsOnDisk;
  }

  /** The bytes of those on disk. */
  get bytesOnDisk(): number {
    return this.#placement.bytesOnDisk;
  }

  /** The least time, in the order of `compareTimes`. */
  get firstTime(): Time | undefined {
    return this.#first()?.time;
  }

  /** The times that have batches, in the order of `compareTimes`. */
  times(): Time[] {
    return [...this.#lines].map(([time]) => time);
  }

  /** What takes memory: records on disk are not among them. */
  kept(): Kept {
    return this.#placement.kept(this.#lines.someValues());
  }

  /** Keeps a batch under a time; whether it is the first there. */
  push(time: Time, batch: Batch<T>): boolean {
    const known = this.#lines.get(time);
    const line = known ?? this.#begin(time);
    line.push(batch.retain());
    this.#placement.added(line, batch);
    return known === undefined;
  }

  /** Keeps a batch, or what is left of one, in front of all others of its time; whether it is the only one. */
  unshift(time: Time, batch: Batch<T>): boolean {
    const known = this.#lines.get(time);
    const line = known ?? this.#begin(time);
    line.unshift(batch.retain());
    this.#placement.added(line, batch);
    return known === undefined;
  }

  /** The first batch of the least time. It stays the spool's. */
  peek(): Batch<T> | undefined {
    const line = this.#first();
    if (line === undefined) return undefined;
    this.#placement.load(line);
    return line.first;
  }

  /** Removes the first batch of the least time. */
  shift(): SpooledBatch<T> | undefined {
    const line = this.#first();
    if (line === undefined) return undefined;
    const batch = this.#placement.next(line);
    const isLast = line.isEmpty;
    if (isLast) this.#end(line);
    return { time: line.time, batch, isLast };
  }

  /** Removes everything that waits under a time; undefined when nothing does. */
  take(time: Time): Taken<T> | undefined {
    const line = this.#lines.get(time);
    if (line === undefined) return undefined;
    this.#end(line);
    this.#taken.add(line);
    const next = () => {
      if (line.isEmpty) return undefined;
      const batch = this.#placement.next(line);
      if (line.isEmpty) this.#taken.delete(line);
      return batch;
    };
    return {
      get isEmpty() {
        return line.isEmpty;
      },
      next,
    };
  }

  /** Lets go of everything that was not taken; how many records that were. */
  clear(): number {
    const before = this.records;
    for (const [, line] of this.#lines) {
      this.#end(line);
      this.#placement.drop(line);
    }
    return before - this.records;
  }

  /** Lets go of everything, of what was taken too, and of all files. It is the end: nothing can be added. */
  [Symbol.dispose](): void {
    // Blocks that are let go of one by one may make the others move.
    this.#placement.close();
    this.clear();
    for (const line of this.#taken) this.#placement.drop(line);
    this.#taken.clear();
  }

  /** As plain data; what was taken is not in it. */
  save(): SavedBatches {
    return [...this.#lines].map(([time, line]) => [time, this.#placement.rowsOf(line)]);
  }

  /** Adds what `save` gave. */
  load(saved: SavedBatches): void {
    for (const [time, batches] of saved) {
      for (const rows of batches) this.push(time, new Batch<T>(time, rows as T[]));
    }
  }

  #first(): Line<T> | undefined {
    if (this.#lines.size === 0) return undefined;
    this.#heap ??= new LineHeap([...this.#lines].map(([, line]) => line));
    return this.#heap.first;
  }

  #begin(time: Time): Line<T> {
    const line = new Line<T>(time);
    this.#lines.set(time, line);
    this.#heap?.add(line);
    return line;
  }

  /** The line is not its time's any more. */
  #end(line: Line<T>): void {
    this.#lines.delete(line.time);
    this.#placement.keep(line);
    line.isTaken = true;
    this.#heap?.forget();
  }
}
