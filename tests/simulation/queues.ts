/**
 * The bound on what waits (docs/design/0010-flow-control.md): at every input at most one slice of each vertex that
 * sends to it, apart from what waits to go round a loop.
 * @module
 */

import { type Inlet, MESSAGE, type Route } from "../../actors/inlet.ts";
import type { Mailbox } from "../../actors/mailbox.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import type { Graph } from "../../dataflow/graph.ts";
import type { GateConfig } from "../../operators/flow/gate.ts";

/** See the module. */
export class Queues {
  /** The most that was found at one input, as a share of what may be. */
  fullest = 0;
  readonly #most = new Map<Inlet, number>();

  /** For the vertices of one worker, each with that budget. */
  constructor({ vertices }: Graph, actors: readonly VertexActor[], budget: number) {
    actors.forEach((actor, id) => {
      const { operator, config } = vertices[id];
      // A gate lets a batch in at once, whose records were in memory before; each is one batch at most.
      const slice = operator.name === "gate" ? (config as GateConfig).batch : budget + 1;
      for (const { route } of actor.context.outputs) {
        for (const inlet of (route as Route).targets) {
          this.#most.set(inlet, (this.#most.get(inlet) ?? 0) + slice);
        }
      }
    });
  }

  /** Between two entries. */
  look(mailbox: Mailbox, violated: (what: string) => void): void {
    const waiting = new Map<Inlet, number>();
    mailbox.forEach((inlet) => {
      if (inlet.kind !== MESSAGE || inlet.deferred) return;
      waiting.set(inlet, (waiting.get(inlet) ?? 0) + 1);
    });
    for (const [inlet, count] of waiting) {
      const most = this.#most.get(inlet) ?? 0;
      this.fullest = Math.max(this.fullest, count / most);
      if (count <= most) continue;
      violated(`${count} batches wait at ${inlet.actor.context.name}, and ${most} may`);
    }
  }
}
