/**
 * The mailboxes of a thread on which dataflows with priorities run, beside others.
 *
 * @module
 */
import type { Batch } from "../operators/contract/batch.ts";
import type { Request, Turn } from "../operators/contract/turn.ts";
import type { Inlet, Route } from "./inlet.ts";
import type { Mailbox } from "./mailbox.ts";
import { type Priority, Ranking } from "./priority.ts";
import type { ProgressActor } from "./progress_actor.ts";
import { RankedOrder } from "./ranked_order.ts";

/** Entries that one dataflow with a priority, or all others together, may have taken in a row. */
const ENTRIES_IN_A_ROW = 8;

/** What it asks of its worker, always between two callbacks. */
export interface Breather {
  /** The trackers have a turn, what other workers sent comes in and, if asked to, what was collected goes. */
  breathe(flush: boolean): void;
  /** Something from outside comes in, for a dataflow without a priority; whether anything waited. */
  admitOne(): boolean;
}

/** How a worker comes by the order of a dataflow with a priority. */
export interface Ranked {
  /** Takes the place of the worker's mailbox. */
  readonly mailbox: Mailbox;
  /** One more dataflow with a priority, by its name, whose progress that is. */
  add(progress: ProgressActor, dataflow: string, priority: Priority): void;
  /** Visits what comes from outside and waits for its turn. */
  forEachOutside(visit: (inlet: Inlet, payload: unknown) => void): void;
}

/**
 * Ranks of different dataflows say nothing about each other. So they take turns, all those without a priority
 * together as one of them, and nobody has to wait for more than a few entries of each of the others.
 */
export class RankedMailbox implements Mailbox, Ranked {
  inlet!: Inlet;
  payload: unknown = null;
  readonly #plain: Mailbox;
  readonly #breather: Breather;
  #orders: RankedOrder[] = [];
  // Whose turn it is, where 0 stands for all without a priority, and how many entries are left of it.
  #turn = 0;
  #left = ENTRIES_IN_A_ROW;

  /** What has no priority stays in the mailbox that there was. */
  constructor(plain: Mailbox, breather: Breather) {
    this.#plain = plain;
    this.#breather = breather;
  }

  get mailbox(): this {
    return this;
  }

  get size(): number {
    let { size } = this.#plain;
    for (const order of this.#orders) size += order.size;
    return size;
  }

  add(progress: ProgressActor, dataflow: string, priority: Priority): void {
    progress.order = new RankedOrder(new Ranking(priority, dataflow), progress);
    this.#orders.push(progress.order);
  }

  post(turn: Turn, resume: Inlet | null): void {
    const inlet = resume ?? firstTarget(turn);
    // Everything may have gone to other workers.
    if (inlet !== undefined) this.#of(inlet).post(turn, resume);
  }

  postOne(targets: readonly Inlet[], batch: Batch): void {
    if (targets.length > 0) this.#of(targets[0]).postOne(targets, batch);
  }

  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void {
    // What was collected may be of several dataflows; what is of one is in a row.
    let to = 0;
    while (to < inlets.length) {
      const from = to;
      const order = this.#of(inlets[from]);
      while (to < inlets.length && this.#of(inlets[to]) === order) to++;
      order.postAll(inlets.slice(from, to), batches.slice(from, to));
    }
  }

  put(inlet: Inlet, payload: unknown): void {
    this.#of(inlet).put(inlet, payload);
  }

  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void {
    this.#of(inlets[0]).putDue(inlets, requests);
  }

  putBack(inlet: Inlet, payload: unknown): void {
    this.#of(inlet).putBack(inlet, payload);
  }

  take(): boolean {
    // Whoever breathes may end dataflows and install others: no list is gone through here.
    for (let tries = 0; tries <= this.#orders.length + 1; tries++) {
      if (this.#left > 0 && this.#takeAtTurn()) {
        this.#left--;
        return true;
      }
      this.#left = ENTRIES_IN_A_ROW;
      this.#turn = (this.#turn + 1) % (this.#orders.length + 1);
      // Otherwise nothing is to be done at all, and the worker lets it in.
      if (this.#turn === 0 && this.#plain.size === 0 && this.size > 0) this.#breather.admitOne();
    }
    return false;
  }

  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    this.#plain.forEach(visit);
    for (const order of this.#orders) order.forEach(visit);
  }

  forEachOutside(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (const order of this.#orders) order.forEachOutside(visit);
  }

  scrub(): void {
    this.payload = null;
    this.#plain.scrub();
    for (const order of this.#orders) order.scrub();
    this.#orders = this.#orders.filter(({ isOver }) => !isOver);
    this.#turn = 0;
  }

  #of({ actor }: Inlet): Mailbox | RankedOrder {
    return actor.tracker.order ?? this.#plain;
  }

  #takeAtTurn(): boolean {
    if (this.#turn === 0) {
      if (!this.#plain.take()) return false;
      this.inlet = this.#plain.inlet;
      this.payload = this.#plain.payload;
      return true;
    }
    const order = this.#orders[this.#turn - 1];
    if (order === undefined || !order.choose()) return false;
    if (order.wantsBreath) {
      this.#breather.breathe(order.isLessUrgent);
      order.breathed();
      // What is due now may be more urgent.
      if (!order.choose()) return false;
    }
    order.take();
    this.inlet = order.inlet;
    this.payload = order.payload;
    return true;
  }
}

function firstTarget({ sends, ports }: Turn): Inlet | undefined {
  for (let i = 0; i < sends; i++) {
    const { targets } = ports[i].route as Route;
    if (targets.length > 0) return targets[0];
  }
  return undefined;
}
