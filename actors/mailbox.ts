/**
 * The mailboxes of all vertices of a thread, behind one interface. Entries of all vertices share one
 * structure: a queue per vertex and a queue of vertices cost four times as much per message
 * (docs/design/0002-scheduling.md). What an actor may rely on holds in every policy: entries of one edge
 * arrive in the order in which they were sent, and one callback runs at a time.
 *
 * @module
 */
import type { Batch } from "../operators/contract/batch.ts";
import type { Request, Turn } from "../operators/contract/turn.ts";
import type { Inlet, Route } from "./inlet.ts";
import { type Breather, type Ranked, RankedMailbox } from "./ranked_mailbox.ts";
import { compareRequests } from "./request_queue.ts";

/** The order in which a thread takes entries. */
export interface Mailbox {
  /** Whose entry `take` took. */
  inlet: Inlet;
  /** What `take` took: a batch, a request, or nothing. */
  payload: unknown;
  /** How many entries wait. */
  readonly size: number;
  /** Puts in what a turn sent and, when the vertex gave way, its continuation. */
  post(turn: Turn, resume: Inlet | null): void;
  /** Puts in one batch for several targets: what a turn sent that was nothing but this. */
  postOne(targets: readonly Inlet[], batch: Batch): void;
  /** Puts in batches as one turn would, the first of them first. */
  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void;
  /** Puts in one entry from outside of a turn: what a vertex put off, or news of a frontier. */
  put(inlet: Inlet, payload: unknown): void;
  /** Puts in notifications that are due, earlier times first. */
  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void;
  /** Puts an entry back that was taken too early, before everything else for its inlet. */
  putBack(inlet: Inlet, payload: unknown): void;
  /** Takes the next entry; false when there is none, or when others should have a turn first. */
  take(): boolean;
  /** Visits all entries, for explanation and for clearing up. */
  forEach(visit: (inlet: Inlet, payload: unknown) => void): void;
  /** One that also takes entries of dataflows with priorities; left out by policies that heed none. */
  readonly ranked?: ((breather: Breather) => Ranked) | undefined;
  /** Forgets what was taken, so that a dataflow that ended leaves nothing in memory. */
  scrub(): void;
}

/** A first-in-first-out queue of entries over a ring that doubles when it is full. */
export class EntryRing {
  #inlets: (Inlet | null)[] = new Array(64).fill(null);
  #payloads: unknown[] = new Array(64).fill(null);
  #head = 0;
  #size = 0;

  /** How many entries wait. */
  get size(): number {
    return this.#size;
  }

  /** The inlet of the oldest entry. */
  get inlet(): Inlet {
    return this.#inlets[this.#head]!;
  }

  /** The payload of the oldest entry. */
  get payload(): unknown {
    return this.#payloads[this.#head];
  }

  /** Adds an entry behind all others. */
  push(inlet: Inlet, payload: unknown): void {
    if (this.#size === this.#inlets.length) this.#grow();
    const at = (this.#head + this.#size) & (this.#inlets.length - 1);
    this.#inlets[at] = inlet;
    this.#payloads[at] = payload;
    this.#size++;
  }

  /** Adds an entry before all others. */
  unshift(inlet: Inlet, payload: unknown): void {
    if (this.#size === this.#inlets.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#inlets.length - 1);
    this.#inlets[this.#head] = inlet;
    this.#payloads[this.#head] = payload;
    this.#size++;
  }

  /** Puts the entries into an order of their payloads; equal ones keep theirs. */
  sort(compare: (a: unknown, b: unknown) => number): void {
    const entries: [Inlet, unknown][] = [];
    this.forEach((inlet, payload) => entries.push([inlet, payload]));
    entries.sort((a, b) => compare(a[1], b[1]));
    this.#size = 0;
    for (const [inlet, payload] of entries) this.push(inlet, payload);
  }

  /** Removes the oldest entry. */
  shift(): void {
    this.#payloads[this.#head] = null;
    this.#inlets[this.#head] = null;
    this.#head = (this.#head + 1) & (this.#inlets.length - 1);
    this.#size--;
  }

  /** Visits the entries, oldest first. */
  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    const mask = this.#inlets.length - 1;
    for (let i = 0; i < this.#size; i++) {
      const at = (this.#head + i) & mask;
      visit(this.#inlets[at]!, this.#payloads[at]);
    }
  }

  #grow(): void {
    const capacity = this.#inlets.length;
    const inlets: (Inlet | null)[] = new Array(2 * capacity).fill(null);
    const payloads: unknown[] = new Array(2 * capacity).fill(null);
    for (let i = 0; i < this.#size; i++) {
      const at = (this.#head + i) & (capacity - 1);
      inlets[i] = this.#inlets[at];
      payloads[i] = this.#payloads[at];
    }
    this.#inlets = inlets;
    this.#payloads = payloads;
    this.#head = 0;
  }
}

/**
 * Downstream first, older times first; the policy of production.
 *
 * What a turn sent goes on a stack, first batch on top: a batch is carried through everything
 * downstream before the next one is touched, and a vertex that gave way finds its continuation below
 * its own output. So what waits is bounded by the budgets along one path, not by the size of the
 * expansion. Everything else waits until the stack is empty, because a callback in between would send
 * past what its vertex has sent before: news and tasks, in their order; notifications, earlier times
 * first; messages to a feedback, which begin the next iteration, at a later time.
 */
export class DownstreamFirst implements Mailbox {
  inlet!: Inlet;
  payload: unknown = null;
  readonly #inlets: (Inlet | null)[] = [];
  readonly #payloads: unknown[] = [];
  #top = 0;
  readonly #news = new EntryRing();
  readonly #due = new EntryRing();
  // Whether a notification may wait behind a later one, and the latest of them.
  #dueUnsorted = false;
  #latestDue: Request | null = null;
  readonly #feedback = new EntryRing();
  // Entries in the three queues together: mostly there are none, and nobody has to look.
  #queued = 0;

  get size(): number {
    return this.#top + this.#queued;
  }

  post(turn: Turn, resume: Inlet | null): void {
    if (resume !== null) this.#push(resume, null);
    let deferred = false;
    for (let i = turn.sends - 1; i >= 0; i--) {
      const targets = (turn.ports[i].route as Route).targets;
      const batch = turn.batches[i];
      for (let j = targets.length - 1; j >= 0; j--) {
        if (targets[j].deferred) deferred = true;
        else this.#push(targets[j], batch);
      }
    }
    if (deferred) this.#queueFeedback(turn);
  }

  postOne(targets: readonly Inlet[], batch: Batch): void {
    for (let j = targets.length - 1; j >= 0; j--) {
      if (!targets[j].deferred) this.#push(targets[j], batch);
    }
    for (let j = 0; j < targets.length; j++) {
      if (targets[j].deferred) this.#queue(this.#feedback, targets[j], batch);
    }
  }

  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void {
    for (let i = inlets.length - 1; i >= 0; i--) {
      if (!inlets[i].deferred) this.#push(inlets[i], batches[i]);
    }
    for (let i = 0; i < inlets.length; i++) {
      if (inlets[i].deferred) this.#queue(this.#feedback, inlets[i], batches[i]);
    }
  }

  put(inlet: Inlet, payload: unknown): void {
    this.#queue(this.#news, inlet, payload);
  }

  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void {
    for (let i = 0; i < requests.length; i++) {
      const request = requests[i];
      if (this.#due.size === 0 || compareRequests(this.#latestDue!, request) <= 0) {
        this.#latestDue = request;
      } else {
        this.#dueUnsorted = true;
      }
      this.#queue(this.#due, inlets[i], request);
    }
  }

  putBack(inlet: Inlet, payload: unknown): void {
    this.#push(inlet, payload);
  }

  take(): boolean {
    if (this.#top > 0) {
      const at = --this.#top;
      this.inlet = this.#inlets[at]!;
      this.payload = this.#payloads[at];
      this.#payloads[at] = null;
      return true;
    }
    if (this.#queued === 0) return false;
    this.#takeQueued();
    return true;
  }

  ranked(breather: Breather): Ranked {
    return new RankedMailbox(this, breather);
  }

  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (let i = this.#top - 1; i >= 0; i--) visit(this.#inlets[i]!, this.#payloads[i]);
    this.#news.forEach(visit);
    this.#due.forEach(visit);
    this.#feedback.forEach(visit);
  }

  scrub(): void {
    this.#inlets.fill(null, this.#top);
    this.payload = null;
    if (this.#due.size === 0) this.#latestDue = null;
  }

  #push(inlet: Inlet, payload: unknown): void {
    const at = this.#top++;
    this.#inlets[at] = inlet;
    this.#payloads[at] = payload;
  }

  #queue(ring: EntryRing, inlet: Inlet, payload: unknown): void {
    ring.push(inlet, payload);
    this.#queued++;
  }

  #takeQueued(): void {
    if (this.#dueUnsorted) this.#sortDue();
    const ring = this.#news.size > 0 ? this.#news : this.#due.size > 0 ? this.#due : this.#feedback;
    this.inlet = ring.inlet;
    this.payload = ring.payload;
    ring.shift();
    this.#queued--;
  }

  #sortDue(): void {
    this.#due.sort((a, b) => compareRequests(a as Request, b as Request));
    this.#dueUnsorted = false;
  }

  /** Apart from `post`, because a stack is filled backwards and a queue forwards. */
  #queueFeedback(turn: Turn): void {
    for (let i = 0; i < turn.sends; i++) {
      for (const inlet of (turn.ports[i].route as Route).targets) {
        if (inlet.deferred) this.#queue(this.#feedback, inlet, turn.batches[i]);
      }
    }
  }
}

/** First in, first out: the plainest order, for tests and comparison. It bounds nothing. */
export class FirstInFirstOut implements Mailbox {
  inlet!: Inlet;
  payload: unknown = null;
  readonly #ring = new EntryRing();

  get size(): number {
    return this.#ring.size;
  }

  post(turn: Turn, resume: Inlet | null): void {
    for (let i = 0; i < turn.sends; i++) {
      for (const inlet of (turn.ports[i].route as Route).targets) {
        this.#ring.push(inlet, turn.batches[i]);
      }
    }
    if (resume !== null) this.#ring.push(resume, null);
  }

  postOne(targets: readonly Inlet[], batch: Batch): void {
    for (const inlet of targets) this.#ring.push(inlet, batch);
  }

  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void {
    inlets.forEach((inlet, i) => this.#ring.push(inlet, batches[i]));
  }

  put(inlet: Inlet, payload: unknown): void {
    this.#ring.push(inlet, payload);
  }

  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void {
    for (let i = 0; i < inlets.length; i++) this.put(inlets[i], requests[i]);
  }

  putBack(inlet: Inlet, payload: unknown): void {
    this.#ring.unshift(inlet, payload);
  }

  take(): boolean {
    if (this.#ring.size === 0) return false;
    this.inlet = this.#ring.inlet;
    this.payload = this.#ring.payload;
    this.#ring.shift();
    return true;
  }

  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    this.#ring.forEach(visit);
  }

  scrub(): void {
    this.payload = null;
  }
}
