/**
 * Where a vertex sends to on its worker, as far as it may wait until that is taken.
 *
 * @module
 */
import type { Inlet, Route } from "./inlet.ts";
import type { VertexActor } from "./vertex_actor.ts";

/**
 * Whoever waits for whoever waits never waits for himself: that is what makes an order that lets vertices wait
 * free of deadlock. So messages to a feedback are left out, and what comes back without one: to an input
 * that results in nothing by itself, and wherever else a search would come round.
 */
export class Downstream {
  readonly #found = new Map<VertexActor, readonly Inlet[]>();
  // Those whose successors are being looked at.
  readonly #open = new Set<VertexActor>();

  /** The inlets that a vertex sends to. To be asked when routes are complete. */
  of(actor: VertexActor): readonly Inlet[] {
    return this.#found.get(actor) ?? this.#search(actor);
  }

  #search(actor: VertexActor): readonly Inlet[] {
    this.#open.add(actor);
    const inlets: Inlet[] = [];
    for (const inlet of targetsOf(actor)) {
      if (inlet.deferred || this.#open.has(inlet.actor) || resultsInNothing(inlet)) continue;
      if (!this.#found.has(inlet.actor)) this.#search(inlet.actor);
      inlets.push(inlet);
    }
    this.#open.delete(actor);
    this.#found.set(actor, inlets);
    return inlets;
  }
}

function targetsOf({ context }: VertexActor): Set<Inlet> {
  const all = new Set<Inlet>();
  for (const port of context.outputs) {
    const { targets, spreading } = port.route as Route;
    for (const inlet of targets) all.add(inlet);
    for (const { inlet } of spreading ?? []) all.add(inlet);
  }
  return all;
}

/** Not so the input of a vertex without outputs, at which no way goes on. */
function resultsInNothing({ actor: { context }, port }: Inlet): boolean {
  return Object.keys(context.out).length > 0 &&
    !context.outputs.some(({ index }) => context.reaches(port, index));
}
