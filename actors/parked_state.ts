/**
 * State of prefixes that are complete, for as long as something of the vertex may still need it.
 *
 * @module
 */
import type { Request } from "../operators/contract/turn.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** See the module. */
export class ParkedState {
  #parked: Request[] = [];

  /** Whether nothing is kept. */
  get isEmpty(): boolean {
    return this.#parked.length === 0;
  }

  /** State goes after every notification of its prefix, and after every capability that it may be needed for. */
  cleanUp(actor: VertexActor, request: Request): void {
    if (actor.requests.hasNotificationUpTo(request.time)) actor.tracker.ask(actor, request);
    else if (actor.context.holdsUpTo(request.time)) this.#parked.push(request);
    else request.cleanUp!.drop(request.time);
  }

  /** A capability went: state that was kept for what it allows may go. */
  unpark(actor: VertexActor): void {
    const parked = this.#parked;
    this.#parked = [];
    for (const request of parked) this.cleanUp(actor, request);
  }

  /** Forgets all of it: the vertex has ended. */
  clear(): void {
    this.#parked = [];
  }
}
