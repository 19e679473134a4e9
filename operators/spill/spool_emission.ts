/**
 * What has waited is sent, as far as the output budget allows.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { OutputPort } from "../contract/output_port.ts";
import type { Taken } from "./spool.ts";

/** Batches that wait to be sent: `run` passes on what the budget allows, each as it came. */
export class SpoolEmission {
  readonly #port: OutputPort<unknown>;
  #queue: { readonly time: Time; readonly taken: Taken<unknown> }[] = [];
  #first = 0;

  /** Sends on `port`. */
  constructor(port: OutputPort<unknown>) {
    this.#port = port;
  }

  /** Adds batches to be sent at a time, whose right must last until all are. */
  add(time: Time, taken: Taken<unknown> | undefined): void {
    if (taken !== undefined) this.#queue.push({ time, taken });
  }

  /** Sends until nothing waits (false) or the budget is spent (true: call again in `resume`). */
  run(): boolean {
    for (; this.#first < this.#queue.length; this.#first++) {
      const { time, taken } = this.#queue[this.#first];
      while (!taken.isEmpty) {
        if (this.#port.isFull) return true;
        const batch = taken.next()!;
        this.#port.forward(batch, time);
        batch.release();
      }
    }
    this.#queue = [];
    this.#first = 0;
    return false;
  }
}
