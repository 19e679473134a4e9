/**
 * How much memory, where, as numbers that are measured, summed up, and remembered at their highest.
 *
 * @module
 */
import type { Kept } from "../operators/contract/kept.ts";

/** What waits for a vertex, and what it keeps. Bytes are estimated. */
export interface MemoryFigures {
  /**
   * Batches that wait for it, wherever they do: in the mailbox, to be admitted, inside of it while it has
   * given way or is held back. The batch that it is in the middle of is one of them.
   */
  readonly queuedBatches: number;
  /** Their records. */
  readonly queuedRecords: number;
  /** About how many bytes they take. A batch that waits for several vertices counts at each. */
  readonly queuedBytes: number;
  /** Records, folds and the like that it keeps beyond its callbacks; of an output what nobody has read. */
  readonly keptRecords: number;
  /** About how many bytes they take. */
  readonly keptBytes: number;
  /** How many of them wait to be sent on: a stash. The others are state. */
  readonly waitingRecords: number;
  /** How much a gate has let go that has not come back. */
  readonly inFlight: number;
  /** How many records wait on disk; they are not in memory. */
  readonly onDisk: number;
}

/** Figures that change. */
export class Figures implements MemoryFigures {
  queuedBatches = 0;
  queuedRecords = 0;
  queuedBytes = 0;
  keptRecords = 0;
  keptBytes = 0;
  waitingRecords = 0;
  inFlight = 0;
  onDisk = 0;

  /** What waits and what is kept, together. */
  get bytes(): number {
    return this.queuedBytes + this.keptBytes;
  }

  /** Whether there is nothing. */
  get isNothing(): boolean {
    return this.queuedBatches === 0 && this.keptRecords === 0 && this.keptBytes === 0 &&
      this.inFlight === 0 && this.onDisk === 0;
  }

  /** Back to nothing. */
  clear(): void {
    this.queuedBatches = this.queuedRecords = this.queuedBytes = 0;
    this.keptRecords = this.keptBytes = this.waitingRecords = 0;
    this.inFlight = this.onDisk = 0;
  }

  /** The same as other figures. */
  assign(other: MemoryFigures): void {
    for (const name of FIGURES) this[name] = other[name];
  }

  /** One more batch waits. */
  queue(records: number, bytes: number): void {
    this.queuedBatches++;
    this.queuedRecords += records;
    this.queuedBytes += bytes;
  }

  /** So much more is kept. */
  keep({ records, bytes = 0, waiting = 0, inFlight = 0, onDisk = 0 }: Kept): void {
    this.keptRecords += records;
    this.keptBytes += bytes;
    this.waitingRecords += waiting;
    this.inFlight += inFlight;
    this.onDisk += onDisk;
  }

  /** Adds other figures. */
  add(other: MemoryFigures): void {
    this.queuedBatches += other.queuedBatches;
    this.queuedRecords += other.queuedRecords;
    this.queuedBytes += other.queuedBytes;
    this.keptRecords += other.keptRecords;
    this.keptBytes += other.keptBytes;
    this.waitingRecords += other.waitingRecords;
    this.inFlight += other.inFlight;
    this.onDisk += other.onDisk;
  }

  /** Each figure becomes the higher one of both; whether any has grown. */
  raise(other: MemoryFigures): boolean {
    let grown = false;
    for (const name of FIGURES) {
      if (other[name] <= this[name]) continue;
      this[name] = other[name];
      grown = true;
    }
    return grown;
  }

  /** Whether all are the same. */
  equals(other: MemoryFigures): boolean {
    return FIGURES.every((name) => this[name] === other[name]);
  }

  /** As plain data. */
  copy(): MemoryFigures {
    const copy = {} as Record<keyof MemoryFigures, number>;
    for (const name of FIGURES) copy[name] = this[name];
    return copy;
  }
}

/** Their names. */
export const FIGURES: readonly (keyof MemoryFigures)[] = Object.freeze([
  "queuedBatches",
  "queuedRecords",
  "queuedBytes",
  "keptRecords",
  "keptBytes",
  "waitingRecords",
  "inFlight",
  "onDisk",
]);
