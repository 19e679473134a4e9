/**
 * How many batches of each gate are really open: F1 of the model, counted from what is outstanding in its fragment and
 * not from what the gate believes.
 * @module
 */

import type { VertexActor } from "../../actors/vertex_actor.ts";
import type { Graph } from "../../dataflow/graph.ts";
import type { KeeperConfig } from "../../operators/flow/keeper.ts";
import type { Time } from "../../mod.ts";

/** Visits everything outstanding in a run: which vertex it belongs to, where it is counted, and its time. */
export type Outstanding = (visit: (actor: VertexActor, at: unknown, time: Time) => void) => void;

/** What is outside of the fragment although it lies in the gate's scope: what comes in and what leaves, at counter 0. */
const BORDER: ReadonlyMap<string, readonly string[]> = new Map([
  ["gate", ["in", "out", "ask"]],
  ["keeper", ["asked", "grant"]],
]);

/** One gate of a run. */
export class GateSeen {
  readonly #path: string;
  readonly #inside = new Set<string>();
  readonly #border: readonly unknown[];
  readonly #keeper: VertexActor;
  /** Which coordinate is its counter. */
  readonly #place: number;
  readonly #width: number;
  /** The least counter that was not granted yet, as far as it was seen. */
  #next = 0;

  constructor(graph: Graph, scope: number, actors: readonly VertexActor[]) {
    const { scopes, vertices } = graph;
    this.#path = scopes[scope].path;
    this.#place = scopes[scope].depth - 1;
    const isWithin = (at: number): boolean =>
      at === scope || (at > 0 && isWithin(scopes[at].parent));
    const keeper = vertices.find((each) =>
      each.scope === scope && each.operator.name === "keeper"
    )!;
    this.#keeper = actors[keeper.id];
    this.#width = (keeper.config as KeeperConfig).inFlight;
    const border: unknown[] = [];
    for (const { id, path, kind, operator, scope: at } of vertices) {
      if (!isWithin(at)) continue;
      if (at === scope && (kind === "ingress" || kind === "egress")) continue;
      this.#inside.add(path);
      const ports = at === scope ? BORDER.get(operator.name) ?? [] : [];
      const { context, inlets } = actors[id];
      for (const port of ports) {
        const input = context.inputs.indexOf(port);
        border.push(
          input < 0 ? `${path}.${context.out[port].index}` : `${path}.${inlets[input].port}in`,
        );
      }
    }
    this.#border = border;
  }

  /** What is outstanding under the counter of a batch that was granted keeps that batch open. */
  look(outstanding: Outstanding, violated: (what: string) => void): void {
    const [right] = this.#keeper.context.held;
    if (right !== undefined) this.#next = (right.time as readonly number[])[this.#place];
    const counters = new Set<number>();
    outstanding((actor, at, time) => {
      const place = placeOf(actor, at);
      if (!this.#inside.has(actor.context.name) || this.#border.includes(place)) return;
      const counter = (time as readonly number[])[this.#place];
      counters.add(counter);
      // When nothing comes any more the keeper has no right left, and records say what was granted since. A gate
      // in this one hands rights on for all times that something may still come at.
      if (place.endsWith("in") && !place.endsWith("/gate.1in")) {
        this.#next = Math.max(this.#next, counter + 1);
      }
    });
    const open = [...counters].filter((counter) => counter < this.#next);
    if (open.length <= this.#width) return;
    violated(`gate ${this.#path} of width ${this.#width} has batches ${open} open`);
  }
}

/** All gates of a graph. */
export function gatesOf(graph: Graph, actors: readonly VertexActor[]): GateSeen[] {
  return graph.scopes.filter(({ kind }) => kind === "gate").map(({ id }) =>
    new GateSeen(graph, id, actors)
  );
}

/** A port of a vertex, as text, the same for all its shards. */
function placeOf(actor: VertexActor, at: unknown): string {
  const input = (actor.inlets as readonly unknown[]).indexOf(at);
  if (input >= 0) return `${actor.context.name}.${input}in`;
  const output = actor.context.outputs.findIndex(({ route }) => route === at);
  return `${actor.context.name}.${output}`;
}
