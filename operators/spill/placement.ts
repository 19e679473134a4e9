/**
 * Which batches of a spool are in memory, and which on disk.
 *
 * @module
 */
import { estimateData } from "../../batches/estimate.ts";
import { compareTimes } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import type { Kept } from "../contract/kept.ts";
import type { StoreSizes } from "./block_store.ts";
import type { Line } from "./line.ts";
import { type Group, Overflow } from "./overflow.ts";
import { directoryOf, type SpillOptions } from "./spill_options.ts";

/** A block has at most this part of what may be in memory. */
const BLOCKS = 4;
/** More would only make reading a block a longer pause. */
const LARGEST_BLOCK = 8192;
/** How many batches tell how many bytes a record takes. */
const LOOKED_AT = 16;

/**
 * Counts what lines have. When more is in memory than may be, what leaves last is written to disk, until memory is
 * half empty again: a spill is long enough to be worth it, and what leaves next needs no reading.
 */
export class Placement<T> {
  /** How many batches there are, on disk and in memory. */
  batches = 0;
  /** How many records are in memory. */
  records = 0;
  /** What these weigh: one each, or more where that would be too many bytes. */
  #weight = 0;
  readonly #limit: number;
  /** The bytes that weigh as much as one record. */
  readonly #bytesEach: number;
  /** What the batches of a block weigh at most together. */
  readonly #most: number;
  readonly #overflow: Overflow | null;
  /** Lines with a part in memory that may go to disk; empty where nothing may. */
  readonly #lines = new Set<Line<T>>();
  /** The line that a block was read for last: what was read stays in memory. */
  #reading: Line<T> | null = null;

  /** Without `spill` everything is in memory. */
  constructor(name: string, spill: SpillOptions | undefined, sizes: StoreSizes | undefined) {
    const { records = Infinity, bytes = Infinity } = spill ?? {};
    this.#limit = records;
    this.#bytesEach = bytes === Infinity ? Infinity : bytes / records;
    this.#most = Math.min(LARGEST_BLOCK, Math.ceil(records / BLOCKS));
    const weights = { most: this.#most, weigh: (batch: Batch) => this.#weigh(batch) };
    this.#overflow = spill === undefined
      ? null
      : new Overflow(name, directoryOf(spill), weights, sizes);
  }

  /** How many records are on disk. */
  get recordsOnDisk(): number {
    return this.#overflow?.records ?? 0;
  }

  /** Their bytes. */
  get bytesOnDisk(): number {
    return this.#overflow?.bytes ?? 0;
  }

  /** A batch was added to a line. */
  added(line: Line<T>, batch: Batch<T>): void {
    this.batches++;
    this.#count(batch);
    if (this.#overflow === null) return;
    this.#lines.add(line);
    if (this.#weight > this.#limit) this.#spill(this.#overflow);
  }

  /** Sees to it that the first batch of a line that has one is in memory. */
  load(line: Line<T>): void {
    if (line.hasHead) return;
    const part = line.shiftPart();
    const batches = this.#overflow!.read<T>(part, line.time);
    this.#overflow!.free(part, line.time);
    for (const batch of batches) this.#count(batch);
    line.load(batches);
    if (!line.isTaken) {
      this.#lines.add(line);
      this.#reading = line;
    }
    // What was read before, of a time that an earlier one has come before, is not to pile up.
    if (this.#weight > this.#limit) this.#spill(this.#overflow!);
  }

  /** Removes the first batch of a line that has one. */
  next(line: Line<T>): Batch<T> {
    this.load(line);
    const batch = line.shift();
    this.batches--;
    this.#uncount(batch);
    if (!line.isInMemory) this.#lines.delete(line);
    return batch;
  }

  /** What a line has in memory stays there: it is about to be read. */
  keep(line: Line<T>): void {
    this.#lines.delete(line);
    if (this.#reading === line) this.#reading = null;
  }

  /** Lets go of what is in a line that was kept. */
  drop(line: Line<T>): void {
    for (const part of line.partList()) {
      this.batches -= part.batches;
      this.#overflow!.free(part, line.time);
    }
    for (const batch of [...line.headList(), ...line.tailList()]) {
      this.batches--;
      this.#uncount(batch);
      batch.release();
    }
  }

  /** The rows of each batch of a line. */
  rowsOf(line: Line<T>): T[][] {
    const rows = line.headList().map((batch) => [...batch]);
    for (const part of line.partList()) {
      for (const batch of this.#overflow!.read<T>(part, line.time)) rows.push([...batch]);
    }
    for (const batch of line.tailList()) rows.push([...batch]);
    return rows;
  }

  /** What takes memory, judged by some of all lines. */
  kept(all: Iterable<Line<T>>): Kept {
    let seen = 0;
    let records = 0;
    let bytes = 0;
    for (const line of this.#overflow === null ? all : this.#lines) {
      for (const batch of line.some(LOOKED_AT - seen)) {
        records += batch.length;
        bytes += estimateData(batch.data, batch.length);
        seen++;
      }
      if (seen >= LOOKED_AT) break;
    }
    const inAll = records === 0 ? 0 : Math.ceil(bytes / records * this.records);
    return {
      records: this.records,
      bytes: inAll,
      waiting: this.records,
      onDisk: this.recordsOnDisk,
    };
  }

  /** Lets go of all files, and of what is in them. */
  close(): void {
    this.#overflow?.close();
  }

  #count(batch: Batch): void {
    this.records += batch.length;
    this.#weight += this.#weigh(batch);
  }

  #uncount(batch: Batch): void {
    this.records -= batch.length;
    // Sums of fractions drift.
    this.#weight = this.records === 0 ? 0 : this.#weight - this.#weigh(batch);
  }

  #weigh({ data, length }: Batch): number {
    if (this.#bytesEach === Infinity) return length;
    return Math.max(length, estimateData(data, length) / this.#bytesEach);
  }

  #spill(overflow: Overflow): void {
    let over = this.#weight - Math.floor(this.#limit / 2);
    const lines = [...this.#lines].sort((a, b) => compareTimes(b.time, a.time));
    const groups: Group[] = [];
    const places: { readonly line: Line<T>; readonly isTail: boolean }[] = [];
    const add = (line: Line<T>, isTail: boolean, batches: readonly Batch<T>[]) => {
      if (batches.length === 0) return;
      groups.push({ time: line.time, batches: batches as readonly Batch[] });
      places.push({ line, isTail });
      for (const batch of batches) over -= this.#weigh(batch);
    };
    for (const line of lines) {
      if (over <= 0) break;
      add(line, true, line.takeTail());
      if (over > 0) add(line, false, this.#popped(line, over));
      if (!line.isInMemory) this.#lines.delete(line);
    }
    overflow.put(groups).forEach((parts, i) => {
      const { line, isTail } = places[i];
      if (isTail) line.pushParts(parts);
      else line.unshiftParts(parts);
    });
    for (const { batches } of groups) {
      for (const batch of batches) {
        this.#uncount(batch);
        batch.release();
      }
    }
  }

  /** The last batches of a line's head, of so much weight, or fewer. */
  #popped(line: Line<T>, weight: number): Batch<T>[] {
    const popped: Batch<T>[] = [];
    const staying = line === this.#reading ? this.#readOf(line) : 0;
    let left = weight;
    while (left > 0 && line.headLength > staying) {
      const batch = line.popHead();
      left -= this.#weigh(batch);
      popped.push(batch);
    }
    return popped.reverse();
  }

  /** How many batches stay that were read: one at least, and as many as are a block. */
  #readOf(line: Line<T>): number {
    let weight = 0;
    let batches = 0;
    for (const batch of line.headList()) {
      weight += this.#weigh(batch);
      if (weight > this.#most) break;
      batches++;
    }
    return Math.max(1, batches);
  }
}
