/**
 * What is really outstanding in a run on several workers, counted where it is, and what the tracker and
 * the workers believe: S2, S3 and S4 of the model from outside.
 * @module
 */

import { FEED, type Inlet, MESSAGE, NOTIFY, RESUME, type Route } from "../../actors/inlet.ts";
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
  // By worker and slot, the frontier when somebody last looked.
  readonly #fronts: Map<number, readonly Time[]>[];

  constructor(places: Places, violated: (what: string) => void) {
    this.#places = places;
    this.#violated = violated;
    const slots = places.shards[0].actors.flatMap(({ inputSlots }) => inputSlots);
    this.#asked = [...new Set(slots.filter((slot) => slot >= 0))];
    this.#fronts = places.shards.map(() => new Map());
  }

  /** Whether every worker runs its part. */
  get isWhole(): boolean {
    return !this.#places.shards.some(({ progress }) => progress.isDead);
  }

  /** S4, and now and then S2 and S3; between two entries only. */
  look(): void {
    this.looks++;
    const truth = new ChangeBatch();
    this.#count(truth);
    this.#compare(truth);
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
    const { graph, compiled, shards, entries, traffic, open } = this.#places;
    let controls = 0;
    for (const one of entries) {
      one.forEachUndone((inlet, payload) => {
        if (inlet.kind === MESSAGE) add(into, inlet, (payload as Batch).time);
        else if (inlet.kind === FEED) add(into, inlet.actor.route(0), (payload as Batch).time);
        else if (inlet.kind !== RESUME) controls++;
        if (inlet.kind === NOTIFY) addRight(into, inlet.actor, payload as Request);
      });
    }
    const inletOf = (edge: number): Inlet =>
      shards[0].actors[graph.edges[edge].to].inlets[graph.edges[edge].input];
    traffic.forEach((frame) => {
      if (frame.kind === "data") add(into, inletOf(frame.edge), frame.time);
    });
    traffic.forEachParcel((edge, time) => add(into, inletOf(edge), time));
    for (const { actors } of shards) for (const actor of actors) addRights(into, actor);
    for (const [name, time] of open()) {
      const at = compiled.outputAt[graph.vertices.find((vertex) => vertex.name === name)!.id];
      const summary = compiled.plan.summaryTo[at];
      add(into, { slot: compiled.plan.slotOf[at], summary }, time);
    }
    return controls;
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

function add(into: ChangeBatch, { slot, summary }: Counted, time: Time, count = 1): void {
  into.add(slot, summary === null ? time : summary.saturate(time), count);
}

/** The capabilities of a vertex and the rights behind requests that wait for their times. */
function addRights(into: ChangeBatch, actor: VertexActor): void {
  for (const { ports, time } of actor.context.held) {
    for (const port of ports) add(into, port.route as Route, time);
  }
  if (actor.requests.size === 0) return;
  actor.requests.forEach((request) => addRight(into, actor, request));
}

/** A request keeps its right until its callback has returned. */
function addRight(into: ChangeBatch, actor: VertexActor, request: Request): void {
  if (request.capability === null) return;
  for (const port of actor.context.outputs) {
    if (request.outputs !== null && !request.outputs.includes(port.index)) continue;
    add(into, port.route as Route, request.capability);
  }
}
