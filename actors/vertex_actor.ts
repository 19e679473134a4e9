/**
 * The actor of one vertex: takes entries from its mailbox one at a time, runs the operator's callback,
 * and turns what the callback did into one atomic progress batch.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { BufferPool } from "../batches/pool.ts";
import type { Batch } from "../operators/contract/batch.ts";
import { VertexContext } from "../operators/contract/context.ts";
import type { VertexHost, VertexOptions } from "../operators/contract/host.ts";
import type { Handlers, Ports, Progressed } from "../operators/contract/definition.ts";
import { handlersOf, type Transform } from "../operators/contract/transform.ts";
import type { Request } from "../operators/contract/turn.ts";
import { lacks, wrongResult } from "./callback_faults.ts";
import { type Chain, StageFault } from "./chain.ts";
import { type HeldEntry, releasePayload } from "./inlet.ts";
import { FEED, FRONTIER, Inlet, MESSAGE, NOTIFY, RESUME, Route, TASK } from "./inlet.ts";
import { FrontierGate } from "./frontier_gate.ts";
import type { Admission } from "./admission.ts";
import type { VertexMemory } from "./memory_account.ts";
import type { VertexObserver } from "./observer_vertex.ts";
import { ParkedState } from "./parked_state.ts";
import { RequestQueue } from "./request_queue.ts";
import { Timers } from "./timers.ts";
import type { ProgressActor } from "./progress_actor.ts";
import { Upstream } from "./upstream.ts";
import type { Worker } from "./worker.ts";

/** Running as usual. */
const LIVE = 0;
/** Gave way because its output budget was spent; its continuation is in the mailbox. */
const SUSPENDED = 1;
/** Failed, cancelled or dropped: entries are released unread. */
const DEAD = 2;
/** An edge downstream has no credit: entries wait here, in order. */
const HELD_BACK = 3;

/** Nobody waits for what a vertex does by itself. */
const UNASKED: Admission = { admitted: () => {} };

/** See the module. */
export class VertexActor implements VertexHost {
  readonly context: VertexContext;
  readonly tracker: ProgressActor;
  /** Records dropped with a reason, by reason. */
  readonly dropped: Map<string, number> = new Map();
  /** One inlet for each input port. */
  readonly inlets: Inlet[];
  /** The entry that delivers a notification. */
  readonly notifyInlet: Inlet;
  /** The entries that tell of a moved frontier, by input port. */
  readonly frontierInlets: Inlet[];
  /** Requests that wait for their times. */
  readonly requests: RequestQueue = new RequestQueue();
  /** Which of them are due. */
  readonly gate: FrontierGate;
  /** Whether its operator has a `frontier` callback. */
  readonly wantsFrontiers: boolean;
  /** Hears of what it does; `null` as long as nobody asks. */
  observer: VertexObserver | null = null;
  /** What was found in it when somebody last asked where the memory is; `null` as long as nobody has. */
  memory: VertexMemory | null = null;
  /** Those who send to it, as far as it may stop them. */
  readonly upstream: Upstream;
  /** Set while the tracker has it on the list of actors to look at. */
  stirred = false;
  /** Slot of each input port in the tracker; −1 where it is not watched. */
  readonly inputSlots: number[] = [];
  readonly handlers: Handlers<Ports>;
  /** What its operator does to a batch, when it keeps nothing. */
  readonly transform: Transform | null;
  readonly #worker: Worker;
  readonly #begin: () => void;
  readonly #resumeInlet: Inlet;
  readonly #taskInlet: Inlet;
  #state = LIVE;
  // The entry whose callback gave way, and the entries that came meanwhile.
  #openInlet: Inlet | null = null;
  #openPayload: unknown = null;
  #backlog: [Inlet, unknown][] = [];
  // How many edges downstream hold it back, what it was before, and the entries that came since.
  #holds = 0;
  #stateBelow = LIVE;
  #heldBack: HeldEntry[] = [];
  readonly #parked = new ParkedState();
  #timers: Timers | null = null;

  /** Makes the operator's instance. A throwing `create` is the caller's to report. */
  constructor(
    options: VertexOptions,
    tracker: ProgressActor,
    worker: Worker,
    pool: BufferPool,
  ) {
    this.#worker = worker;
    this.tracker = tracker;
    this.upstream = new Upstream(worker);
    this.gate = new FrontierGate(tracker, this.inputSlots);
    this.notifyInlet = new Inlet(NOTIFY, this, -1);
    this.#resumeInlet = new Inlet(RESUME, this, -1);
    this.#taskInlet = new Inlet(TASK, this, -1);
    this.context = new VertexContext(options, worker.turn, pool, this);
    for (const port of this.context.outputs) port.route = new Route();
    try {
      this.context.beginCreate();
      const instance = options.definition.create(this.context as never);
      this.handlers = handlersOf(instance, this.context);
      this.transform = "transform" in instance ? instance.transform : null;
    } catch (error) {
      // What it has put off already must not run.
      this.kill();
      throw error;
    }
    const inputs = this.context.inputs;
    const { deferred = [], comesBack = [] } = options.definition;
    this.inlets = inputs.map((name, port) => {
      const at = new Inlet(MESSAGE, this, port, deferred.includes(name), comesBack.includes(name));
      at.handler = this.handlers.receive[name];
      return at;
    });
    this.frontierInlets = inputs.map((_name, port) => new Inlet(FRONTIER, this, port));
    this.wantsFrontiers = this.handlers.frontier !== undefined;
    this.context.end();
    this.#begin = worker.turn.aside();
  }

  /** Once every port has its place: what `create` sent, retained and asked for begins to count. */
  begin(): void {
    this.#begin();
    this.context.turn.owner = null;
    this.#worker.commit(this, null);
  }

  /** Once frontiers are exact: an input that is closed already will never move, and is told of now. */
  tellClosedInputs(): void {
    if (!this.wantsFrontiers) return;
    for (const [port, slot] of this.inputSlots.entries()) {
      if (this.tracker.frontiers.isEmpty(slot)) this.tracker.tellFrontier(this, port);
    }
  }

  /** Whether it gave way and waits for its next slice. */
  get isSuspended(): boolean {
    return this.#state === SUSPENDED || (this.isHeld && this.#stateBelow === SUSPENDED);
  }

  /** Whether it takes no more entries. */
  get isDead(): boolean {
    return this.#state === DEAD;
  }

  /** Whether an edge downstream holds it back. */
  get isHeld(): boolean {
    return this.#state === HELD_BACK;
  }

  /** Whether it waits for a timer. */
  get hasTimers(): boolean {
    return this.#timers !== null && this.#timers.size > 0;
  }

  /** An edge downstream has no credit left: from now on entries wait, whatever they are. */
  hold(): void {
    this.#holds++;
    if (this.#state === DEAD || this.#state === HELD_BACK) return;
    this.#stateBelow = this.#state;
    this.#state = HELD_BACK;
  }

  /** The edge has credit again; after the last one its entries are to go on where they were. */
  unhold(into: HeldEntry[]): void {
    this.#holds--;
    if (this.#holds > 0 || this.#state !== HELD_BACK) return;
    this.#state = this.#stateBelow;
    for (const entry of this.#heldBack) into.push(entry);
    this.#heldBack = [];
  }

  /** Visits the entry that it is in the middle of and those that wait inside of it; for explanation. */
  forEachInside(visit: (inlet: Inlet, payload: unknown) => void): void {
    if (this.#openInlet !== null && this.#state !== DEAD) visit(this.#openInlet, this.#openPayload);
    for (const [inlet, payload] of this.#backlog) visit(inlet, payload);
    for (const { inlet, payload } of this.#heldBack) visit(inlet, payload);
  }

  /** Where the output leads. */
  route(output: number): Route {
    return this.context.outputs[output].route as Route;
  }

  /** Runs the callback for one entry. Whatever throws in it fails the vertex. */
  deliver(inlet: Inlet, payload: unknown): void {
    if (this.#state === DEAD) return releasePayload(inlet, payload);
    // What a suspended vertex was at, and what it has in its backlog, is given back when it is killed.
    const inHand = this.#state === LIVE;
    const { observer } = this;
    if (observer !== null && inHand) observer.begins(inlet, payload);
    try {
      if (this.#state === LIVE) {
        if (inlet.chain !== null) this.#runChain(inlet, inlet.chain, payload as Batch);
        else if (inlet.kind === MESSAGE) this.#receive(inlet, payload as Batch);
        else this.#control(inlet, payload);
      } else if (this.#state === HELD_BACK) {
        this.#heldBack.push({ order: this.#worker.entries, inlet, payload });
      } else if (inlet === this.#resumeInlet) {
        this.#resume();
      } else {
        this.#backlog.push([inlet, payload]);
      }
    } catch (error) {
      this.context.abandon();
      if (inHand) releasePayload(inlet, payload);
      // Asked only where one can come from: even `instanceof` throws on a revoked proxy.
      if (inlet.chain !== null && error instanceof StageFault) {
        this.tracker.supervisor.vertexFailed(error.actor, error.error);
      } else this.tracker.supervisor.vertexFailed(this, error);
    }
    if (observer !== null) observer.returns(this.isSuspended);
  }

  /** Takes no more entries; gives back what it holds. Progress is the tracker's business then. */
  kill(): void {
    if (this.#openInlet !== null && this.#state !== DEAD) {
      releasePayload(this.#openInlet, this.#openPayload);
    }
    this.#state = DEAD;
    this.#timers?.stopAll();
    for (const [inlet, payload] of this.#backlog) releasePayload(inlet, payload);
    for (const { inlet, payload } of this.#heldBack) releasePayload(inlet, payload);
    this.#backlog = [];
    this.#heldBack = [];
    this.#parked.clear();
    this.#openPayload = null;
  }

  /** After every vertex was killed: what it started outside may stop, and it may tidy up. */
  over(): void {
    this.context.over();
    this.handlers?.close?.();
  }

  isComplete(input: number, time: Time): boolean {
    return this.tracker.frontiers.isComplete(this.inputSlots[input], time);
  }

  frontier(input: number): readonly Time[] {
    return this.tracker.frontiers.frontier(this.inputSlots[input]);
  }

  requestCovers(output: number, time: Time): boolean {
    return this.requests.covers(output, time, this.context.outputs[output].allows);
  }

  drop(records: number, reason: string): void {
    this.tracker.dropped(this.context.name, records, reason);
    this.observer?.drops(records, reason);
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + records);
  }

  later(task: () => Progressed): void {
    if (this.#state === DEAD) return;
    this.tracker.controlAdded();
    // Behind what is complete by then: whoever puts off one task after the other keeps nobody waiting.
    this.#worker.admit(this.#taskInlet, task, UNASKED);
    this.#worker.wake();
  }

  after(delayMs: number, task: () => Progressed): () => void {
    if (this.#state === DEAD) return () => {};
    this.#timers ??= new Timers(this.#worker.clock, (due) => this.later(due));
    return this.#timers.start(delayMs, task);
  }

  holdBack(isHeld: boolean): void {
    this.upstream.hold(isHeld);
  }

  commitOutside(): void {
    if (this.#state === DEAD) return this.context.turn.discard();
    this.#worker.commit(this, null);
    if (!this.#parked.isEmpty) this.#parked.unpark(this);
    this.#worker.wake();
  }

  #receive(inlet: Inlet, batch: Batch): void {
    this.context.beginReceive(inlet.port, batch.time);
    const more = inlet.handler!(batch as never);
    this.context.end();
    if (more === true) this.#suspend(inlet, batch);
    else if (more === undefined || more === false) this.#finish(inlet, batch);
    else throw wrongResult(this.context.name, more);
  }

  /** A turn of several vertices: the message is consumed at the first and sent by the last. */
  #runChain(inlet: Inlet, chain: Chain, batch: Batch): void {
    const result = chain.run(batch);
    this.context.turn.owner = null;
    if (result !== null) this.#worker.emit(this.tracker, chain.route, result);
    this.#consume(inlet, batch);
    this.#worker.queue(this.tracker);
  }

  /** What an input's handle sent counted at the input's own output until now. */
  #feed(batch: Batch): void {
    const [port] = this.context.outputs;
    this.observer?.emits(batch);
    this.#worker.emit(this.tracker, port.route as Route, batch);
    this.tracker.hold(port, batch.time, -1);
    this.#worker.queue(this.tracker);
  }

  #control(inlet: Inlet, payload: unknown): void {
    if (inlet.kind === FEED) return this.#feed(payload as Batch);
    const request = inlet.kind === NOTIFY ? payload as Request : null;
    if (request !== null) this.requests.delivered(request);
    if (request !== null && request.cleanUp !== null) {
      this.#parked.cleanUp(this, request);
      return this.tracker.controlDone();
    }
    this.context.beginRequest(request);
    const more = request !== null
      ? this.#notify(request.time)
      : inlet.kind === TASK
      ? (payload as () => Progressed)()
      : this.handlers.frontier?.(this.context.inputs[inlet.port]);
    this.context.end();
    if (more === true) this.#suspend(inlet, payload);
    else if (more === undefined || more === false) this.#finish(inlet, payload);
    else throw wrongResult(this.context.name, more);
  }

  #notify(time: Time): Progressed {
    const { notify } = this.handlers;
    if (notify !== undefined) return notify(time);
    throw lacks(this.context.name, "notify", "it asked for a notification");
  }

  #suspend(inlet: Inlet, payload: unknown): void {
    // The callback itself may have ended the dataflow.
    if (this.#state === DEAD) return this.#finish(inlet, payload);
    if (this.handlers.resume === undefined) {
      throw lacks(this.context.name, "resume", "a callback returned true");
    }
    this.#state = SUSPENDED;
    this.#openInlet = inlet;
    this.#openPayload = payload;
    this.#giveWay();
  }

  /**
   * What it has left goes on below its own output, before more comes along its edges and has to wait here.
   * A source, to which nothing comes, goes on like news from outside: behind what is complete by then.
   */
  #giveWay(): void {
    const isSource = this.inlets.length === 0;
    this.#worker.commit(this, isSource ? null : this.#resumeInlet);
    if (isSource) this.#worker.admit(this.#resumeInlet, null, UNASKED);
  }

  #resume(): void {
    this.observer?.begins(this.#resumeInlet, null);
    const inlet = this.#openInlet!;
    const payload = this.#openPayload;
    if (inlet.kind === MESSAGE) this.context.beginReceive(inlet.port, (payload as Batch).time);
    else this.context.beginRequest(inlet.kind === NOTIFY ? payload as Request : null);
    const more = this.handlers.resume?.();
    this.context.end();
    if (this.#state === DEAD) return this.#worker.commit(this, null);
    if (more === true) return this.#giveWay();
    if (more !== undefined && more !== false) throw wrongResult(this.context.name, more);
    // Below the output of the last slice, which is posted next.
    for (let i = this.#backlog.length - 1; i >= 0; i--) {
      this.#worker.mailbox.putBack(...this.#backlog[i]);
    }
    this.#backlog = [];
    // Before its last slice is committed, which may hold it back.
    this.#state = LIVE;
    this.#openInlet = this.#openPayload = null;
    this.#finish(inlet, payload);
  }

  /** Commits the last slice together with the −1 for what the callback consumed. */
  #finish(inlet: Inlet, payload: unknown): void {
    this.#worker.commit(this, null);
    if (!this.#parked.isEmpty) this.#parked.unpark(this);
    if (inlet.kind === MESSAGE) return this.#consume(inlet, payload as Batch);
    if (inlet.kind === NOTIFY) this.tracker.answered(this, payload as Request);
    this.tracker.controlDone();
  }

  #consume({ slot, summary }: Inlet, batch: Batch): void {
    this.tracker.changes.add(
      slot,
      summary === null ? batch.time : summary.saturate(batch.time),
      -1,
    );
    if (batch.lease !== null) batch.release();
  }
}
