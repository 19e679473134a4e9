/**
 * What waits for one inlet of a dataflow with a priority, in the order in which it was sent.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { Request } from "../operators/contract/turn.ts";
import type { Admission } from "./admission.ts";
import type { Inlet } from "./inlet.ts";
import type { Ranking } from "./priority.ts";
import { compareRequests } from "./request_queue.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** Sent by a turn, or put back: the latest first. */
export const SENT = 0;
/** A task, or news of a frontier: in their order. */
export const NEWS = 1;
/** A notification: earlier times first. */
export const DUE = 2;
/** A message to a feedback: in their order. */
export const ROUND = 3;
/** From outside: in their order. */
export const OUTSIDE = 4;

/** One entry. */
export interface RankedEntry {
  readonly payload: unknown;
  /** What the dataflow's priority says of it. */
  readonly rank: number;
  /** The rank of the callback that sent it; −∞ where nobody knows. */
  readonly cause: number;
  /** SENT, NEWS, DUE, ROUND or OUTSIDE: among equal ranks they go in this order. */
  readonly kind: number;
  /** Among equal ranks and kinds smaller ones go first. */
  readonly number: number;
  /** For OUTSIDE: who is told when it is taken. */
  readonly sender: Admission | null;
}

/** A vertex as the ranked order knows it. */
export class RankedVertex {
  readonly actor: VertexActor;
  /** The rank of the callback that it began last. */
  rank = 0;
  /** Where its continuation waits; `null` unless it gave way. */
  resume: Lane | null = null;
  /** Where it sends to; `null` as long as nobody has asked, because routes are made after vertices. */
  targets: readonly Inlet[] | null = null;
  // What was asked last: batches of one time mostly come in a row.
  #time: Time | null = null;
  #rankThen = 0;

  /** Nothing of it has run yet. */
  constructor(actor: VertexActor) {
    this.actor = actor;
  }

  /** Asks the priority, unless it was asked the same just now. */
  rankAt(time: Time, ranking: Ranking): number {
    if (time !== this.#time) {
      this.#rankThen = ranking.rank(this.actor.context.name, time);
      this.#time = time;
    }
    return this.#rankThen;
  }

  /** The rank of a task: that of the right which the vertex has kept longest, else of its last callback. */
  rankNow(ranking: Ranking): number {
    for (const { time } of this.actor.context.held) return this.rankAt(time, ranking);
    return this.rank;
  }
}

/** See the module. It is as urgent as the most urgent entry in it, because that one has to wait for the others. */
export class Lane {
  readonly inlet: Inlet;
  readonly vertex: RankedVertex;
  /**
   * The least cause of what came since it was empty last. Later entries have smaller causes, so that it is
   * that of what waits now, or a little less.
   */
  cause = Infinity;
  #entries: RankedEntry[] = [];
  #head = 0;
  // Entries with a rank that no later one has less of, first to last: the first of them has the least.
  #least: RankedEntry[] = [];
  #leastHead = 0;

  /** Empty. */
  constructor(inlet: Inlet, vertex: RankedVertex) {
    this.inlet = inlet;
    this.vertex = vertex;
  }

  /** How many entries wait. */
  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** The entry that is taken next. */
  get first(): RankedEntry {
    return this.#entries[this.#head];
  }

  /** The least rank of all entries. */
  get rank(): number {
    return this.#least[this.#leastHead].rank;
  }

  /** Adds an entry behind all others; a notification behind those that are not later. */
  push(entry: RankedEntry): void {
    const entries = this.#entries;
    if (entry.kind === DUE && this.size > 0 && isLater(entries[entries.length - 1], entry)) {
      return this.#insert(entry);
    }
    entries.push(entry);
    this.#noteLast(entry);
    if (entry.cause < this.cause) this.cause = entry.cause;
  }

  /** Adds an entry before all others. */
  unshift(entry: RankedEntry): void {
    if (this.#head > 0) this.#entries[--this.#head] = entry;
    else this.#entries.unshift(entry);
    if (this.size === 1 || entry.rank <= this.rank) {
      this.#least.splice(0, this.#leastHead, entry);
      this.#leastHead = 0;
    }
    if (entry.cause < this.cause) this.cause = entry.cause;
  }

  /** Takes the first entry. */
  shift(): RankedEntry {
    const entry = this.first;
    if (this.#least[this.#leastHead] === entry) this.#leastHead++;
    this.#head++;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#least = [];
      this.#head = this.#leastHead = 0;
      this.cause = Infinity;
    } else if (this.#head >= 64 && 2 * this.#head >= this.#entries.length) {
      // Half of it at least, so that an entry is moved once on average.
      this.#entries.splice(0, this.#head);
      this.#least.splice(0, this.#leastHead);
      this.#head = this.#leastHead = 0;
    }
    return entry;
  }

  /** Visits the entries, first to last. */
  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (let i = this.#head; i < this.#entries.length; i++) {
      visit(this.inlet, this.#entries[i].payload);
    }
  }

  /** Whether its first entry goes before that of another lane. */
  goesBefore(other: Lane): boolean {
    const { rank } = this;
    const otherRank = other.rank;
    if (rank !== otherRank) return rank < otherRank;
    const { first } = this;
    const otherFirst = other.first;
    if (first.kind !== otherFirst.kind) return first.kind < otherFirst.kind;
    if (first.kind === DUE) {
      const order = compareRequests(first.payload as Request, otherFirst.payload as Request);
      if (order !== 0) return order < 0;
    }
    return this.#number < other.#number;
  }

  /** What came last is to be downstream first, and what waits before it in the lane goes with it. */
  get #number(): number {
    const { first } = this;
    if (first.kind !== SENT) return first.number;
    const last = this.#entries[this.#entries.length - 1];
    return last.kind === SENT && last.number < first.number ? last.number : first.number;
  }

  #noteLast(entry: RankedEntry): void {
    const least = this.#least;
    while (least.length > this.#leastHead && least[least.length - 1].rank > entry.rank) least.pop();
    least.push(entry);
  }

  /** A time that is due late, but earlier than others: seldom, so that what is known of ranks is made anew. */
  #insert(entry: RankedEntry): void {
    let at = this.#entries.length;
    while (at > this.#head && isLater(this.#entries[at - 1], entry)) at--;
    this.#entries.splice(at, 0, entry);
    this.#least = [];
    this.#leastHead = 0;
    for (let i = this.#head; i < this.#entries.length; i++) this.#noteLast(this.#entries[i]);
  }
}

function isLater(one: RankedEntry, { payload }: RankedEntry): boolean {
  return one.kind === DUE && compareRequests(one.payload as Request, payload as Request) > 0;
}
