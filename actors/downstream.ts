/**
 * Where a vertex sends to on its worker, as far as it may wait until that is taken.
 *
 * @module
 */
import type { Inlet, Route } from "./inlet.ts";
import type { VertexActor } from "./vertex_actor.ts";

/**
 * The inlets that a vertex sends to, but for those at which things come back: whoever waits for whoever waits
 * never waits for himself, which makes an order that lets vertices wait free of deadlock. To be asked when
 * routes are complete.
 */
export function downstreamOf({ context }: VertexActor): readonly Inlet[] {
  const all = new Set<Inlet>();
  for (const port of context.outputs) {
    const { targets, spreading } = port.route as Route;
    for (const inlet of targets) all.add(inlet);
    for (const { inlet } of spreading ?? []) all.add(inlet);
  }
  return [...all].filter(({ isReturn }) => !isReturn);
}
