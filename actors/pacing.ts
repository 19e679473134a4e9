/**
 * Holds the sources and inputs of a dataflow back on one worker while too much is on its way, while it takes too
 * much memory, and while too many epochs are open.
 *
 * What is on its way may be waiting for just those that are held back: an epoch that is to be over, a record that
 * is to be met by another. So when a worker has nothing else to do, and nothing goes on outside either, the limits
 * are raised by a little (Parks, "Bounded scheduling of process networks", 1995), until there is room
 * again. Something goes on outside when a vertex says that it has let something go that has not come back (calls
 * that were not answered, batches of a gate), when one with records that wait has a timer, when one is held
 * back by what is downstream, and when an output has a reader that is behind. Then it is waited for.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { LastResort } from "./admission.ts";
import type { MemoryAccount } from "./memory_account.ts";
import type { Paced } from "./paced.ts";
import type { ProgressActor, Watcher } from "./progress_actor.ts";
import type { VertexActor } from "./vertex_actor.ts";
import type { Worker } from "./worker.ts";

/** What the edges that spread records over several workers have of them. */
export interface Spread {
  /** How many are being collected. */
  readonly collected: number;
  /** How much more was sent to other workers than has come from them. */
  readonly balance: { readonly records: number; readonly bytes: number };
}

/**
 * What is on its way on one worker. What one has sent to another counts at the sender, and what has come from it is
 * taken off again by the other, so that the sum over all workers is right whatever is on its way between them.
 */
export interface Flight {
  readonly records: number;
  readonly bytes: number;
  /** Whether something outside is waited for that will free some of it. */
  readonly isOutside: boolean;
}

/** The other workers, as far as they have to be asked. */
export interface PacingCrew {
  /** What is on its way there. */
  readonly elsewhere: { readonly records: number; readonly bytes: number };
  /** Whether it tells the first worker of what is on its way here. */
  readonly isTold: boolean;
  /** Somebody looked here. */
  looked(flight: Flight): void;
  /**
   * Nothing is to be done here, and higher limits would help somebody here if `isWanting`. Whether they may be raised.
   */
  mayRaise(flight: Flight, isWanting: boolean): boolean;
  /** Whether it wants to know when there is nothing to do here, though nobody here is held back. */
  readonly isAsking: boolean;
}

/** How much longer than a look the time is until the next one. */
const PAUSE = 50;
const NOTHING = { records: 0, bytes: 0 };

/** See the module. */
export class Pacing implements LastResort, Watcher {
  isDue = false;
  /** Whether anybody is held back, or somebody elsewhere asks. */
  isHolding = false;
  /** Whether somebody counts exactly, here or elsewhere. */
  isExact = false;
  /** The smallest limits, here and elsewhere: what is far below them need not be told. */
  least: { readonly records: number; readonly bytes: number } = NOTHING;
  /** Whether less is on its way than the smallest limit: then nobody has to ask for his own. */
  isCalm = true;
  /** Whether the dataflow has a limit for its memory. */
  isGuarded = false;
  /** Edges to other workers. */
  edges: Iterable<Spread> = [];
  readonly #progress: ProgressActor;
  readonly #account: MemoryAccount;
  readonly #actors: readonly VertexActor[];
  readonly #worker: Worker;
  readonly #all: Paced[] = [];
  readonly #held = new Set<Paced>();
  #crew: PacingCrew | null = null;
  #isStopped = false;
  #flight: Flight = { records: 0, bytes: 0, isOutside: false };
  // What was sent since the last look, by those that count it.
  #sentRecords = 0;
  #sentBytes = 0;
  #notBefore = -Infinity;

  /** Of the vertices of one shard. */
  constructor(
    progress: ProgressActor,
    account: MemoryAccount,
    actors: readonly VertexActor[],
    worker: Worker,
  ) {
    this.#progress = progress;
    this.#account = account;
    this.#actors = actors;
    this.#worker = worker;
    account.listeners.add(() => this.#looked());
  }

  /** What was on its way here when somebody last looked. */
  get flight(): Flight {
    return this.#flight;
  }

  /** Whether somebody here is held back by nothing but what is on its way, so that higher limits would help. */
  get isWanting(): boolean {
    if (this.#isStopped) return false;
    for (const paced of this.#held) if (paced.isNear && this.isFull(paced, 0, 0)) return true;
    return false;
  }

  /** The other workers. */
  joins(crew: PacingCrew): void {
    this.#crew = crew;
  }

  /** One more that is paced, and where its epochs are seen to be complete, or −1. */
  add(paced: Paced, slot: number): void {
    this.#all.push(paced);
    if (slot >= 0) this.#progress.watch(slot, this);
  }

  /** Whether everything up to a time is complete at a place. */
  isComplete(slot: number, time: Time): boolean {
    return this.#progress.frontiers.isComplete(slot, time);
  }

  /** Those who count what they send have sent so much. */
  sent(paced: Paced, records: number, bytes: number): void {
    this.#sentRecords += records;
    this.#sentBytes += bytes;
    // Between two looks it counts as being on its way still.
    const isStale = paced.isMuch(this.#sentRecords, this.#sentBytes) || this.isFull(paced, 0, 0);
    if (isStale && !this.#worker.turn.sends) this.measure();
  }

  /** Whether one may send no more, when it has sent so much since it was counted last. */
  isFull(paced: Paced, records: number, bytes: number): boolean {
    if (this.#isStopped) return true;
    const elsewhere = this.#crew === null ? NOTHING : this.#crew.elsewhere;
    return paced.isAbove(
      this.#flight.records + this.#sentRecords + elsewhere.records + records,
      this.#flight.bytes + this.#sentBytes + elsewhere.bytes + bytes,
    );
  }

  /** One waits. */
  hold(paced: Paced): void {
    if (this.#progress.isDead) return paced.end();
    this.#held.add(paced);
    this.#listen();
  }

  /** Takes too much memory, or not any more. */
  stop(isStopped: boolean): void {
    this.#isStopped = isStopped;
    this.stir();
  }

  /** For the tracker, before each of its turns: something was done. */
  turn(): void {
    if (this.isHolding) this.isDue = true;
    if (this.isExact && this.#crew !== null && this.#crew.isTold) this.measure();
    else if (this.isGuarded) this.#lookOften();
  }

  /** Where memory has a limit, looks are taken with every turn, as far as that takes a fiftieth of the time. */
  #lookOften(): void {
    const { clock } = this.#worker;
    const began = clock.now();
    if (began < this.#notBefore) return;
    this.measure();
    const now = clock.now();
    this.#notBefore = now + PAUSE * (now - began);
    this.#progress.looked(this.#account);
  }

  /** What is on its way may have changed, without anything being done here. */
  stir(): void {
    this.#findCalm();
    this.#listen();
    if (!this.isHolding) return;
    this.isDue = true;
    this.#worker.wake();
  }

  /** For the tracker: epochs are complete. */
  moved(): void {
    if (this.#held.size > 0) this.#release();
  }

  goOn(): boolean {
    if (this.#progress.isDead) return this.end();
    if (!this.#worker.isIdle) {
      this.isDue = true;
      return false;
    }
    this.measure();
    // What was looked at may have been too much, or little enough for some to go on.
    if (this.#progress.isDead) return this.end();
    if (!this.#worker.isIdle) {
      this.isDue = this.isHolding;
      return true;
    }
    const { isWanting } = this;
    const mayRaise = this.#crew === null
      ? !this.#flight.isOutside
      : this.#crew.mayRaise(this.#flight, isWanting);
    this.#listen();
    return mayRaise && isWanting && this.raise();
  }

  /** Nothing can go on otherwise; whether it helps. */
  raise(): boolean {
    const { records, bytes } = this.#flight;
    const elsewhere = this.#crew === null ? NOTHING : this.#crew.elsewhere;
    for (const paced of this.#held) {
      paced.raise(records + elsewhere.records, bytes + elsewhere.bytes);
    }
    return this.#release();
  }

  /** Looks here and now. */
  measure(): void {
    this.#account.measure();
    for (const listener of this.#account.listeners) listener(this.#account);
  }

  /** The dataflow ends. */
  end(): boolean {
    for (const paced of this.#held) paced.end();
    this.#held.clear();
    this.isHolding = this.isDue = false;
    this.#worker.outside.lastResorts.delete(this);
    return false;
  }

  #looked(): void {
    this.#flight = this.#look();
    this.#sentRecords = this.#sentBytes = 0;
    this.#crew?.looked(this.#flight);
    this.#release();
  }

  #look(): Flight {
    let records = 0;
    let bytes = 0;
    let isOutside = false;
    for (const { now, actor, handle } of this.#account.found) {
      const { queuedRecords, queuedBytes, waitingRecords, keptRecords, keptBytes, inFlight } = now;
      records += queuedRecords;
      bytes += queuedBytes;
      if (inFlight > 0) isOutside = true;
      // Nobody can be waited for to read what has no reader.
      if (waitingRecords === 0 || handle?.isRead === false) continue;
      records += waitingRecords;
      bytes += keptBytes * Math.min(1, waitingRecords / keptRecords);
      if (handle !== null || actor.hasTimers) isOutside = true;
    }
    for (const { collected, balance } of this.edges) {
      records += collected + balance.records;
      bytes += 8 * collected + balance.bytes;
    }
    return { records, bytes, isOutside: isOutside || this.#actors.some(({ isHeld }) => isHeld) };
  }

  #findCalm(): void {
    const elsewhere = this.#crew === null ? NOTHING : this.#crew.elsewhere;
    this.isCalm = !this.#isStopped &&
      this.#flight.records + elsewhere.records < this.least.records &&
      this.#flight.bytes + elsewhere.bytes < this.least.bytes;
  }

  /** Whether anybody may go on that waited. */
  #release(): boolean {
    this.#findCalm();
    const elsewhere = this.#crew === null ? NOTHING : this.#crew.elsewhere;
    const records = this.#flight.records + elsewhere.records;
    const bytes = this.#flight.bytes + elsewhere.bytes;
    for (const paced of this.#all) paced.lower(records, bytes);
    let any = false;
    if (this.#held.size === 0) return any;
    for (const paced of [...this.#held]) {
      if (this.isFull(paced, 0, 0) || !paced.isNear) continue;
      any = true;
      this.#held.delete(paced);
      paced.resume();
    }
    this.#listen();
    return any;
  }

  /** Whether the worker is to say when it has nothing else to do. */
  #listen(): void {
    const isHolding = this.#held.size > 0 || (this.#crew !== null && this.#crew.isAsking);
    if (isHolding === this.isHolding) return;
    this.isHolding = this.isDue = isHolding;
    if (isHolding) this.#worker.outside.lastResorts.add(this);
    else this.#worker.outside.lastResorts.delete(this);
  }
}
