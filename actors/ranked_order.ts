/**
 * The order of a dataflow with a priority, on one worker.
 *
 * Entries wait by inlet, in the order in which they were sent. The most urgent entry is looked for, and
 * what is taken is what stands in its way, or else the entry itself:
 *
 * - Entries before it at its inlet stand in its way, so that a lane is as urgent as the most urgent entry
 *   in it.
 * - So does the rest of a callback that gave way at its vertex.
 * - So does what the vertex has sent before in callbacks that were as urgent or more so, as long as it
 *   waits.
 *
 * The last rule is what bounds memory. Without it the entries of a vertex that is more urgent than those
 * downstream would all be worked off before the first batch that they made, and a vertex that gave way would
 * go on at once. With it, an inlet that messages are sent to never has more than one slice waiting for each
 * rank of the callbacks that sent them: `budget` batches an output, times the number of different ranks that
 * are under way at once. That number is the user's: 2 for "requests before the rest", the number of open
 * epochs for "older epochs first", at most. Edges within a loop are bounded likewise, and only messages to
 * a feedback, tasks and notifications wait in any number, as without a priority. Nothing waits for ever,
 * because nobody stands in his own way (`downstream.ts`).
 *
 * What comes from outside waits in lanes of its own and competes with everything else: it comes in when it
 * is its turn, and no earlier. So an urgent input waits for one slice at most, and a source or another
 * worker that has a lot to send cannot flood the others.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { Batch } from "../operators/contract/batch.ts";
import type { Request, Turn } from "../operators/contract/turn.ts";
import type { Admission } from "./admission.ts";
import { downstreamOf } from "./downstream.ts";
import { FEED, FRONTIER, type Inlet, MESSAGE, NOTIFY, RESUME, type Route } from "./inlet.ts";
import type { Ranking } from "./priority.ts";
import type { ProgressActor } from "./progress_actor.ts";
import { DUE, Lane, NEWS, OUTSIDE, RankedVertex, ROUND, SENT } from "./ranked_lane.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** After so many entries at least the trackers have a turn when what comes is less urgent. */
const ENTRIES_PER_BREATH = 8;

/** See the module. */
export class RankedOrder {
  /** Whose the last taken entry is. */
  inlet!: Inlet;
  /** What it was. */
  payload: unknown = null;
  readonly #ranking: Ranking;
  readonly #progress: ProgressActor;
  readonly #vertices = new Map<VertexActor, RankedVertex>();
  // Lanes in which something waits, in no order.
  readonly #ready: Lane[] = [];
  readonly #outside: Lane[] = [];
  #size = 0;
  // Of entries; of those that a turn sent, downwards, as a stack is filled.
  #number = 0;
  #top = 0;
  // The rank of the callback that runs or ran last; what is between two callbacks counts as its own.
  #cause = -Infinity;
  #chosen: Lane | null = null;
  #sinceBreath = 0;

  /** Of the shard of a dataflow with that progress. */
  constructor(ranking: Ranking, progress: ProgressActor) {
    this.#ranking = ranking;
    this.#progress = progress;
  }

  /** How many entries can be taken: those from outside for a vertex that is held back wait for it. */
  get size(): number {
    let size = this.#size;
    for (const { vertex, size: waiting } of this.#outside) {
      if (!vertex.actor.isHeld) size += waiting;
    }
    return size;
  }

  /** Whether its dataflow has ended and nothing of it is left. */
  get isOver(): boolean {
    return this.#progress.isDead && this.#size === 0 && this.#outside.length === 0;
  }

  /** What a turn sent and, when the vertex gave way, its continuation. */
  post(turn: Turn, resume: Inlet | null): void {
    // As on a stack: the first batch on top, the continuation below them all.
    if (resume !== null) this.#putResume(resume);
    let number = this.#top;
    for (let i = 0; i < turn.sends; i++) {
      number -= (turn.ports[i].route as Route).targets.length;
    }
    this.#top = number;
    for (let i = 0; i < turn.sends; i++) {
      const { targets } = turn.ports[i].route as Route;
      for (const inlet of targets) this.#send(inlet, turn.batches[i], number++, this.#cause);
    }
  }

  /** One batch for several targets. */
  postOne(targets: readonly Inlet[], batch: Batch): void {
    let number = this.#top -= targets.length;
    for (const inlet of targets) this.#send(inlet, batch, number++, this.#cause);
  }

  /** Batches of which nobody knows from which callbacks they are: nothing goes before them at their senders. */
  postAll(inlets: readonly Inlet[], batches: readonly Batch[]): void {
    let number = this.#top -= inlets.length;
    for (let i = 0; i < inlets.length; i++) {
      this.#send(inlets[i], batches[i], number++, -Infinity);
    }
  }

  /** One entry from outside of a turn: news of a frontier. */
  put(inlet: Inlet, payload: unknown): void {
    this.#push(inlet, payload, this.#rankOf(inlet, payload), NEWS, ++this.#number, -Infinity);
  }

  /** Notifications that are due. */
  putDue(inlets: readonly Inlet[], requests: readonly Request[]): void {
    for (let i = 0; i < inlets.length; i++) {
      const rank = this.#rankOf(inlets[i], requests[i]);
      this.#push(inlets[i], requests[i], rank, DUE, ++this.#number, -Infinity);
    }
  }

  /** An entry that was taken too early. */
  putBack(inlet: Inlet, payload: unknown): void {
    const rank = this.#rankOf(inlet, payload);
    const lane = this.#laneOf(inlet);
    if (inlet.kind === RESUME) lane.vertex.resume = lane;
    const entry = {
      payload,
      rank,
      cause: -Infinity,
      kind: SENT,
      number: --this.#top,
      sender: null,
    };
    lane.unshift(entry);
    this.#added(lane, this.#ready);
    this.#size++;
  }

  /** An entry from outside; its sender is told when it is taken. */
  admit(inlet: Inlet, payload: unknown, sender: Admission): void {
    const rank = this.#rankOf(inlet, payload);
    const lane = inlet.outsideLane ??= new Lane(inlet, this.#vertexOf(inlet.actor));
    if (inlet.kind === RESUME) lane.vertex.resume = lane;
    const number = ++this.#number;
    lane.push({ payload, rank, cause: rank, kind: OUTSIDE, number, sender });
    this.#added(lane, this.#outside);
  }

  /** Chooses the next entry; false when there is none. */
  choose(): boolean {
    const { fault } = this.#ranking;
    if (fault !== null && !this.#progress.isDead) this.#progress.supervisor.trackerFailed(fault);
    let best: Lane | null = null;
    for (let i = 0; i < this.#ready.length; i++) {
      const lane = this.#ready[i];
      if (best === null || lane.goesBefore(best)) best = lane;
    }
    for (let i = 0; i < this.#outside.length; i++) {
      const lane = this.#outside[i];
      if (lane.vertex.actor.isHeld) continue;
      if (best === null || lane.goesBefore(best)) best = lane;
    }
    this.#chosen = best;
    if (best === null) return false;
    for (let next = this.#obstacle(best); next !== null; next = this.#obstacle(next)) {
      this.#chosen = next;
    }
    return true;
  }

  /**
   * Whether the trackers and other workers are to have a turn before the chosen entry is taken, because it
   * is from outside, or less urgent than what went before: that may have made something due that is more so.
   */
  get wantsBreath(): boolean {
    if (this.#sinceBreath === 0) return false;
    const { kind } = this.#chosen!.first;
    return kind === OUTSIDE || (this.isLessUrgent && this.#sinceBreath >= ENTRIES_PER_BREATH);
  }

  /** Whether the chosen entry is less urgent than the one that was taken last. */
  get isLessUrgent(): boolean {
    return this.#chosen!.first.rank > this.#cause;
  }

  /** Others have had their turn. */
  breathed(): void {
    this.#sinceBreath = 0;
  }

  /** Takes the chosen entry. */
  take(): void {
    const lane = this.#chosen!;
    const { vertex, inlet } = lane;
    const { payload, rank, sender, kind } = lane.shift();
    const isOutside = kind === OUTSIDE;
    if (!isOutside) this.#size--;
    if (lane.size === 0) remove(isOutside ? this.#outside : this.#ready, lane);
    if (vertex.resume === lane) vertex.resume = null;
    this.#sinceBreath++;
    this.#cause = vertex.rank = rank;
    this.inlet = inlet;
    this.payload = payload;
    if (sender !== null) sender.admitted();
  }

  /** Visits all entries but those from outside. */
  forEach(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (const lane of this.#ready) lane.forEach(visit);
  }

  /** Visits those from outside. */
  forEachOutside(visit: (inlet: Inlet, payload: unknown) => void): void {
    for (const lane of this.#outside) lane.forEach(visit);
  }

  /** Forgets what was taken. */
  scrub(): void {
    this.payload = null;
    this.#chosen = null;
  }

  /** What has to be taken before the first entry of a lane can be; `null` when nothing has to. */
  #obstacle(lane: Lane): Lane | null {
    const { vertex, first } = lane;
    // Its entries go elsewhere at once, and are none of this order's any more.
    if (vertex.actor.isDead || vertex.actor.isHeld) return null;
    if (vertex.resume !== null && vertex.resume !== lane) return vertex.resume;
    let found: Lane | null = null;
    for (const inlet of vertex.targets ??= downstreamOf(vertex.actor)) {
      const target = inlet.lane;
      if (target === null || target.size === 0 || target.cause > first.rank) continue;
      if (found === null || target.goesBefore(found)) found = target;
    }
    return found;
  }

  #send(inlet: Inlet, batch: Batch, number: number, cause: number): void {
    const rank = this.#rankOf(inlet, batch);
    if (inlet.deferred) this.#push(inlet, batch, rank, ROUND, ++this.#number, cause);
    else this.#push(inlet, batch, rank, SENT, number, cause);
  }

  /** As urgent as the callback that gave way. */
  #putResume(inlet: Inlet): void {
    const lane = this.#laneOf(inlet);
    const { vertex } = lane;
    vertex.resume = lane;
    this.#push(inlet, null, vertex.rank, SENT, --this.#top, vertex.rank);
  }

  #push(
    inlet: Inlet,
    payload: unknown,
    rank: number,
    kind: number,
    number: number,
    cause: number,
  ): void {
    const lane = this.#laneOf(inlet);
    lane.push({ payload, rank, cause, kind, number, sender: null });
    this.#added(lane, this.#ready);
    this.#size++;
  }

  #added(lane: Lane, ready: Lane[]): void {
    if (lane.size === 1) ready.push(lane);
  }

  #rankOf({ kind, actor, port }: Inlet, payload: unknown): number {
    const vertex = this.#vertexOf(actor);
    if (kind === MESSAGE || kind === FEED) return this.#rankAt(vertex, (payload as Batch).time);
    if (kind === NOTIFY) return this.#rankAt(vertex, (payload as Request).time);
    if (kind === RESUME) return vertex.rank;
    if (kind === FRONTIER && actor.context.held.size === 0) {
      const frontier = actor.tracker.frontiers.frontier(actor.inputSlots[port]);
      if (frontier.length > 0) return this.#rankAt(vertex, frontier[0]);
    }
    return vertex.rankNow(this.#ranking);
  }

  #rankAt(vertex: RankedVertex, time: Time): number {
    return vertex.rankAt(time, this.#ranking);
  }

  #laneOf(inlet: Inlet): Lane {
    return inlet.lane ??= new Lane(inlet, this.#vertexOf(inlet.actor));
  }

  #vertexOf(actor: VertexActor): RankedVertex {
    let vertex = this.#vertices.get(actor);
    if (vertex === undefined) this.#vertices.set(actor, vertex = new RankedVertex(actor));
    return vertex;
  }
}

function remove(lanes: Lane[], lane: Lane): void {
  lanes[lanes.indexOf(lane)] = lanes[lanes.length - 1];
  lanes.pop();
}
