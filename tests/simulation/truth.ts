/**
 * What is really outstanding in a run on several workers, counted where it is, and what the tracker and
 * the workers believe: S2, S3 and S4 of the model from outside.
 * @module
 */

import { FEED, MESSAGE, NOTIFY, RESUME, type Route } from "../../actors/inlet.ts";
import type { TrackerActor } from "../../actors/tracker_actor.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import type { CompiledGraph } from "../../dataflow/compile.ts";
import type { Graph } from "../../dataflow/graph.ts";
import type { Shard } from "../../dataflow/shard.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import type { Request } from "../../operators/contract/turn.ts";
import { ChangeBatch } from "../../progress/change_batch.ts";
import type { Summary } from "../../progress/summary.ts";
import { formatTime, lessEqual, type Time } from "../../progress/time.ts";
import { Tracker } from "../../progress/tracker.ts";
import type { Entries } from "./entries.ts";
import { type GateSeen, gatesOf } from "./gates.ts";
import type { Traffic } from "./traffic.ts";

/** What one worker has of the dataflow. */
export type ShardSeen = Pick<Shard, "actors" | "progress">;

/** Where the truth is looked for. */
export interface Places {
  readonly graph: Graph;
  readonly compiled: CompiledGraph;
  /** By worker. */
  readonly shards: readonly ShardSeen[];
  readonly entries: readonly Entries[];
  readonly traffic: Traffic;
  /** The times that an input holds open, by its name. */
  readonly open: () => Iterable<readonly [input: string, time: Time]>;
}

/** Looks between two comparisons of frontiers, which cost more than those of counts. */
const LOOKS_PER_FRONTIERS = 4;

/** See the module. */
export class Truth {
  /** How often everything was compared. */
  looks = 0;
  readonly #places: Places;
  readonly #violated: (what: string) => void;
  readonly #asked: readonly number[];
  readonly #gates: readonly GateSeen[];
  // By worker and slot, the frontier when somebody last looked.
  readonly #fronts: Map<number, readonly Time[]>[];

  constructor(places: Places, violated: (what: string) => void) {
    this.#places = places;
    this.#violated = violated;
    this.#gates = gatesOf(places.graph, places.shards[0].actors);
    const slots = places.shards[0].actors.flatMap(({ inputSlots }) => inputSlots);
    this.#asked = [...new Set(slots.filter((slot) => slot >= 0))];
    this.#fronts = places.shards.map(() => new Map());
  }

  /** Whether every worker runs its part. */
  get isWhole(): boolean {
    return !this.#places.shards.some(({ progress }) => progress.isDead);
  }

  /** S4 and F1, and now and then S2 and S3; between two entries only. */
  look(): void {
    this.looks++;
    const truth = new ChangeBatch();
    this.#count(truth);
    this.#compare(truth);
    for (const gate of this.#gates) gate.look((visit) => this.#forEach(visit), this.#violated);
    if (this.looks % LOOKS_PER_FRONTIERS === 0) this.#lookAtFrontiers(truth);
  }

  /** At the moment at which the dataflow says that it is complete: nothing is left, of any kind. */
  lookAtEnd(): void {
    const truth = new ChangeBatch();
    let controls = this.#count(truth);
    this.#places.traffic.forEach((frame) => {
      if (frame.kind === "progress" || frame.kind === "news" || frame.kind === "data") controls++;
    });
    truth.compact();
    if (truth.length > 0) this.#violated(`completed while ${this.#show(truth, 0)} is outstanding`);
    if (controls > 0) this.#violated(`completed while ${controls} controls are outstanding`);
    this.#lookAtFrontiers(truth);
    this.#places.shards.forEach(({ progress: { frontiers } }, worker) => {
      const open = this.#asked.filter((slot) => !frontiers.isEmpty(slot));
      if (open.length > 0) {
        this.#violated(`worker ${worker} does not know that slots ${open} ended`);
      }
    });
  }

  /** Adds what is outstanding; returns the number of controls in mailboxes. */
  #count(into: ChangeBatch): number {
    const { compiled, graph, entries, open } = this.#places;
    this.#forEach((_actor, counted, time) => add(into, counted, time));
    for (const [name, time] of open()) {
      const at = compiled.outputAt[graph.vertices.find((vertex) => vertex.name === name)!.id];
      add(into, { slot: compiled.plan.slotOf[at], summary: compiled.plan.summaryTo[at] }, time);
    }
    let controls = 0;
    const uncounted = [MESSAGE, FEED, RESUME];
    for (const one of entries) {
      one.forEachUndone(({ kind }) => controls += uncounted.includes(kind) ? 0 : 1);
    }
    return controls;
  }

  /** Visits everything outstanding that some vertex sent, is to receive, or holds. */
  #forEach(visit: (actor: VertexActor, at: Counted, time: Time) => void): void {
    const { graph, shards, entries, traffic } = this.#places;
    for (const one of entries) {
      one.forEachUndone((inlet, payload) => {
        if (inlet.kind === MESSAGE) visit(inlet.actor, inlet, (payload as Batch).time);
        else if (inlet.kind === FEED) {
          visit(inlet.actor, inlet.actor.route(0), (payload as Batch).time);
        }
        if (inlet.kind === NOTIFY) forEachRight(inlet.actor, payload as Request, visit);
      });
    }
    const coming = (edge: number, time: Time) => {
      const { actor, port } =
        shards[0].actors[graph.edges[edge].to].inlets[graph.edges[edge].input];
      visit(actor, actor.inlets[port], time);
    };
    traffic.forEach((frame) => {
      if (frame.kind === "data") coming(frame.edge, frame.time);
    });
    traffic.forEachParcel(coming);
    for (const { actors } of shards) {
      for (const actor of actors) {
        for (const { ports, time } of actor.context.held) {
          for (const port of ports) visit(actor, port.route as Route, time);
        }
        actor.requests.forEach((request) => forEachRight(actor, request, visit));
      }
    }
  }

  /** The tracker's counts and all changes under way to it are the truth. */
  #compare(truth: ChangeBatch): void {
    const { compiled: { plan }, shards, traffic } = this.#places;
    const difference = new ChangeBatch();
    truth.forEach((slot, time, count) => difference.add(slot, time, -count));
    const reported = (slot: number, time: Time, delta: number) => difference.add(slot, time, delta);
    const { tracker } = shards[0].progress as TrackerActor;
    plan.slots.forEach((_slot, slot) => {
      for (const [time, count] of tracker.pointstamps(slot)) reported(slot, time, count);
    });
    for (const { progress } of shards) progress.changes.forEach(reported);
    traffic.forEach((frame) => {
      if (frame.kind === "progress") frame.changes.forEach(reported);
    });
    difference.compact();
    if (difference.length === 0) return;
    this.#violated(`the tracker's counts will differ from the truth: ${this.#show(difference, 0)}`);
  }

  /** No worker believes more than is true, and none goes back. */
  #lookAtFrontiers(truth: ChangeBatch): void {
    const { compiled: { plan }, shards } = this.#places;
    const exact = new Tracker(plan);
    exact.apply(truth);
    exact.propagate();
    shards.forEach(({ progress: { frontiers } }, worker) => {
      for (const slot of this.#asked) {
        const front = frontiers.frontier(slot);
        const last = this.#fronts[worker].get(slot);
        this.#fronts[worker].set(slot, front);
        const { name } = plan.slots[slot];
        for (const time of exact.frontier(slot)) {
          if (front.some((element) => lessEqual(element, time))) continue;
          this.#violated(`worker ${worker} believes that ${name} is past ${formatTime(time)}`);
        }
        for (const time of last === undefined ? [] : front) {
          if (last!.some((element) => lessEqual(element, time))) continue;
          this.#violated(`on worker ${worker} ${name} goes back to ${formatTime(time)}`);
        }
      }
    });
  }

  #show({ slots, times, deltas }: ChangeBatch, at: number): string {
    const { name } = this.#places.compiled.plan.slots[slots[at]];
    return `${deltas[at]} of ${formatTime(times[at])} at ${name}`;
  }
}

/** A place where pointstamps are counted. */
interface Counted {
  readonly slot: number;
  readonly summary: Summary | null;
}

function add(into: ChangeBatch, { slot, summary }: Counted, time: Time): void {
  into.add(slot, summary === null ? time : summary.saturate(time), 1);
}

/** A request keeps its right until its callback has returned. */
function forEachRight(
  actor: VertexActor,
  request: Request,
  visit: (actor: VertexActor, at: Counted, time: Time) => void,
): void {
  if (request.capability === null) return;
  for (const port of actor.context.outputs) {
    if (request.outputs !== null && !request.outputs.includes(port.index)) continue;
    visit(actor, port.route as Route, request.capability);
  }
}
