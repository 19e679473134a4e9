/**
 * The scheduling policy of simulation: any order that the model allows, chosen by a seed.
 *
 * @module
 */
import type { Batch } from "../operators/contract/batch.ts";
import type { Request, Turn } from "../operators/contract/turn.ts";
import type { Inlet, Route } from "./inlet.ts";
import { EntryRing, type Mailbox } from "./mailbox.ts";

/** A small seeded generator of 32-bit integers (the finaliser of MurmurHash3 over a counter). */
export class SeededRandom {
  #state: number;

  /** The same seed gives the same numbers. */
  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
  }

  /** An integer from 0 up to but not including `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) % limit;
  }
}

/**
 * Takes from any inlet that has entries, each with equal chance, in order within an inlet; one time in
 * eight it lets the tracker and the inputs go first although entries wait.
 */
export class RandomOrder implements Mailbox {
  inlet!: Inlet;
  payload: unknown = null;
  readonly #random: SeededRandom;
  readonly #queues = new Map<Inlet, EntryRing>();
  readonly #ready: Inlet[] = [];
  #size = 0;

  /** Every seed is one order. */
  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  get size(): number {
    return this.#size;
  }

  post(turn: Turn, resume: Inlet | null): void {
    for (let i = 0; i < turn.sends; i++) {
      for (const inlet of (turn.ports[i].route as Route).targets) this.put(inlet, turn.batches[i]);
    }
    if (resume !== null) this.put(resume, null);
  }

  postOne(targets: readonly Inlet[], batch: Batch): void {
    for (const inlet of targets) this.put(inlet, batch);
  }

  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void {
    inlets.forEach((inlet, i) => this.put(inlet, batches[i]));
  }

  put(inlet: Inlet, payload: unknown): void {
    this.#queueOf(inlet).push(inlet, payload);
    this.#size++;
  }

  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void {
    for (let i = 0; i < inlets.length; i++) this.put(inlets[i], requests[i]);
  }

  putBack(inlet: Inlet, payload: unknown): void {
    this.#queueOf(inlet).unshift(inlet, payload);
    this.#size++;
  }

  take(): boolean {
    if (this.#size === 0 || this.#random.below(8) === 0) return false;
    const at = this.#random.below(this.#ready.length);
    const inlet = this.#ready[at];
    const queue = this.#queues.get(inlet)!;
    this.inlet = inlet;
    this.payload = queue.payload;
    queue.shift();
    this.#size--;
    if (queue.size === 0) {
      this.#queues.delete(inlet);
      this.#ready[at] = this.#ready[this.#ready.length - 1];
      this.#ready.pop();
    }
    return true;
  }

  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (const queue of this.#queues.values()) queue.forEach(visit);
  }

  scrub(): void {
    this.payload = null;
  }

  /** The inlet's queue, to be filled at once: it counts as ready. */
  #queueOf(inlet: Inlet): EntryRing {
    let queue = this.#queues.get(inlet);
    if (queue === undefined) this.#queues.set(inlet, queue = new EntryRing());
    if (queue.size === 0) this.#ready.push(inlet);
    return queue;
  }
}
