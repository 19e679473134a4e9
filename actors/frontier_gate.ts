/**
 * Which requests of a vertex are due, by the frontiers at its inputs.
 *
 * @module
 */
import type { Request } from "../operators/contract/turn.ts";
import type { ProgressActor } from "./progress_actor.ts";
import type { RequestGate } from "./request_queue.ts";

/** See the module. */
export class FrontierGate implements RequestGate {
  readonly #progress: ProgressActor;
  // Slot of each input port; filled in when the vertex gets its place.
  readonly #slots: readonly number[];

  /** `slots` is the vertex's own list, which may be filled in later. */
  constructor(progress: ProgressActor, slots: readonly number[]) {
    this.#progress = progress;
    this.#slots = slots;
  }

  isDeliverable(request: Request): boolean {
    const { frontiers } = this.#progress;
    const { inputs, time } = request;
    const slots = this.#slots;
    if (inputs === null && typeof time === "number") {
      for (let i = 0; i < slots.length; i++) {
        if (!frontiers.isComplete(slots[i], time)) return false;
      }
      return true;
    }
    // Among many incomparable times most are held back by the very element that held them back before.
    if (request.blocker !== null && frontiers.hasElement(request.blockedAt, request.blocker)) {
      return false;
    }
    for (let i = 0; i < slots.length; i++) {
      if (inputs !== null && !inputs.includes(i)) continue;
      request.blocker = frontiers.blocker(slots[i], time);
      request.blockedAt = slots[i];
      if (request.blocker !== null) return false;
    }
    return true;
  }

  blocksLater({ time }: Request): boolean {
    // With one coordinate times are in one order, and what holds back this one holds back the rest.
    if (typeof time === "number") return true;
    // An element with zeros behind its first coordinate is the last of its antichain.
    return this.#slots.some((slot) => {
      const last = this.#progress.frontiers.frontier(slot).at(-1);
      return last !== undefined && dominatesFrom(last as readonly number[], time);
    });
  }
}

/** [e, 0, …, 0] with e ≤ the first coordinate is at or before every time that is not lexicographically less. */
function dominatesFrom(element: readonly number[], time: readonly number[]): boolean {
  if (element[0] > time[0]) return false;
  for (let i = 1; i < element.length; i++) if (element[i] !== 0) return false;
  return true;
}
