/**
 * What comes to a worker from outside of its own turns: from an input's handle, or from another worker.
 *
 * @module
 */
import type { Inlet } from "./inlet.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** An entry from outside was taken; its sender may send more. */
export interface Admission {
  /**
   * Whether what it sends now is not to wait behind anything: it sends between two callbacks, and nothing of
   * it waits.
   */
  readonly goesFirst?: boolean;
  /** Whether it is stopped by a vertex that stops those who send to it: an input is no vertex itself. */
  readonly waitsForRoom?: boolean;
  /** One batch of this sender left the queue. */
  admitted(): void;
}

/** Whether nothing of a sender is let into a vertex now. */
export function isShut({ actor }: Inlet, sender: Admission): boolean {
  return actor.isHeld ||
    sender.waitsForRoom === true && actor.upstream.isHeld && !actor.isDead;
}

/** What waits, first in first out. */
class Waiting {
  // Parallel arrays, in use from the head to their ends.
  readonly #inlets: (Inlet | null)[] = [];
  readonly #payloads: unknown[] = [];
  readonly #senders: (Admission | null)[] = [];
  #head = 0;

  get size(): number {
    return this.#inlets.length - this.#head;
  }

  get inlet(): Inlet {
    return this.#inlets[this.#head]!;
  }

  get payload(): unknown {
    return this.#payloads[this.#head];
  }

  get sender(): Admission {
    return this.#senders[this.#head]!;
  }

  push(inlet: Inlet, payload: unknown, sender: Admission): void {
    this.#inlets.push(inlet);
    this.#payloads.push(payload);
    this.#senders.push(sender);
  }

  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (let i = this.#head; i < this.#inlets.length; i++) {
      visit(this.#inlets[i]!, this.#payloads[i]);
    }
  }

  shift(): void {
    const at = this.#head++;
    this.#inlets[at] = this.#payloads[at] = this.#senders[at] = null;
    // Half of it at least, so that an entry is moved once on average.
    if (this.size > 0 && (this.#head < 1024 || this.#head < this.size)) return;
    this.#inlets.splice(0, this.#head);
    this.#payloads.splice(0, this.#head);
    this.#senders.splice(0, this.#head);
    this.#head = 0;
  }
}

/** Something that is done when nothing else is to be done, and then once until it is due again. */
export interface LastResort {
  /** Whether it is to be done. */
  isDue: boolean;
  /** Nothing else is to be done, as far as it can be told from here; whether something is now. */
  goOn(): boolean;
}

/** First in, first out for each vertex; those of a vertex that is held back wait beside the queue. */
export class AdmissionQueue {
  /** Whose the last taken entry is. */
  inlet!: Inlet;
  /** What it was. */
  payload: unknown = null;
  readonly #fresh = new Waiting();
  readonly #held = new Map<VertexActor, Waiting>();
  /** Those that may have something to do last. */
  readonly lastResorts: Set<LastResort> = new Set();

  /** How many entries can be taken, as far as nobody is held back. */
  get size(): number {
    let size = this.#fresh.size;
    for (const waiting of this.#held.values()) {
      if (!isShut(waiting.inlet, waiting.sender)) size += waiting.size;
    }
    if (this.lastResorts.size > 0) { for (const { isDue } of this.lastResorts) if (isDue) size++; }
    return size;
  }

  /** Adds an entry behind all others. */
  admit(inlet: Inlet, payload: unknown, sender: Admission): void {
    this.#fresh.push(inlet, payload, sender);
  }

  /** Visits all entries, those of vertices that are held back included; for explanation. */
  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (const waiting of this.#held.values()) waiting.forEach(visit);
    this.#fresh.forEach(visit);
  }

  /** Takes the first entry whose vertex is not held back; its sender, or `null` when there is none. */
  take(): Admission | null {
    // What waited for a vertex came before everything that is still in the queue for it.
    for (const [actor, waiting] of this.#held) {
      if (isShut(waiting.inlet, waiting.sender)) continue;
      const sender = this.#takeFrom(waiting);
      if (waiting.size === 0) this.#held.delete(actor);
      return sender;
    }
    const fresh = this.#fresh;
    while (fresh.size > 0) {
      const { inlet, payload, sender } = fresh;
      if (!isShut(inlet, sender)) return this.#takeFrom(fresh);
      let waiting = this.#held.get(inlet.actor);
      if (waiting === undefined) this.#held.set(inlet.actor, waiting = new Waiting());
      waiting.push(inlet, payload, sender);
      fresh.shift();
    }
    return this.lastResorts.size > 0 && this.#goOn() && this.#fresh.size > 0 ? this.take() : null;
  }

  /** All of them at once, so that none takes another one for something else to do. */
  #goOn(): boolean {
    const due = [...this.lastResorts].filter(({ isDue }) => isDue);
    for (const each of due) each.isDue = false;
    return due.map((each) => each.goOn()).includes(true);
  }

  #takeFrom(waiting: Waiting): Admission {
    const { sender } = waiting;
    this.inlet = waiting.inlet;
    this.payload = waiting.payload;
    waiting.shift();
    return sender;
  }
}
