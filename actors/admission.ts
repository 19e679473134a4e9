/**
 * What comes to a worker from outside of its own turns: from an input's handle, or from another worker.
 *
 * @module
 */
import type { Inlet } from "./inlet.ts";

/** An entry from outside was taken; its sender may send more. */
export interface Admission {
  /** One batch of this sender left the queue. */
  admitted(): void;
}

/** First in, first out, but for those whose vertex is held back: they wait beside the queue. */
export class AdmissionQueue {
  /** Whose the last taken entry is. */
  inlet!: Inlet;
  /** What it was. */
  payload: unknown = null;
  // Parallel arrays, in use from the head to their ends.
  #inlets: (Inlet | null)[] = [];
  #payloads: unknown[] = [];
  #senders: (Admission | null)[] = [];
  #head = 0;
  #held: [Inlet, unknown, Admission][] = [];

  /** How many entries can be taken, as far as nobody is held back. */
  get size(): number {
    return this.#inlets.length - this.#head;
  }

  /** Adds an entry behind all others. */
  push(inlet: Inlet, payload: unknown, sender: Admission): void {
    this.#inlets.push(inlet);
    this.#payloads.push(payload);
    this.#senders.push(sender);
  }

  /** Takes the first entry whose vertex is not held back; its sender, or `null` when there is none. */
  take(): Admission | null {
    while (this.#head < this.#inlets.length) {
      const at = this.#head++;
      const inlet = this.#inlets[at]!;
      const payload = this.#payloads[at];
      const sender = this.#senders[at]!;
      this.#inlets[at] = this.#payloads[at] = this.#senders[at] = null;
      if (this.#head === this.#inlets.length || this.#head > 1024) this.#compact();
      if (!inlet.actor.isHeld) {
        this.inlet = inlet;
        this.payload = payload;
        return sender;
      }
      this.#held.push([inlet, payload, sender]);
    }
    return null;
  }

  /**
   * Entries of vertices that are held back no more go before all others, in the order in which they came;
   * whether there were any.
   */
  release(): boolean {
    const free = this.#held.filter(([inlet]) => !inlet.actor.isHeld);
    if (free.length === 0) return false;
    this.#held = this.#held.filter(([inlet]) => inlet.actor.isHeld);
    this.#compact();
    this.#inlets.unshift(...free.map(([inlet]) => inlet));
    this.#payloads.unshift(...free.map(([, payload]) => payload));
    this.#senders.unshift(...free.map(([, , sender]) => sender));
    return true;
  }

  #compact(): void {
    this.#inlets.splice(0, this.#head);
    this.#payloads.splice(0, this.#head);
    this.#senders.splice(0, this.#head);
    this.#head = 0;
  }
}
