/**
 * Vertices in a row that keep nothing, run in one turn without a mailbox between.
 *
 * @module
 */
import type { Data } from "../batches/data.ts";
import type { BufferPool } from "../batches/pool.ts";
import type { Summary } from "../progress/summary.ts";
import type { Time } from "../progress/time.ts";
import { Batch, Lease } from "../operators/contract/batch.ts";
import type { Turn } from "../operators/contract/turn.ts";
import { type Transform, transformFault } from "../operators/contract/transform.ts";
import type { Route } from "./inlet.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** One vertex of a chain. */
export interface Stage {
  readonly actor: VertexActor;
  readonly transform: Transform;
  /** What the vertex does to times; `null` for nothing. */
  readonly summary: Summary | null;
}

/** A stage threw; the error names its vertex and record. */
export class StageFault {
  readonly actor: VertexActor;
  readonly error: unknown;

  /** Not an error itself: it only carries one out of the chain. */
  constructor(actor: VertexActor, error: unknown) {
    this.actor = actor;
    this.error = error;
  }
}

/**
 * A transform can neither hold a time back nor send more than it gets, so that a whole row of them may
 * consume a message at its beginning and send one at its end, as one turn: nobody can tell the
 * difference but by the clock. `docs/design/0004-chains.md` has the argument and the figures.
 */
export class Chain {
  readonly #stages: readonly Stage[];
  readonly #pool: BufferPool;
  readonly #turn: Turn;
  /** Where the last stage's output leads. */
  readonly route: Route;

  /** At least one stage; each one's only target is the next one's input. */
  constructor(stages: readonly Stage[], route: Route, pool: BufferPool, turn: Turn) {
    this.#stages = stages;
    this.route = route;
    this.#pool = pool;
    this.#turn = turn;
  }

  /** What comes out of the last stage for a batch, or `null` when nothing is left of it. */
  run(batch: Batch): Batch | null {
    const stages = this.#stages;
    let data = batch.data;
    let length = batch.length;
    let time = batch.time;
    for (let i = 0; i < stages.length; i++) {
      const stage = stages[i];
      const { transform } = stage;
      const { observer } = stage.actor;
      this.#turn.owner = stage.actor.context;
      observer?.beginsInChain(length, time);
      let next: Data<unknown>;
      try {
        next = transform.apply(data, length, time);
      } catch (error) {
        throw this.#fault(stage, batch, data, time, error);
      }
      length = transform.length;
      // The function itself may have ended the dataflow: nobody else is to be called.
      if (stage.actor.isDead) length = 0;
      if (next !== data) {
        if (data !== batch.data) this.#giveBack(data);
        data = next;
      }
      if (length > 0 && stage.summary !== null) time = this.#move(stage, batch, data, time);
      observer?.passesOn(length, time);
      if (length === 0) {
        if (data !== batch.data) this.#giveBack(data);
        return null;
      }
    }
    if (data === batch.data) return batch.at(time);
    const lease = isPooled(data) ? new Lease(data, this.#pool) : null;
    return new Batch(time, data, length, lease);
  }

  #move({ actor, summary }: Stage, batch: Batch, data: Data<unknown>, time: Time): Time {
    try {
      return summary!.apply(time);
    } catch (error) {
      actor.context.time = time;
      if (data !== batch.data) this.#giveBack(data);
      throw new StageFault(actor, error);
    }
  }

  #fault(
    { actor, transform }: Stage,
    batch: Batch,
    data: Data<unknown>,
    time: Time,
    error: unknown,
  ): StageFault {
    actor.context.time = time;
    const named = transformFault(transform, actor.context, data, error);
    if (data !== batch.data) this.#giveBack(data);
    return new StageFault(actor, named);
  }

  #giveBack(data: Data<unknown>): void {
    if (isPooled(data)) this.#pool.give(data);
  }
}

function isPooled(data: Data<unknown>): data is Int32Array | Float64Array {
  return !Array.isArray(data) && (data instanceof Int32Array || data instanceof Float64Array);
}

/** A vertex and what it is made of, for finding chains. */
export interface Link {
  readonly actor: VertexActor;
  /** What it does to times. */
  readonly summary: Summary | null;
}

/**
 * Gives every inlet of a transform that is reached through a mailbox the chain that begins there. A
 * chain goes on while an output's only target is the input of another transform, and ends before a
 * feedback, whose messages have to wait, and before an edge that spreads records over workers.
 */
export function makeChains(
  links: readonly Link[],
  reachedFromElsewhere: readonly VertexActor[],
  pool: BufferPool,
): void {
  const byActor = new Map(links.map((link) => [link.actor, link]));
  const inner = new Set<VertexActor>();
  const mailed = new Set(reachedFromElsewhere);
  for (const { actor } of links) {
    for (const port of actor.context.outputs) {
      const route = port.route as Route;
      const next = successor(actor, route);
      if (next !== null) inner.add(next);
      else for (const target of route.targets) mailed.add(target.actor);
    }
  }
  for (const { actor } of links) {
    if (actor.transform === null || (inner.has(actor) && !mailed.has(actor))) continue;
    const stages: Stage[] = [];
    let last = actor;
    for (let at: VertexActor | null = actor; at !== null; at = successor(at, at.route(0))) {
      stages.push({ actor: at, transform: at.transform!, summary: byActor.get(at)!.summary });
      last = at;
    }
    actor.inlets[0].chain = new Chain(stages, last.route(0), pool, actor.context.turn);
  }
}

/** The vertex that takes what `actor` sends without a mailbox between, or `null`. */
function successor(actor: VertexActor, route: Route): VertexActor | null {
  if (actor.transform === null || route.targets.length !== 1 || route.spreading !== null) {
    return null;
  }
  const [target] = route.targets;
  return target.deferred || target.actor.transform === null ? null : target.actor;
}
