/**
 * Pacing over several workers: what is on its way on the others, and whether all of them have nothing to do.
 *
 * Each worker knows what is on its way on itself. The others than the first tell it there when it has changed by
 * enough to matter, and it tells them the sum where they have sources of their own. Before limits are raised the
 * first worker asks all others: they answer when they have nothing to do. An answer is good for one raise only,
 * since the raise gives everybody something to do.
 *
 * @module
 */
import type { Flight, Pacing, PacingCrew } from "../actors/pacing.ts";
import { writeNote } from "../actors/workers/messages.ts";
import type { Membership } from "./shard.ts";

/** What another worker says to the first one. */
export interface FlightNote extends Flight {
  /** Whether higher limits would help somebody there. */
  readonly isWanting: boolean;
  /** The question that it answers, 0 for none. */
  readonly answers: number;
}

/** What the first worker says to the others. */
export interface PaceNote {
  /** Whether sources are to stop, because the dataflow takes too much memory. */
  readonly isStopped: boolean;
  /** Whether there is a limit for that. */
  readonly isGuarded: boolean;
  /** What is on its way on all workers. */
  readonly records: number;
  readonly bytes: number;
  /** A question to be answered when there is nothing to do; 0 when nobody wants to know any more. */
  readonly asks: number;
  /** Whether limits are raised. */
  readonly raises: boolean;
}

/** Whether the change of a figure is worth a message: a sixteenth of the smallest limit. */
function differs(now: number, before: number, least: number): boolean {
  return now !== before && Math.abs(now - before) * 16 >= least;
}

/** On the first worker. */
export class PacingHome implements PacingCrew {
  elsewhere: { records: number; bytes: number } = { records: 0, bytes: 0 };
  readonly #pacing: Pacing;
  readonly #membership: Membership;
  /** Whether other workers have sources that are paced. */
  readonly #isSplit: boolean;
  readonly isTold = false;
  readonly #there = new Map<number, FlightNote>();
  #isStopped = false;
  // The question that was asked last, and whether its answers are good.
  #question = 0;
  #isOpen = false;
  #told = { records: 0, bytes: 0 };

  /** Of the first worker's shard. */
  constructor(pacing: Pacing, membership: Membership, isSplit: boolean) {
    this.#pacing = pacing;
    this.#membership = membership;
    this.#isSplit = isSplit;
    pacing.joins(this);
  }

  get isAsking(): boolean {
    return [...this.#there.values()].some(({ isWanting }) => isWanting);
  }

  looked({ records, bytes }: Flight): void {
    if (!this.#isSplit) return;
    const least = this.#pacing.least;
    const total = this.#total(records, bytes);
    if (
      differs(total.records, this.#told.records, least.records) ||
      differs(total.bytes, this.#told.bytes, least.bytes)
    ) this.#tell(0, false);
  }

  mayRaise({ isOutside }: Flight, isWanting: boolean): boolean {
    if (this.#isStopped || (!isWanting && !this.isAsking)) return false;
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#tell(++this.#question, false);
      return false;
    }
    const { workers } = this.#membership.link;
    const answers = [...this.#there.values()].filter((note) => note.answers === this.#question);
    if (answers.length < workers - 1) return false;
    if (isOutside || answers.some((note) => note.isOutside)) return false;
    this.#isOpen = false;
    this.#tell(0, this.#isSplit);
    return true;
  }

  /** Another worker says what is on its way there. */
  heard(worker: number, note: FlightNote): void {
    this.#there.set(worker, note);
    this.elsewhere = { records: 0, bytes: 0 };
    for (const { records, bytes } of this.#there.values()) {
      this.elsewhere.records += records;
      this.elsewhere.bytes += bytes;
    }
    this.looked(this.#pacing.flight);
    if (this.#isOpen && !this.#pacing.isWanting && !this.isAsking) {
      this.#isOpen = false;
      this.#tell(0, false);
    }
    this.#pacing.stir();
  }

  /** There is a limit for memory, which everybody is to look after. */
  guard(): void {
    this.#tell(0, false);
  }

  /** The dataflow takes too much memory, or not any more. */
  stop(isStopped: boolean): void {
    this.#isStopped = isStopped;
    this.#tell(this.#isOpen ? this.#question : 0, false);
  }

  #total(records: number, bytes: number): { records: number; bytes: number } {
    return { records: records + this.elsewhere.records, bytes: bytes + this.elsewhere.bytes };
  }

  #tell(asks: number, raises: boolean): void {
    const { records, bytes } = this.#pacing.flight;
    this.#told = this.#total(records, bytes);
    const { link, dataflow } = this.#membership;
    const open = asks === 0 && this.#isOpen ? this.#question : asks;
    const { isGuarded } = this.#pacing;
    const isStopped = this.#isStopped;
    const pace: PaceNote = { isStopped, isGuarded, ...this.#told, asks: open, raises };
    writeNote(link.out, dataflow, { pace });
    link.sendToOthers();
  }
}

/** On any other worker. */
export class PacingThere implements PacingCrew {
  elsewhere: { records: number; bytes: number } = { records: 0, bytes: 0 };
  readonly isTold = true;
  readonly #pacing: Pacing;
  readonly #membership: Membership;
  #asks = 0;
  #answered = 0;
  #isRaised = false;
  #said: FlightNote = { records: 0, bytes: 0, isOutside: false, isWanting: false, answers: 0 };

  /** Of that worker's shard. */
  constructor(pacing: Pacing, membership: Membership) {
    this.#pacing = pacing;
    this.#membership = membership;
    pacing.joins(this);
  }

  get isAsking(): boolean {
    return this.#asks > 0;
  }

  looked(flight: Flight): void {
    const least = this.#pacing.least;
    const isDue = differs(flight.records, this.#said.records, least.records) ||
      differs(flight.bytes, this.#said.bytes, least.bytes);
    if (isDue) this.#say(flight, this.#pacing.isWanting, this.#answered);
  }

  /** The first worker decides. */
  mayRaise(flight: Flight, isWanting: boolean): boolean {
    const { records, bytes, isOutside } = this.#said;
    const isNew = this.#isRaised || records !== flight.records || bytes !== flight.bytes ||
      isOutside !== flight.isOutside || isWanting !== this.#said.isWanting;
    if (!isNew && (this.#asks === 0 || this.#answered === this.#asks)) return false;
    this.#isRaised = false;
    this.#answered = this.#asks;
    this.#say(flight, isWanting, this.#answered);
    return false;
  }

  /** The first worker says how things stand. */
  told({ isStopped, isGuarded, records, bytes, asks, raises }: PaceNote): void {
    this.elsewhere = { records: records - this.#said.records, bytes: bytes - this.#said.bytes };
    this.#asks = asks;
    this.#pacing.isGuarded = isGuarded;
    this.#pacing.stop(isStopped);
    if (raises) {
      // If somebody went on and wants more, the first worker is to know.
      this.#isRaised = true;
      this.#pacing.raise();
    }
    this.#pacing.stir();
  }

  #say({ records, bytes, isOutside }: Flight, isWanting: boolean, answers: number): void {
    this.#said = { records, bytes, isOutside, isWanting, answers };
    const { link, dataflow } = this.#membership;
    writeNote(link.out, dataflow, { flight: this.#said });
    link.send(0);
  }
}
