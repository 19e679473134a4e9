/**
 * What is paced: the sources of a dataflow on one worker, and its inputs.
 *
 * @module
 */
import { estimateData } from "../batches/estimate.ts";
import type { Data } from "../batches/data.ts";
import type { Pace, PacedSource, PaceOptions } from "../operators/contract/pace.ts";
import { coordinateOf, type Time } from "../progress/time.ts";
import type { Pacing } from "./pacing.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** The limits of those that do not say others themselves. */
export interface UsualPace extends PaceOptions {
  /** Whether somebody has asked for them: then they are held more exactly, which costs a little. */
  readonly isGiven: boolean;
}

/** One that may have to wait. */
export abstract class Paced {
  /** Whether what it sends is counted there and then, and not found by the looks that are taken now and then. */
  readonly isExact: boolean;
  readonly records: number;
  readonly bytes: number;
  /** Where the limits are now: higher than they are when nothing could go on otherwise. */
  raisedRecords: number;
  raisedBytes: number;
  protected readonly pacing: Pacing;
  readonly #epochs: number;
  readonly #slot: number;

  /** `own` are its own limits, `usual` those of all; `slot` is where its epochs are seen to be complete, or −1. */
  constructor(pacing: Pacing, own: PaceOptions | undefined, usual: UsualPace, slot: number) {
    const { records = Infinity, bytes = Infinity, epochs = Infinity } = { ...usual, ...own };
    this.pacing = pacing;
    this.isExact = usual.isGiven || own?.records !== undefined || own?.bytes !== undefined;
    this.records = this.raisedRecords = records;
    this.bytes = this.raisedBytes = bytes;
    this.#epochs = slot < 0 ? Infinity : epochs;
    this.#slot = slot;
    pacing.add(this, this.#epochs === Infinity ? -1 : slot);
  }

  /** It may go on. */
  abstract resume(): void;

  /** The dataflow ends, and nobody has to wait any more. */
  abstract end(): void;

  /** Whether there is nothing to ask: most of the time, for most. */
  protected get isFree(): boolean {
    return this.pacing.isCalm && !this.isExact && this.#epochs === Infinity;
  }

  /** Whether a time is too far ahead: as many epochs before it as may be open are. */
  protected isFar(time: Time): boolean {
    if (this.#epochs === Infinity) return false;
    const last = coordinateOf(time, 0) - this.#epochs;
    return last >= 0 && !this.pacing.isComplete(this.#slot, last);
  }

  /** Whether it may go on as far as its own epochs are concerned. */
  abstract get isNear(): boolean;

  /** Whether so much more in flight would be too much. */
  isAbove(records: number, bytes: number): boolean {
    return records >= this.raisedRecords || bytes >= this.raisedBytes;
  }

  /** Whether so much is worth a look: an eighth of a limit. */
  isMuch(records: number, bytes: number): boolean {
    return records * 8 >= this.records || bytes * 8 >= this.bytes;
  }

  /** Nothing else can go on while so much is in flight: from now on a little more may be. */
  raise(records: number, bytes: number): void {
    if (records >= this.raisedRecords) {
      this.raisedRecords = records + Math.max(1, Math.floor(this.records / 8));
    }
    if (bytes >= this.raisedBytes) this.raisedBytes = bytes + Math.max(1, this.bytes / 8);
  }

  /** The limits are what they were. */
  lower(records: number, bytes: number): void {
    if (records < this.records) this.raisedRecords = this.records;
    if (bytes < this.bytes) this.raisedBytes = this.bytes;
  }
}

/** A source. */
export class SourcePace extends Paced implements Pace {
  readonly #actor: VertexActor;
  readonly #source: PacedSource;
  #time: Time = 0;
  // Of the running slice: how many of the turn's batches were counted, and what is in them.
  #seen = 0;
  #records = 0;
  #bytes = 0;

  /** Of a vertex that can be paced. */
  constructor(
    actor: VertexActor,
    pacing: Pacing,
    own: PaceOptions | undefined,
    usual: UsualPace,
    slot: number,
  ) {
    super(pacing, own, usual, slot);
    this.#actor = actor;
    this.#source = actor.handlers.paced!;
    this.#source.take(this);
    // Frontiers that nobody on another worker asks for are not told there.
    if (slot >= 0) actor.tracker.watchInput(slot, actor);
  }

  begins(): void {
    if (!this.isExact) return;
    this.pacing.sent(this, this.#records, this.#bytes);
    this.#seen = this.#records = this.#bytes = 0;
  }

  mayGo(time: Time): boolean {
    if (this.isFree) return true;
    this.#time = time;
    if (!this.isFar(time)) {
      if (this.isExact) this.#count();
      const collected = this.isExact ? this.#actor.context.outputs[0].collected : 0;
      if (!this.pacing.isFull(this, this.#records + collected, this.#bytes + 8 * collected)) {
        return true;
      }
    }
    this.pacing.hold(this);
    return false;
  }

  get isNear(): boolean {
    return !this.isFar(this.#time);
  }

  override resume(): void {
    this.#source.resume();
  }

  override end(): void {}

  /** What the slice has sent since the last call of the source. */
  #count(): void {
    const { turn } = this.#actor.context;
    for (; this.#seen < turn.sends; this.#seen++) {
      const { data, length } = turn.batches[this.#seen];
      this.#records += length;
      this.#bytes += estimateData(data, length);
    }
  }
}

/** An input, on the first worker. */
export class InputPace extends Paced {
  #waiting: { readonly time: Time; readonly resolve: () => void }[] = [];

  /** Something was sent; a promise when its sender is to wait before it sends more. */
  sent(time: Time, data: Data<unknown>): Promise<void> | undefined {
    if (this.isFree) return undefined;
    if (this.isExact) this.pacing.sent(this, data.length, estimateData(data, data.length));
    if (!this.isFar(time) && !this.pacing.isFull(this, 0, 0)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push({ time, resolve });
      this.pacing.hold(this);
    });
  }

  /** Some of those who wait may go on. */
  get isNear(): boolean {
    return this.#waiting.some(({ time }) => !this.isFar(time));
  }

  /** Those who have sent too far ahead wait on. */
  override resume(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ time }) => this.isFar(time));
    if (this.#waiting.length > 0) this.pacing.hold(this);
    for (const { time, resolve } of waiting) if (!this.isFar(time)) resolve();
  }

  override end(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }
}
