/**
 * The vertices that send to another one, as far as it may stop them.
 *
 * @module
 */
import type { VertexActor } from "./vertex_actor.ts";
import type { Worker } from "./worker.ts";

/** See the module. */
export class Upstream {
  /** Filled in when all routes are known; empty for a vertex that never stops anybody. */
  readonly actors: VertexActor[] = [];
  readonly #worker: Worker;
  #isHeld = false;

  /** Of a vertex of that worker. */
  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Whether they are stopped. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Stops them all, or lets them go on where they were. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (!isHeld) return this.#worker.unhold(this.actors);
    for (const actor of this.actors) actor.hold();
  }
}
