/**
 * The progress of one dataflow on a worker that has no tracker: what its vertices report goes to the first
 * worker as atomic batches, and the frontiers come back.
 *
 * @module
 */
import { FrontierMirror } from "../../progress/frontier_mirror.ts";
import type { TrackerPlan } from "../../progress/plan.ts";
import type { MemoryAccount } from "../memory_account.ts";
import { ProgressActor } from "../progress_actor.ts";
import type { Supervisor } from "../supervisor.ts";
import type { Worker } from "../worker.ts";
import type { FrameBuffer } from "./frame_buffer.ts";
import type { Link } from "./link.ts";
import { MemoryReporter } from "./memory_note.ts";
import { readNews, writeNote, writeProgress } from "./messages.ts";

/** Records that a vertex of another worker dropped. */
export interface DroppedThere {
  readonly vertex: string;
  readonly records: number;
  readonly reason: string;
}

/** Changes that wait for room before they are summed up. */
const MANY = 1024;

/** See the module. */
export class OutboxActor extends ProgressActor {
  override readonly frontiers: FrontierMirror;
  readonly #link: Link;
  readonly #dataflow: number;
  readonly #depths: Int32Array;
  // The number of controls that the tracker knows of. It expects one until the first batch has come.
  #reported = 1;
  // Of the next batch.
  #number = 0;
  #dropped: DroppedThere[] = [];
  /** Says where the memory is. */
  readonly reporter: MemoryReporter = new MemoryReporter();

  /** Reports to the tracker of that dataflow, at the other end of the link. */
  constructor(
    plan: TrackerPlan,
    worker: Worker,
    supervisor: Supervisor,
    link: Link,
    dataflow: number,
  ) {
    super(plan.slots.length, worker, supervisor);
    this.frontiers = new FrontierMirror(plan);
    this.#link = link;
    this.#dataflow = dataflow;
    this.#depths = Int32Array.from(plan.slots, ({ depth }) => depth);
  }

  /** Serves who waits, then sends what was reported since the last turn, as one batch. */
  override turn(): void {
    try {
      if (this.memory !== null) this.memory.look();
      if (this.pacing !== null) this.pacing.turn();
      // What was found may have been too much.
      if (this.isDead) return;
      this.serve();
      const controls = this.controls - this.#reported;
      if (this.changes.length === 0 && controls === 0) return;
      // Where the first worker does not take what is there, batches merge here instead of piling up.
      if (this.#link.transport.backlog > 0) return this.#waitForRoom();
      if (this.#dropped.length > 0) this.#reportDropped();
      if (this.changes.length > 8) this.changes.compact();
      if (this.observer !== null) this.observer.changes("reported", this.changes.length);
      const number = this.#number;
      this.#number = (number + 1) | 0;
      writeProgress(this.#link.out, this.#dataflow, this.changes, controls, this.#depths, number);
      this.#link.send(0);
      this.#reported = this.controls;
      this.changes.clear();
    } catch (error) {
      this.supervisor.trackerFailed(error);
    }
  }

  /** Frontiers moved. The tracker counts the news until the batch that follows from it. */
  news(frame: FrameBuffer): void {
    readNews(frame, this.#depths, (slot, front) => {
      if (this.frontiers.set(slot, front)) this.moved(slot);
    });
    this.#reported++;
    this.worker.queue(this);
  }

  #waitForRoom(): void {
    if (this.changes.length > MANY) this.changes.compact();
    this.#link.whenFlushed(this);
  }

  /** What was held back may be sent. */
  flushed(): void {
    this.worker.queue(this);
  }

  override dropped(vertex: string, records: number, reason: string): void {
    this.#dropped.push({ vertex, records, reason });
  }

  /** Reports it, when enough has changed. */
  override looked(account: MemoryAccount): void {
    super.looked(account);
    // Where the first worker takes nothing, the next look says it as well.
    if (this.#link.transport.backlog > 0) return;
    const memory = this.reporter.note(account);
    if (memory === null) return;
    writeNote(this.#link.out, this.#dataflow, { memory });
    this.#link.send(0);
  }

  /** Before the batch that counts what was consumed, so that the account is whole at the end. */
  #reportDropped(): void {
    writeNote(this.#link.out, this.#dataflow, { dropped: this.#dropped });
    this.#link.send(0);
    this.#dropped = [];
  }
}
