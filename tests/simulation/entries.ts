/**
 * One worker's mailbox, and an account of where its entries are: in it, in the queue of what comes from
 * outside, held back with their vertex, or in a callback that gave way.
 * @module
 */

import type { Admission } from "../../actors/admission.ts";
import { type Inlet, RESUME } from "../../actors/inlet.ts";
import type { Mailbox } from "../../actors/mailbox.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import type { Worker } from "../../actors/worker.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import type { Request, Turn } from "../../operators/contract/turn.ts";

/** What waits for a vertex. */
export interface Entry {
  readonly inlet: Inlet;
  readonly payload: unknown;
}

/** See the module. */
export class Entries implements Mailbox {
  inlet!: Inlet;
  payload: unknown = null;
  /** How often somebody looked for an entry: what happens between two looks is one slice at most. */
  slice = 0;
  /** Called before each look, when nothing is in the middle of anything. */
  onLook: () => void = () => {};
  #inner: Mailbox;
  // What was taken last; where it went shows when its callback has returned.
  #taken: Entry | null = null;
  #kept: Entry[] = [];
  readonly #open = new Map<VertexActor, Entry>();
  readonly #outside = new Set<Entry>();
  #lastPut: unknown = null;

  constructor(inner: Mailbox) {
    this.#inner = inner;
  }

  /** Follows what comes from outside, too. */
  watch(worker: Worker): void {
    const admit = worker.admit.bind(worker);
    worker.admit = (inlet: Inlet, payload: unknown, sender: Admission) => {
      const entry = { inlet, payload };
      this.#outside.add(entry);
      this.#lastPut = null;
      admit(inlet, payload, {
        admitted: () => {
          this.#outside.delete(entry);
          // It went into the mailbox, or straight to its vertex, which was not in the middle of anything.
          if (this.#lastPut !== payload && inlet.actor.isSuspended) {
            this.#open.set(inlet.actor, entry);
          }
          sender.admitted();
        },
      });
    };
  }

  /** Visits every entry that is not done with, wherever it is; not while a callback runs. */
  forEachUndone(visit: (inlet: Inlet, payload: unknown) => void): void {
    this.#settle();
    this.#inner.forEach(visit);
    for (const { inlet, payload } of this.#kept) visit(inlet, payload);
    for (const { inlet, payload } of this.#outside) visit(inlet, payload);
    for (const { inlet, payload } of this.#open.values()) visit(inlet, payload);
  }

  get size(): number {
    return this.#inner.size;
  }

  post(turn: Turn, resume: Inlet | null): void {
    this.#inner.post(turn, resume);
  }

  postOne(targets: readonly Inlet[], batch: Batch): void {
    this.#inner.postOne(targets, batch);
  }

  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void {
    this.#inner.postAll(inlets, batches);
  }

  put(inlet: Inlet, payload: unknown): void {
    this.#lastPut = payload;
    this.#inner.put(inlet, payload);
  }

  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void {
    this.#inner.putDue(inlets, requests);
  }

  putBack(inlet: Inlet, payload: unknown): void {
    const at = this.#kept.findIndex((each) => each.inlet === inlet && each.payload === payload);
    if (at >= 0) this.#kept.splice(at, 1);
    this.#inner.putBack(inlet, payload);
  }

  take(): boolean {
    this.slice++;
    this.#settle();
    this.onLook();
    if (!this.#inner.take()) return false;
    this.inlet = this.#inner.inlet;
    this.payload = this.#inner.payload;
    const { actor, kind } = this.inlet;
    const entry = { inlet: this.inlet, payload: this.payload };
    if (actor.isDead) return true;
    if (actor.isHeld || (actor.isSuspended && kind !== RESUME)) this.#kept.push(entry);
    else this.#taken = entry;
    return true;
  }

  /** Stays around whatever takes the place of the mailbox. */
  get ranked(): Mailbox["ranked"] {
    const { ranked } = this.#inner;
    if (ranked === undefined) return undefined;
    return (breather) => {
      const made = ranked.call(this.#inner, breather);
      this.#inner = made.mailbox;
      return {
        mailbox: this,
        add: (...dataflow) => made.add(...dataflow),
        forEachOutside: (visit) => made.forEachOutside(visit),
      };
    };
  }

  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    this.#inner.forEach(visit);
  }

  scrub(): void {
    this.payload = null;
    this.#inner.scrub();
  }

  #settle(): void {
    const entry = this.#taken;
    if (entry === null) return;
    this.#taken = null;
    const { actor, kind } = entry.inlet;
    if (!actor.isSuspended) this.#open.delete(actor);
    else if (kind !== RESUME) this.#open.set(actor, entry);
  }
}
