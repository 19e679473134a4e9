/**
 * One worker's part in the progress of one dataflow: collects what its vertices report, and delivers the
 * notifications that its copy of the frontiers makes due.
 *
 * @module
 */
import { ChangeBatch } from "../progress/change_batch.ts";
import type { Frontiers } from "../progress/frontiers.ts";
import type { Time } from "../progress/time.ts";
import type { OutputPort } from "../operators/contract/output_port.ts";
import type { Request } from "../operators/contract/turn.ts";
import type { Inlet, Route } from "./inlet.ts";
import type { MemoryAccount } from "./memory_account.ts";
import type { Pacing } from "./pacing.ts";
import type { ProgressObserver } from "./observer_progress.ts";
import type { RankedOrder } from "./ranked_order.ts";
import { compareRequests } from "./request_queue.ts";
import type { Supervisor } from "./supervisor.ts";
import type { VertexActor } from "./vertex_actor.ts";
import type { Worker } from "./worker.ts";

/** Somebody outside the graph who follows a frontier: a probe, an output. */
export interface Watcher {
  /** The frontier of the watched location moved. */
  moved(): void;
}

/** What the tracker's actor and those of the other workers have in common. */
export abstract class ProgressActor {
  /** What the vertices reported since the last turn; merged, which keeps each batch whole. */
  readonly changes: ChangeBatch = new ChangeBatch();
  /** The frontiers as this worker knows them. */
  abstract readonly frontiers: Frontiers;
  /** Set while it waits for its turn. */
  isQueued = false;
  /** Set when the dataflow ended; it takes no more turns. */
  isDead = false;
  readonly supervisor: Supervisor;
  /** The order of a dataflow with a priority on this worker; `null` for one without. */
  order: RankedOrder | null = null;
  /** Hears of what it does; `null` as long as nobody asks. */
  observer: ProgressObserver | null = null;
  /** Where the memory of this worker's vertices is; `null` before they are there. */
  memory: MemoryAccount | null = null;
  /** Holds its sources and inputs back while too much is on its way. */
  pacing: Pacing | null = null;
  /** Notifications, frontier changes and tasks that are in a mailbox or being worked on. */
  protected controls = 0;
  protected readonly worker: Worker;
  /** To be called for each slot whose frontier moved. */
  protected readonly moved: (slot: number) => void = (slot) => this.frontierMoved(slot);
  // By slot; most slots have nobody.
  readonly #actorsAt: (VertexActor[] | undefined)[];
  readonly #watchersAt: (Watcher[] | undefined)[];
  // Whom to look at in this turn. The arrays are kept and the counts say how much of them is in use.
  readonly #stirred: VertexActor[] = [];
  #stirredCount = 0;
  readonly #stirredWatchers: Watcher[] = [];
  #watcherCount = 0;
  // Requests found deliverable in one turn, parallel to the actors that asked.
  readonly #due: Request[] = [];
  readonly #dueActors: VertexActor[] = [];
  readonly #dueInlet: Inlet[] = [];

  /** `slots` is the tracker's number of slots; the supervisor hears of failures and of the end. */
  constructor(slots: number, worker: Worker, supervisor: Supervisor) {
    this.#actorsAt = new Array(slots).fill(undefined);
    this.#watchersAt = new Array(slots).fill(undefined);
    this.worker = worker;
    this.supervisor = supervisor;
  }

  /** Its share of the scheduler's time: takes what was reported, then serves everyone who waits. */
  abstract turn(): void;

  /** Tells the actor when the frontier at one of its inputs moves. */
  watchInput(slot: number, actor: VertexActor): void {
    (this.#actorsAt[slot] ??= []).push(actor);
  }

  /** Calls the watcher after each turn in which the slot's frontier moved. */
  watch(slot: number, watcher: Watcher): void {
    (this.#watchersAt[slot] ??= []).push(watcher);
  }

  /** Changes the count of capabilities at an output. */
  hold(port: OutputPort, time: Time, delta: number): void {
    const route = port.route as Route;
    const { slot, summary } = route;
    this.changes.add(slot, summary === null ? time : summary.saturate(time), delta);
  }

  /** Takes a request; its right counts from now on. An equal one that waits already absorbs it. */
  ask(actor: VertexActor, request: Request): void {
    if (!actor.requests.add(request)) return;
    if (request.capability !== null) {
      const outputs = actor.context.outputs;
      for (let i = 0; i < outputs.length; i++) {
        if (request.outputs !== null && !request.outputs.includes(i)) continue;
        this.hold(outputs[i], request.capability, 1);
      }
    }
    this.#stir(actor);
    this.worker.queue(this);
  }

  /** The callback for a request has returned, and with it ends the right behind it. */
  answered(actor: VertexActor, { capability, outputs }: Request): void {
    if (capability === null) return;
    for (const port of actor.context.outputs) {
      if (outputs !== null && !outputs.includes(port.index)) continue;
      this.hold(port, capability, -1);
    }
  }

  /** A vertex put a task into its own mailbox: the work is not at its end before that was done. */
  controlAdded(): void {
    this.controls++;
  }

  /** A notification, frontier change or task was worked off; after the last one the work may be at its end. */
  controlDone(): void {
    this.controls--;
    this.worker.queue(this);
  }

  /** Calls the actor's frontier callback for one of its inputs, in a later turn. */
  tellFrontier(actor: VertexActor, port: number): void {
    this.controls++;
    this.worker.mailbox.put(actor.frontierInlets[port], null);
  }

  /** Somebody looked where the memory is. */
  looked(account: MemoryAccount): void {
    if (this.observer !== null) this.observer.looked(account);
  }

  /** A vertex dropped records; the first worker's are counted where they are. */
  dropped(_vertex: string, _records: number, _reason: string): void {}

  /** Whether a vertex wants to know of the slot's frontier. */
  protected isAskedFor(slot: number): boolean {
    return this.#actorsAt[slot] !== undefined;
  }

  /** Notes whom a moved frontier concerns. */
  protected frontierMoved(slot: number): void {
    if (this.observer !== null) this.observer.moved(slot, this.frontiers);
    const actors = this.#actorsAt[slot];
    if (actors !== undefined) {
      for (let i = 0; i < actors.length; i++) {
        const actor = actors[i];
        if (actor.requests.size > 0) this.#stir(actor);
        if (actor.wantsFrontiers) this.#postFrontier(actor, slot);
      }
    }
    const watchers = this.#watchersAt[slot];
    if (watchers === undefined) return;
    for (let i = 0; i < watchers.length; i++) {
      this.#stirredWatchers[this.#watcherCount++] = watchers[i];
    }
  }

  /** Whoever was noted is served: due notifications go into the mailbox, watchers are told. */
  protected serve(): void {
    if (this.#stirredCount > 0) this.#serveActors();
    if (this.#watcherCount > 0) this.#serveWatchers();
  }

  #stir(actor: VertexActor): void {
    if (actor.stirred) return;
    actor.stirred = true;
    this.#stirred[this.#stirredCount++] = actor;
  }

  #postFrontier(actor: VertexActor, slot: number): void {
    for (let port = 0; port < actor.inputSlots.length; port++) {
      if (actor.inputSlots[port] === slot) this.tellFrontier(actor, port);
    }
  }

  #serveActors(): void {
    const count = this.#stirredCount;
    this.#stirredCount = 0;
    for (let i = 0; i < count; i++) {
      const actor = this.#stirred[i];
      actor.stirred = false;
      actor.requests.takeDeliverable(actor.gate, this.#due);
      while (this.#dueActors.length < this.#due.length) this.#dueActors.push(actor);
    }
    if (this.#due.length > 0) this.#postDue();
  }

  /** Among what is deliverable earlier times go first, and state goes after the notifications of its time. */
  #postDue(): void {
    const due = this.#due;
    const actors = this.#dueActors;
    const { mailbox } = this.worker;
    this.controls += due.length;
    if (due.length === 1) {
      this.#dueInlet[0] = actors[0].notifyInlet;
      mailbox.putDue(this.#dueInlet, due);
    } else {
      const order = due.map((_request, i) => i);
      order.sort((a, b) => compareRequests(due[a], due[b]) || a - b);
      mailbox.putDue(order.map((i) => actors[i].notifyInlet), order.map((i) => due[i]));
    }
    while (due.length > 0) {
      due.pop();
      actors.pop();
    }
  }

  #serveWatchers(): void {
    const count = this.#watcherCount;
    this.#watcherCount = 0;
    // A watcher may end the dataflow: nobody hears of anything after that.
    for (let i = 0; i < count && !this.isDead; i++) this.#stirredWatchers[i].moved();
  }
}
