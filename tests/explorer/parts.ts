/**
 * The progress actors of production as parts of an explored whole: the tracker's on the first worker, the
 * outbox's on the second. A part's state is plain data; to do something it is loaded into a new actor, and
 * read from it afterwards. Each worker has one vertex, at the exit, that asks for notifications.
 * @module
 */

import { FrontierGate } from "../../actors/frontier_gate.ts";
import type { ProgressActor } from "../../actors/progress_actor.ts";
import { RequestQueue } from "../../actors/request_queue.ts";
import type { Supervisor } from "../../actors/supervisor.ts";
import { TrackerActor } from "../../actors/tracker_actor.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import { FrameBuffer } from "../../actors/workers/frame_buffer.ts";
import {
  kindOf,
  PROGRESS,
  readProgress,
  writeNews,
  writeProgress,
} from "../../actors/workers/messages.ts";
import { OutboxActor } from "../../actors/workers/outbox_actor.ts";
import { Request } from "../../operators/contract/turn.ts";
import { ChangeBatch, type Time, Tracker } from "../../progress/mod.ts";
import { type Change, depths, plan } from "./views.ts";

/** The state of a part; times are in order, so that equal states look alike. */
export interface PartState {
  /** What was reported, or has arrived, since the last turn. */
  readonly pending: readonly Change[];
  /** On the first worker what it knows of all, on the other its own. */
  readonly controls: number;
  /** Times that the vertex has asked for. */
  readonly waiting: readonly number[];
  /** Times whose notifications are in the mailbox. */
  readonly due: readonly number[];
  /** Whether somebody is to look at what waits. */
  readonly isStirred: boolean;
  /** Whether it is to have a turn. */
  readonly isQueued: boolean;
  /** The first worker's: the counts that frontiers stand for. */
  readonly counts: readonly Change[];
  /** The other's: the number of controls that the tracker knows of. */
  readonly reported: number;
  /** The other's: the frontier at the exit as far as it knows. */
  readonly front: readonly Time[];
}

/** What a part can be told to do. */
export type Order =
  | { readonly kind: "report"; readonly changes: readonly Change[]; readonly ask: number | null }
  | { readonly kind: "turn" }
  | { readonly kind: "receive"; readonly frame: FrameBuffer }
  | { readonly kind: "notified"; readonly time: number };

/** What comes of it. */
export interface Outcome {
  readonly state: PartState;
  /** Frames for the other part. */
  readonly sent: readonly FrameBuffer[];
  /** Whether the end was declared. */
  readonly hasEnded: boolean;
}

/** How the two may differ from the right ones. */
export interface EndVariant {
  /** Whether news count until they are answered. */
  readonly countsNews: boolean;
  /** Whether news are answered when they come, and not with what follows from them. */
  readonly answersAtOnce: boolean;
  /** Whether frames arrive in the order in which they were sent. */
  readonly inOrder: boolean;
  /** Whether a batch goes as two, the decrements first. */
  readonly splits: boolean;
}

/** The two as they are. */
export const RIGHT_END: EndVariant = {
  countsNews: true,
  answersAtOnce: false,
  inOrder: true,
  splits: false,
};

const EXIT = plan.slotOf[3];
const NEW: PartState = {
  pending: [],
  controls: 0,
  waiting: [],
  due: [],
  isStirred: false,
  isQueued: true,
  counts: [],
  reported: 1,
  front: [0],
};

/** Everything around an actor; it writes down what the actor does. */
class Scene implements Supervisor {
  readonly sent: FrameBuffer[] = [];
  readonly out = new FrameBuffer();
  readonly due: Request[] = [];
  readonly transport = { backlog: 0 };
  readonly mailbox = {
    putDue: (_inlets: unknown, requests: readonly Request[]) => void this.due.push(...requests),
  };
  isQueued: boolean;
  hasEnded = false;

  constructor(isQueued: boolean) {
    this.isQueued = isQueued;
  }

  queue(): void {
    this.isQueued = true;
  }

  send(): void {
    const frame = new FrameBuffer();
    frame.copy(this.out);
    // An actor that was loaded for one order begins to number its batches anew.
    if (kindOf(frame) === PROGRESS) frame.words[4] = 0;
    this.sent.push(frame);
  }

  completed(): void {
    this.hasEnded = true;
  }

  vertexFailed(_actor: VertexActor, error: unknown): void {
    throw error;
  }

  trackerFailed(error: unknown): void {
    throw error;
  }
}

/** What is read of an actor as the whole that it is part of must not. */
interface Readable extends ProgressActor {
  readonly count: number;
}

/** One part, loaded for one order. */
abstract class Part<P extends Readable> {
  readonly scene: Scene;
  readonly requests = new RequestQueue();
  protected hasTurned = false;
  protected readonly state: PartState;
  protected readonly variant: EndVariant;
  protected abstract readonly progress: P;
  #vertex!: VertexActor;

  constructor(state: PartState, variant: EndVariant) {
    this.state = state;
    this.variant = variant;
    this.scene = new Scene(state.isQueued);
  }

  /** Does it, and tells what came of it. */
  obey(order: Order): Outcome {
    const { progress, scene } = this;
    this.#load();
    switch (order.kind) {
      case "report":
        add(progress.changes, order.changes);
        if (order.ask !== null) progress.ask(this.#vertex, requestAt(order.ask));
        scene.queue();
        break;
      case "turn":
        scene.isQueued = false;
        this.hasTurned = true;
        progress.turn();
        break;
      case "receive":
        this.receive(order.frame);
        break;
      case "notified": {
        const [request] = scene.due.splice(
          scene.due.findIndex((each) => each.time === order.time),
          1,
        );
        this.requests.delivered(request);
        progress.controlDone();
      }
    }
    return { state: this.#read(), sent: scene.sent, hasEnded: scene.hasEnded };
  }

  protected abstract receive(frame: FrameBuffer): void;

  /** What only this kind of part has. */
  protected abstract read(): Partial<PartState>;

  #load(): void {
    const { state: { pending, due, waiting, isStirred }, progress, requests, scene } = this;
    add(progress.changes, pending);
    for (const time of due) requests.add(requestAt(time));
    requests.takeDeliverable({ isDeliverable: () => true, blocksLater: () => false }, scene.due);
    const gate = new FrontierGate(progress, [EXIT]);
    const vertex = { requests, gate, inputSlots: [EXIT], context: { outputs: [] }, stirred: false };
    this.#vertex = vertex as unknown as VertexActor;
    progress.watchInput(EXIT, this.#vertex);
    waiting.forEach((time, i) => {
      // Who asks stirs the vertex; one is enough.
      if (isStirred && i === 0) progress.ask(this.#vertex, requestAt(time));
      else requests.add(requestAt(time));
    });
    scene.isQueued = this.state.isQueued;
  }

  #read(): PartState {
    const waiting: number[] = [];
    this.requests.forEach(({ time }) => waiting.push(time as number));
    return {
      ...NEW,
      pending: changesOf(this.progress.changes),
      controls: this.progress.count,
      waiting,
      due: this.scene.due.map(({ time }) => time as number).sort(),
      isStirred: this.#vertex.stirred,
      isQueued: this.scene.isQueued,
      ...this.read(),
    };
  }
}

class ReadableTracker extends TrackerActor implements Readable {
  get count(): number {
    return this.controls;
  }
}

class ReadableOutbox extends OutboxActor implements Readable {
  get count(): number {
    return this.controls;
  }
}

/** The first worker's part. */
export class Home extends Part<ReadableTracker> {
  protected readonly progress: ReadableTracker;
  #counts: readonly Change[];

  /** In that state. */
  constructor(state: PartState, variant: EndVariant) {
    super(state, variant);
    this.#counts = state.counts;
    const tracker = new Tracker(plan);
    const counts = new ChangeBatch();
    add(counts, state.counts);
    tracker.apply(counts);
    tracker.propagate();
    const tell = (slots: readonly number[], count: number) => {
      writeNews(this.scene.out, 0, slots, count, (slot) => tracker.frontier(slot), depths);
      this.scene.send();
      return variant.countsNews ? 1 : 0;
    };
    const { scene } = this;
    this.progress = new ReadableTracker(tracker, plan.slots.length, scene as never, scene, {
      tell,
    });
    this.progress.expect(state.controls);
  }

  /** At the start it holds the input, expects a report, and tells the other what it knows. */
  static start(): Outcome {
    const home = new Home({ ...NEW, counts: [[0, 0, 1]] }, RIGHT_END);
    const { progress, scene } = home;
    progress.expect(1);
    const front = (slot: number) => progress.tracker.frontier(slot);
    writeNews(scene.out, 0, [EXIT], 1, front, depths);
    scene.send();
    progress.expect(1);
    return { ...home.obey({ kind: "report", changes: [], ask: null }), sent: scene.sent };
  }

  protected override receive(frame: FrameBuffer): void {
    const changes = new ChangeBatch();
    const controls = readProgress(frame, depths, changes);
    this.progress.applyRemote(changes, controls);
  }

  /** What was applied and has had no turn yet is the same as what waits for one. */
  protected override read(): Partial<PartState> {
    const { progress } = this;
    const now = new ChangeBatch();
    plan.slots.forEach((_slot, slot) => {
      for (const [time, count] of progress.tracker.pointstamps(slot)) now.add(slot, time, count);
    });
    if (this.hasTurned) return { counts: changesOf(now) };
    progress.changes.forEach((slot, time, delta) => now.add(slot, time, delta));
    for (const [at, time, delta] of this.#counts) now.add(plan.slotOf[at], time, -delta);
    return { counts: this.#counts, pending: changesOf(now) };
  }
}

/** The other worker's part. */
export class There extends Part<ReadableOutbox> {
  protected readonly progress: ReadableOutbox;
  #answered = 0;

  /** In that state. */
  constructor(state: PartState, variant: EndVariant) {
    super(state, variant);
    const { scene } = this;
    this.progress = new ReadableOutbox(plan, scene as never, scene, scene as never, 0);
    // The number that the tracker knows is what was last sent to it.
    for (let i = 0; i < state.reported; i++) this.progress.controlAdded();
    this.progress.turn();
    scene.sent.length = 0;
    for (let i = state.reported; i < state.controls; i++) this.progress.controlAdded();
    for (let i = state.controls; i < state.reported; i++) this.progress.controlDone();
    this.progress.frontiers.set(EXIT, state.front);
  }

  override obey(order: Order): Outcome {
    const outcome = super.obey(order);
    if (!this.variant.splits || order.kind !== "turn") return outcome;
    return { ...outcome, sent: outcome.sent.flatMap(split) };
  }

  /** At the start it knows nothing and has to report. */
  static start(): PartState {
    return NEW;
  }

  protected override receive(frame: FrameBuffer): void {
    this.progress.news(frame);
    if (!this.variant.answersAtOnce) return;
    writeProgress(this.scene.out, 0, new ChangeBatch(), -1, depths);
    this.scene.send();
    this.#answered = 1;
  }

  /** The number that was reported shows in the next report. */
  protected override read(): Partial<PartState> {
    const { progress, scene } = this;
    const front = progress.frontiers.frontier(EXIT);
    const pending = changesOf(progress.changes);
    const controls = progress.count;
    const sent = scene.sent.length;
    const { isQueued } = scene;
    // So many that there is something to report, whatever else there is.
    for (let i = 0; i < 100; i++) progress.controlAdded();
    progress.turn();
    const change = readProgress(scene.sent[sent], depths, new ChangeBatch());
    scene.sent.length = sent;
    scene.isQueued = isQueued;
    return { front, pending, controls, reported: progress.count - change - this.#answered };
  }
}

/** One batch as two: what was taken, and then what was sent. */
function split(frame: FrameBuffer): FrameBuffer[] {
  const changes = new ChangeBatch();
  const controls = readProgress(frame, depths, changes);
  return [-1, 1].map((sign) => {
    const part = new FrameBuffer();
    const half = changesOf(changes).filter(([, , delta]) => Math.sign(delta) === sign);
    const batch = new ChangeBatch();
    add(batch, half);
    writeProgress(part, 0, batch, sign < 0 ? 0 : controls, depths);
    return part;
  });
}

function requestAt(time: number): Request {
  return new Request(time, null, null, null, null);
}

function add(into: ChangeBatch, changes: readonly Change[]): void {
  for (const [location, time, delta] of changes) into.add(plan.slotOf[location], time, delta);
}

/** Summed up, in order; every location has a slot of its own. */
function changesOf(batch: ChangeBatch): Change[] {
  const copy = new ChangeBatch();
  batch.forEach((slot, time, delta) => copy.add(slot, time, delta));
  copy.compact();
  const changes: Change[] = [];
  copy.forEach((slot, time, delta) => {
    changes.push([plan.slotOf.indexOf(slot), time as number, delta]);
  });
  return changes;
}
