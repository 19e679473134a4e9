/**
 * Who holds what is outstanding: counts, given back to the vertices, inputs and messages behind them.
 *
 * @module
 */
import type { Pointstamp } from "../../progress/reachability.ts";
import type { Summary } from "../../progress/summary.ts";
import { formatTime, type Time } from "../../progress/time.ts";
import { MESSAGE, NOTIFY } from "../../actors/inlet.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import type { TimeMap } from "../../operators/contract/time_map.ts";
import type { Request } from "../../operators/contract/turn.ts";
import type { CompiledGraph } from "../compile.ts";
import type { Graph } from "../graph.ts";
import type { Running } from "../running.ts";
import { countsBySlot } from "./counts.ts";

/** What the question reads of a running dataflow. */
export type Stuck = Pick<Running, "name" | "compiled" | "tracker" | "actors" | "input"> & {
  /** The graph that runs. */
  readonly graph: Graph;
};

/**
 * What can be outstanding: an `input` that is open; a `message` that waits; `work` that a vertex is in the
 * middle of; a `notification` that a vertex asked for; a `capability` that it keeps; with several workers
 * also something `unknown`, for what vertices on other workers hold shows here as a count only.
 */
export type HolderKind =
  | "input"
  | "message"
  | "work"
  | "notification"
  | "capability"
  | "unknown";

/** Something outstanding, at the port where it is. */
export interface Outstanding extends Pointstamp {
  readonly kind: HolderKind;
  /** Which vertex holds it, or is to receive it. */
  readonly vertex: number;
  readonly occurrences: number;
  /** For a notification: which time has to be complete before, and on which inputs (`null`: on all). */
  readonly request: Pick<Request, "time" | "inputs"> | null;
}

/**
 * Everything outstanding. The tracker counts by slots, into which ports are merged that nobody asks about;
 * so what is known of vertices, inputs and mailboxes is taken from these counts first. What remains is put
 * where it can be: at the first port of the slot that fits.
 */
export function outstandingIn(running: Stuck): readonly Outstanding[] {
  const { plan } = running.compiled;
  const counts = countsBySlot(running);
  const merged = new Map<string, Outstanding>();
  const add = (item: Outstanding): void => {
    const { kind, location, time, request, occurrences } = item;
    const asked = request === null ? "" : `${formatTime(request.time)} ${request.inputs}`;
    const key = `${kind} ${location} ${formatTime(time)} ${asked}`;
    const known = merged.get(key)?.occurrences ?? 0;
    merged.set(key, { ...item, occurrences: known + occurrences });
  };
  for (const item of knownIn(running)) {
    const byTime = counts[plan.slotOf[item.location]];
    const time = plan.summaryTo[item.location]?.saturate(item.time) ?? item.time;
    const occurrences = taken(byTime, time, item.occurrences);
    // What a callback did that still runs does not count yet.
    if (occurrences > 0) add({ ...item, occurrences });
  }
  const ports = new Ports(running);
  counts.forEach((byTime, slot) => {
    for (const [time, count] of byTime) add(ports.place(slot, time, count));
  });
  return [...merged.values()];
}

/** Takes up to so many from a count; returns how many there were to take. */
function taken(counts: TimeMap<number>, time: Time, wanted: number): number {
  const count = counts.get(time) ?? 0;
  if (count > wanted) counts.set(time, count - wanted);
  else counts.delete(time);
  return Math.min(count, wanted);
}

/** What vertices, inputs and mailboxes tell of themselves. */
function* knownIn(running: Stuck): Generator<Outstanding> {
  const { graph, actors, compiled: { inputAt, outputAt } } = running;
  for (const { id, kind, name } of graph.vertices) {
    if (kind !== "input") continue;
    const { isClosed, time } = running.input(name);
    if (!isClosed) yield plain("input", id, outputAt[id], time);
  }
  for (const [vertex, { context, requests }] of actors.entries()) {
    for (const { ports, time } of context.held) {
      for (const { index } of ports) {
        yield plain("capability", vertex, outputAt[vertex] + index, time);
      }
    }
    const asked: Request[] = [];
    requests.forEach((request) => asked.push(request));
    for (const request of asked) yield* rightsOf(running, vertex, request);
  }
  const vertexOf = new Map(actors.map((actor, vertex) => [actor, vertex]));
  const waiting: Outstanding[] = [];
  // The one thing here that is not public: which worker runs it, and with it the mailboxes.
  running.tracker["worker"].mailbox.forEach((inlet, payload) => {
    const vertex = vertexOf.get(inlet.actor);
    if (vertex === undefined) return;
    if (inlet.kind === NOTIFY) waiting.push(...rightsOf(running, vertex, payload as Request));
    if (inlet.kind !== MESSAGE) return;
    waiting.push(plain("message", vertex, inputAt[vertex] + inlet.port, (payload as Batch).time));
  });
  yield* waiting;
}

function plain(kind: HolderKind, vertex: number, location: number, time: Time): Outstanding {
  return { kind, vertex, location, time, occurrences: 1, request: null };
}

/** The rights that a request keeps until its notification has returned, one for each output. */
function rightsOf({ actors, compiled }: Stuck, vertex: number, request: Request): Outstanding[] {
  const { capability, outputs } = request;
  if (capability === null) return [];
  return actors[vertex].context.outputs
    .filter(({ index }) => outputs === null || outputs.includes(index))
    .map(({ index }) => ({
      ...plain("notification", vertex, compiled.outputAt[vertex] + index, capability),
      request,
    }));
}

/** Where a port belongs. */
export interface PortPlace {
  readonly location: number;
  readonly vertex: number;
  /** Whether it is an input. */
  readonly isTarget: boolean;
}

/** All ports by location: those of one vertex follow each other, its inputs first. */
export function portPlaces({ inputAt, outputAt, progress }: CompiledGraph): readonly PortPlace[] {
  let vertex = 0;
  return progress.locations.map((_location, location) => {
    while (vertex + 1 < inputAt.length && inputAt[vertex + 1] <= location) vertex++;
    return { location, vertex, isTarget: location < outputAt[vertex] };
  });
}

/** A port, and the time at it that is counted at its slot, maybe under another one. */
interface Place extends PortPlace {
  readonly time: Time;
}

/** The ports behind the slots. */
class Ports {
  readonly #running: Stuck;
  readonly #bySlot: PortPlace[][];
  readonly #isBusy: boolean;
  readonly #hasOthers: boolean;

  constructor(running: Stuck) {
    this.#running = running;
    const { compiled: { plan }, tracker, actors } = running;
    this.#bySlot = plan.slots.map(() => []);
    portPlaces(running.compiled).forEach((port) =>
      this.#bySlot[plan.slotOf[port.location]].push(port)
    );
    const worker = tracker["worker"];
    this.#isBusy = worker.isRunning || !worker.isIdle;
    this.#hasOthers = actors.some(({ context }) => context.worker.count > 1);
  }

  /** Where in a slot something is outstanding of which only the count is known, and what it may be. */
  place(slot: number, time: Time, occurrences: number): Outstanding {
    const { plan } = this.#running.compiled;
    const places = this.#bySlot[slot].flatMap((port): Place[] => {
      const before = undone(plan.summaryTo[port.location], time);
      return before === undefined ? [] : [{ ...port, time: before }];
    });
    const [kind, place] = this.#guess(slot, places);
    return { ...plain(kind, place.vertex, place.location, place.time), occurrences };
  }

  #guess(slot: number, places: readonly Place[]): [HolderKind, Place] {
    const { plan } = this.#running.compiled;
    const input = places.find(({ vertex }) => this.#isInput(vertex));
    const target = places.find(({ isTarget }) => isTarget);
    const isAlone = places.length === 1;
    if (this.#hasOthers && !(isAlone && (input ?? target) !== undefined)) {
      // The slot's own port: whatever it is, it is there or before.
      return ["unknown", places.find(({ location }) => location === plan.slots[slot].location)!];
    }
    const working = places.find(({ vertex }) => this.#isWorking(this.#running.actors[vertex]));
    if (working !== undefined) return ["work", working];
    // What was sent to an input and is not admitted yet shows nowhere else. With nothing to do there is no
    // such thing, and what an input holds are epochs that were opened besides its own time.
    if (this.#isBusy && target !== undefined) return ["message", target];
    if (input !== undefined) return ["input", input];
    return target === undefined ? ["capability", places[0]] : ["message", target];
  }

  #isInput(vertex: number): boolean {
    return this.#running.graph.vertices[vertex].kind === "input";
  }

  /** Whether it gave way in the middle of a callback, or is in it right now. */
  #isWorking(actor: VertexActor): boolean {
    if (actor.isSuspended) return true;
    const { isRunning, turn } = this.#running.tracker["worker"];
    return isRunning && turn.owner === actor.context;
  }
}

/** The time before a summary; `undefined` where there is none, or more than one. */
function undone(summary: Summary | null, time: Time): Time | undefined {
  if (summary === null) return time;
  const { kept, added, appended, sourceDepth } = summary;
  if (kept < sourceDepth) return undefined;
  const after = typeof time === "number" ? [time] : time;
  const before = added.map((by, i) => after[i] - by);
  const fits = before.every((coordinate) => coordinate >= 0) &&
    appended.every((constant, i) => constant === after[kept + i]);
  if (!fits) return undefined;
  return before.length === 1 ? before[0] : before;
}
