/**
 * The progress tracker's actor of one dataflow, on the first worker: takes the progress batches of all
 * workers, keeps the frontiers, and delivers a notification exactly when its time is complete.
 *
 * @module
 */
import type { ChangeBatch } from "../progress/change_batch.ts";
import type { Tracker } from "../progress/tracker.ts";
import { ProgressActor } from "./progress_actor.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Worker } from "./worker.ts";

/** Brings news of frontiers to the other workers. */
export interface Herald {
  /** The frontiers at these slots moved; returns how many workers will answer that they know. */
  tell(slots: readonly number[], count: number): number;
}

/** See the module. */
export class TrackerActor extends ProgressActor {
  readonly tracker: Tracker;
  override readonly frontiers: Tracker;
  readonly #herald: Herald | null;
  // Moved slots that vertices on other workers ask about.
  readonly #news: number[] = [];
  #newsCount = 0;

  /** `slots` is the tracker's number of slots; with one worker there is no herald. */
  constructor(
    tracker: Tracker,
    slots: number,
    worker: Worker,
    supervisor: Supervisor,
    herald: Herald | null = null,
  ) {
    super(slots, worker, supervisor);
    this.tracker = tracker;
    this.frontiers = tracker;
    this.#herald = herald;
  }

  /** Frontiers are made exact, then everyone who waits for them is served. */
  override turn(): void {
    try {
      if (this.memory !== null) this.memory.look();
      if (this.pacing !== null) this.pacing.turn();
      // What was found may have been too much.
      if (this.isDead) return;
      if (this.observer !== null) this.observer.changes("applied", this.changes.length);
      this.tracker.apply(this.changes);
      this.changes.clear();
      this.tracker.propagate(this.moved);
      if (this.#newsCount > 0) this.#tell();
      this.serve();
      if (this.controls === 0 && this.tracker.allEmpty()) this.supervisor.completed();
    } catch (error) {
      // Whatever it was, it is this dataflow's, and no other's.
      this.supervisor.trackerFailed(error);
    }
  }

  /**
   * Takes another worker's progress batch, whole, with the change of the number of its controls. That
   * number is part of the batch, so that the end is seen in one consistent view: what a worker has in its
   * mailboxes counts from the moment at which what it came from does not any more.
   */
  applyRemote(changes: ChangeBatch, controls: number): void {
    if (this.observer !== null) this.observer.changes("applied", changes.length);
    this.tracker.apply(changes);
    this.controls += controls;
    this.worker.queue(this);
  }

  /** What the other workers hold before they have reported: their answers take it back. */
  expect(controls: number): void {
    this.controls += controls;
  }

  protected override frontierMoved(slot: number): void {
    if (this.#herald !== null && this.isAskedFor(slot)) this.#news[this.#newsCount++] = slot;
    super.frontierMoved(slot);
  }

  #tell(): void {
    this.controls += this.#herald!.tell(this.#news, this.#newsCount);
    this.#newsCount = 0;
  }
}
