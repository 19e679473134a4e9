/**
 * The other workers of a running dataflow, as its first worker sees them.
 *
 * @module
 */
import { ChangeBatch } from "../progress/change_batch.ts";
import type { Tracker } from "../progress/tracker.ts";
import type { Herald, TrackerActor } from "../actors/tracker_actor.ts";
import type { FrameBuffer } from "../actors/workers/frame_buffer.ts";
import type { Link, Member } from "../actors/workers/link.ts";
import {
  kindOf,
  NOTE,
  numberOf,
  PROGRESS,
  readNote,
  readProgress,
  writeNews,
  writeNote,
} from "../actors/workers/messages.ts";
import { type MemoryNote, MemoryThere } from "../actors/workers/memory_note.ts";
import type { DroppedThere } from "../actors/workers/outbox_actor.ts";
import type { CompiledGraph } from "./compile.ts";
import { MeanderError } from "../operators/contract/fault.ts";
import { errorOf } from "./fault_note.ts";
import { takeFrame } from "./membership.ts";
import { PacingHome } from "./pacing_crew.ts";
import type { Shard } from "./shard.ts";
import type { NoteHome, NoteThere, Unmade } from "./shard_there.ts";

/** What they bring about in the running dataflow. */
export interface OthersHome {
  /** Something failed on another worker. */
  failedThere(error: unknown): void;
  /** Another worker could not make its shard. */
  unmadeThere(worker: number, what: Unmade): void;
  /** Another worker says where its memory is. */
  memoryThere(): void;
  /** Another worker has stopped, with the fault of its end or `undefined`. */
  stoppedThere(worker: number, fault: unknown): void;
}

/** See the module. */
export class Others implements Member, Herald {
  readonly link: Link;
  readonly dataflow: number;
  /** Records that vertices dropped there, by vertex and reason. */
  readonly dropped: Map<string, DroppedThere> = new Map();
  /** Where the memory is there, by worker, as they last said. */
  readonly memory: Map<number, MemoryThere> = new Map();
  /** What is on its way there; from when the shard is there on. */
  pacing: PacingHome | null = null;
  readonly #depths: Int32Array;
  readonly #home: OthersHome;
  readonly #changes = new ChangeBatch();
  // By worker, the number of the progress batch that has to come next: a batch that is applied twice, or
  // left out, would be seen as a time that never ends, or too early as one that has.
  readonly #next: Int32Array;
  // Both are there from `begin` on.
  #shard: Shard | null = null;
  #tracker: Tracker | null = null;

  /** Before the shard is made, whose tracker tells its news through this. */
  constructor(link: Link, dataflow: number, { plan }: CompiledGraph, home: OthersHome) {
    this.link = link;
    this.dataflow = dataflow;
    this.#depths = Int32Array.from(plan.slots, ({ depth }) => depth);
    this.#home = home;
    this.#next = new Int32Array(link.workers);
  }

  /**
   * Before frontiers are made exact for the first time: what shards elsewhere may hold counts until they
   * have reported.
   */
  begin(shard: Shard): void {
    const progress = shard.progress as TrackerActor;
    this.#shard = shard;
    this.pacing = new PacingHome(shard.pacing, this, shard.hasSplitSources);
    this.#tracker = progress.tracker;
    progress.expect(this.link.workers - 1);
    shard.holdSplitSources(this.link.workers - 1);
    this.link.attach(this.dataflow, this);
  }

  /** Once they are exact: every frontier that vertices ask about. */
  tellAll(slots: readonly number[]): void {
    const progress = this.#shard!.progress as TrackerActor;
    if (slots.length > 0) progress.expect(this.tell(slots, slots.length));
  }

  tell(slots: readonly number[], count: number): number {
    const frontier = (slot: number) => this.#tracker!.frontier(slot);
    writeNews(this.link.out, this.dataflow, slots, count, frontier, this.#depths);
    this.link.sendToOthers();
    return this.link.workers - 1;
  }

  received(frame: FrameBuffer, from: number): void {
    const shard = this.#shard!;
    if (takeFrame(shard, frame, from)) return;
    if (kindOf(frame) === NOTE) return this.#noted(readNote(frame) as NoteHome, from);
    if (kindOf(frame) !== PROGRESS || shard.progress.isDead) return;
    const number = numberOf(frame);
    if (number !== this.#next[from]) {
      return this.#home.failedThere(outOfOrder(from, number, this.#next[from]));
    }
    this.#next[from] = (number + 1) | 0;
    const controls = readProgress(frame, this.#depths, this.#changes);
    (shard.progress as TrackerActor).applyRemote(this.#changes, controls);
    this.#changes.clear();
  }

  /** Has them say where their memory is now: otherwise they do when it has changed much while they work. */
  askMemory(): void {
    writeNote(this.link.out, this.dataflow, { measure: true } satisfies NoteThere);
    this.link.sendToOthers();
  }

  /** After the end: frames are let go. */
  end(): void {
    this.link.detach(this.dataflow);
  }

  #drop(more: DroppedThere): void {
    const key = JSON.stringify([more.vertex, more.reason]);
    const records = (this.dropped.get(key)?.records ?? 0) + more.records;
    this.dropped.set(key, { ...more, records });
  }

  #remember(note: MemoryNote, from: number): void {
    let there = this.memory.get(from);
    if (there === undefined) this.memory.set(from, there = new MemoryThere());
    there.take(note);
    this.#home.memoryThere();
  }

  #noted(note: NoteHome, from: number): void {
    if ("dropped" in note) return note.dropped.forEach((each) => this.#drop(each));
    if ("unmade" in note) return this.#home.unmadeThere(from, note.unmade);
    if ("fault" in note) return this.#home.failedThere(errorOf(note.fault, from));
    if ("flight" in note) return this.pacing?.heard(from, note.flight);
    if (note.memory !== null) this.#remember(note.memory, from);
    if (!("stopped" in note)) return;
    this.#home.stoppedThere(from, note.stopped === null ? undefined : errorOf(note.stopped, from));
  }
}

function outOfOrder(worker: number, number: number, next: number): MeanderError {
  return new MeanderError(
    "MEANDER_WORKER",
    `Cannot go on: progress batch ${number} of worker ${worker} came where ${next} was to come`,
    { hint: "This is a fault of Meander: report it with the program" },
  );
}
