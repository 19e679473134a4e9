/**
 * A dataflow on any worker but the first: its shard, and what it says to the first worker.
 *
 * @module
 */
import type { Supervisor } from "../actors/supervisor.ts";
import { vertexFault } from "../actors/supervisor.ts";
import type { VertexActor } from "../actors/vertex_actor.ts";
import type { Worker } from "../actors/worker.ts";
import type { FrameBuffer } from "../actors/workers/frame_buffer.ts";
import type { Link, Member } from "../actors/workers/link.ts";
import { kindOf, NEWS, NOTE, readNote, writeNote } from "../actors/workers/messages.ts";
import type { MemoryNote } from "../actors/workers/memory_note.ts";
import type { OutboxActor } from "../actors/workers/outbox_actor.ts";
import { type FaultNote, noteOf } from "./fault_note.ts";
import type { CompiledGraph } from "./compile.ts";
import type { Graph } from "./graph.ts";
import { takeFrame } from "./membership.ts";
import type { ObservedShards } from "./observed_shards.ts";
import type { ShardLimits } from "./pace_sources.ts";
import { type FlightNote, type PaceNote, PacingThere } from "./pacing_crew.ts";
import { Shard } from "./shard.ts";

/** What the first worker hears, apart from progress. */
export type NoteHome =
  | { readonly fault: FaultNote }
  | { readonly dropped: readonly { vertex: string; records: number; reason: string }[] }
  | { readonly unmade: Unmade }
  | { readonly memory: MemoryNote }
  | { readonly flight: FlightNote }
  | { readonly stopped: FaultNote | null; readonly memory: MemoryNote | null };

/** Why a shard was not made. */
export interface Unmade {
  readonly fault: FaultNote;
  /** Its own plan, when it is another one. */
  readonly plan?: readonly string[];
}

/** What the first worker says. */
export type NoteThere =
  | { readonly stop: true }
  | { readonly measure: true }
  | { readonly pace: PaceNote };

/** How it is made. */
export interface ThereOptions {
  readonly link: Link;
  readonly worker: Worker;
  readonly dataflow: number;
  readonly limits: ShardLimits;
  readonly chains: boolean;
  /** Who observes the shards of that worker, and which kinds of events are asked for, as a mask. */
  readonly shards?: ObservedShards | undefined;
  readonly observed?: number | undefined;
}

/** See the module. */
export class ShardThere implements Member, Supervisor {
  readonly #shard: Shard;
  readonly #options: ThereOptions;
  readonly #pacing: PacingThere;
  #isOver = false;

  /**
   * Makes the shard, and begins.
   *
   * @throws {MeanderError} when an operator cannot be made.
   */
  constructor(graph: Graph, compiled: CompiledGraph, options: ThereOptions) {
    const { link, dataflow } = options;
    this.#options = options;
    const membership = { link, dataflow };
    this.#shard = new Shard(graph, compiled, {
      ...options,
      membership,
      supervisor: this,
      herald: null,
    });
    this.#pacing = new PacingThere(this.#shard.pacing, membership);
    options.shards?.made(dataflow, graph, this.#shard, options.observed ?? 0);
    // Until now the first worker has counted what may be held here.
    this.#shard.begin();
    this.#shard.holdSplitSources(-1);
    options.worker.queue(this.#shard.progress);
    options.worker.wake();
    link.attach(dataflow, this);
  }

  /** For simulation: what this worker has of it. */
  get shard(): Shard {
    return this.#shard;
  }

  received(frame: FrameBuffer, from: number): void {
    if (takeFrame(this.#shard, frame, from)) return;
    if (kindOf(frame) === NEWS) (this.#shard.progress as OutboxActor).news(frame);
    else if (kindOf(frame) === NOTE) this.#told(readNote(frame) as NoteThere);
  }

  /** Both phases of the end; the fault of a vertex that could not free what it holds, or `undefined`. */
  stop(): unknown {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    this.#options.link.detach(this.#options.dataflow);
    this.#shard.kill();
    const fault = this.#shard.tidy();
    // Before the first worker hears that it has stopped.
    this.#options.shards?.over(this.#options.dataflow);
    this.#options.shards?.observer.hand();
    this.#options.worker.dataflowEnded();
    return fault;
  }

  vertexFailed(actor: VertexActor, error: unknown): void {
    this.#fail(vertexFault(actor, error));
  }

  trackerFailed(error: unknown): void {
    this.#fail(error);
  }

  /** Only the first worker knows. */
  completed(): void {}

  #told(note: NoteThere): void {
    const { memory, reporter } = this.#shard.progress as OutboxActor;
    if ("measure" in note) {
      memory!.measure();
      this.#say({ memory: reporter.note(memory!, true)! });
    } else if ("pace" in note) {
      this.#pacing.told(note.pace);
    } else if (note.stop) {
      this.#say({ stopped: noteOrNull(this.stop()), memory: reporter.note(memory!, true) });
    }
  }

  /** Nobody runs any more here; the first worker ends the others, and then this one. */
  #fail(error: unknown): void {
    if (this.#shard.progress.isDead) return;
    this.#shard.kill();
    this.#say({ fault: noteOf(error) });
  }

  #say(note: NoteHome): void {
    const { link, dataflow } = this.#options;
    writeNote(link.out, dataflow, note);
    link.send(0);
  }
}

function noteOrNull(fault: unknown): FaultNote | null {
  return fault === undefined ? null : noteOf(fault);
}
