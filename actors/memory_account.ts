/**
 * Where the memory of one dataflow is, on one worker. Nothing is counted while the dataflow works: whoever
 * asks has what waits and what is kept looked through. Now and then that is done anyway, so that the highest
 * figures are known (`MemorySampler` says when).
 *
 * @module
 */
import { estimateData } from "../batches/estimate.ts";
import type { Batch } from "../operators/contract/batch.ts";
import { type Keeps, keptBy } from "../operators/contract/kept.ts";
import { FEED, type Inlet, MESSAGE, RESUME } from "./inlet.ts";
import { Figures } from "./memory_figures.ts";
import type { ProgressActor } from "./progress_actor.ts";
import { MemorySampler } from "./memory_sampler.ts";
import type { VertexActor } from "./vertex_actor.ts";
import type { Worker } from "./worker.ts";

/** The handle of an output, which keeps what nobody has read. */
export interface KeepingHandle extends Keeps {
  /** Whether there is, or was, anybody to read it. */
  readonly isRead: boolean;
}

/** What is known of one vertex on one worker. */
export class VertexMemory {
  readonly actor: VertexActor;
  /** The vertex's number in the graph. */
  readonly vertex: number;
  /** What was found when somebody last looked. */
  readonly now: Figures = new Figures();
  /** The highest of each figure that was ever found. */
  readonly peak: Figures = new Figures();
  /** What its `size` threw; it is not asked any more. */
  fault: unknown = undefined;
  /** Whether it is among those with figures. */
  isListed = false;
  /** What keeps something for it besides its operator: the handle of an output. */
  handle: KeepingHandle | null = null;

  /** Of that actor. */
  constructor(actor: VertexActor, vertex: number) {
    this.actor = actor;
    this.vertex = vertex;
  }

  /** Whether it can keep anything. */
  get isKeeper(): boolean {
    const { handlers, context } = this.actor;
    return this.handle !== null || handlers.size !== undefined || context.states !== null;
  }

  /** Asks whatever keeps something for it. */
  measureKept(): void {
    if (this.handle !== null) this.now.keep(this.handle.kept());
    const { actor } = this;
    if (actor.isDead) return;
    if (this.fault !== undefined) return;
    try {
      this.now.keep(keptBy(actor.handlers, actor.context.states));
    } catch (error) {
      // Whoever asks where the memory is must not end what it asks about.
      this.fault = error ?? new Error("its size threw nothing");
    }
  }
}

/** Hears of every batch that waits. */
export type QueueVisitor = (
  memory: VertexMemory,
  inlet: Inlet,
  batch: Batch,
  bytes: number,
) => void;

/** See the module. */
export class MemoryAccount {
  /** All vertices together, when somebody last looked. */
  readonly now: Figures = new Figures();
  /** The highest of each figure, of all vertices together at one moment. */
  readonly peak: Figures = new Figures();
  /** The most bytes that waited and were kept at one moment. */
  peakBytes = 0;
  /** How often it was looked through. */
  samples = 0;
  /** Called after each look: for limits, events, and reports to the first worker. It must not throw. */
  readonly listeners: Set<(account: MemoryAccount) => void> = new Set();
  readonly #progress: ProgressActor;
  readonly #actors: readonly VertexActor[];
  readonly #worker: Worker;
  readonly #sampler: MemorySampler;
  // Those whose figures are not nothing, or were not when somebody last looked.
  readonly #listed: VertexMemory[] = [];
  // Made with the first look, like the vertices' own part: most dataflows of many are never looked at.
  #keepers: VertexMemory[] | null = null;
  #canHold = false;
  // Which of the worker's entries is the next to look at, and which came first here; −1 before it has.
  #due = 0;
  #first = -1;
  #onQueued: QueueVisitor | null = null;

  /** Of the vertices of one shard. */
  constructor(progress: ProgressActor, actors: readonly VertexActor[], worker: Worker) {
    this.#progress = progress;
    this.#actors = actors;
    this.#worker = worker;
    this.#sampler = MemorySampler.of(worker);
  }

  /** Those in which something was found when somebody last looked. */
  get found(): readonly VertexMemory[] {
    return this.#listed;
  }

  /** The vertices by number, those left out that nothing was ever found in. */
  *vertices(): Generator<VertexMemory> {
    for (const { memory } of this.#actors) if (memory !== null) yield memory;
  }

  /** Something outside of the vertex keeps records for it. */
  keeps(actor: VertexActor, handle: KeepingHandle): void {
    this.#of(actor).handle = handle;
    this.#keepers = null;
  }

  /**
   * Looks, if it is time to. Called between callbacks: before each turn of the tracker, when most is kept, and
   * by the worker in the middle of long sweeps, when most waits.
   */
  look(): void {
    if (this.#worker.entries >= this.#due) this.#look();
  }

  #look(): void {
    if (this.#progress.isDead) return;
    if (this.#first < 0) this.#first = this.#worker.entries;
    if (!this.#sampler.begin(this.#first)) return;
    this.measure();
    this.#due = this.#sampler.end(this.#first);
    this.#progress.looked(this);
    for (const listener of this.listeners) listener(this);
  }

  /** Looks through everything, here and now. It takes time by what waits and by vertices that keep something. */
  measure(onQueued: QueueVisitor | null = null): void {
    this.samples++;
    this.#onQueued = onQueued;
    for (const memory of this.#listed) {
      memory.now.clear();
      memory.isListed = false;
    }
    this.#listed.length = 0;
    const keepers = this.#keepers ??= this.#findKeepers();
    this.#worker.forEachWaiting(this.#visit);
    if (this.#canHold) this.#visitHeld();
    for (let i = 0; i < keepers.length; i++) {
      const memory = keepers[i];
      memory.measureKept();
      if (!memory.now.isNothing) {
        this.#list(memory);
      }
    }
    this.#sumUp();
  }

  #sumUp(): void {
    this.now.clear();
    for (const { now, peak } of this.#listed) {
      this.now.add(now);
      peak.raise(now);
    }
    this.peak.raise(this.now);
    if (this.now.bytes > this.peakBytes) this.peakBytes = this.now.bytes;
  }

  #findKeepers(): VertexMemory[] {
    const keepers: VertexMemory[] = [];
    this.#actors.forEach((actor) => {
      const { handlers, context } = actor;
      const canKeep = handlers.size !== undefined || context.states !== null ||
        actor.memory !== null;
      if (actor.upstream.actors.length > 0 || context.worker.count > 1) this.#canHold = true;
      if (!canKeep) return;
      const memory = this.#of(actor);
      if (memory.isKeeper) keepers.push(memory);
    });
    return keepers;
  }

  /** What a vertex that is held back has taken waits inside of it, and is in no mailbox. */
  #visitHeld(): void {
    for (const actor of this.#actors) if (actor.isHeld) actor.forEachInside(this.#visit);
  }

  #of(actor: VertexActor): VertexMemory {
    return actor.memory ??= new VertexMemory(actor, this.#actors.indexOf(actor));
  }

  #list(memory: VertexMemory): void {
    if (memory.isListed) return;
    memory.isListed = true;
    this.#listed.push(memory);
  }

  readonly #visit = (inlet: Inlet, payload: unknown): void => {
    const { actor, kind } = inlet;
    if (actor.tracker !== this.#progress || actor.isDead) return;
    // What a vertex that gave way has inside of it goes on with its continuation.
    if (kind === RESUME && !actor.isHeld) return actor.forEachInside(this.#visit);
    if (kind !== MESSAGE && kind !== FEED) return;
    const batch = payload as Batch;
    const bytes = estimateData(batch.data, batch.length);
    const memory = this.#of(actor);
    this.#list(memory);
    memory.now.queue(batch.length, bytes);
    if (this.#onQueued !== null) this.#onQueued(memory, inlet, batch, bytes);
  };
}
