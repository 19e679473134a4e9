/**
 * The trackers of a worker that have something to do.
 *
 * @module
 */
import type { ProgressActor } from "./progress_actor.ts";

/** Two lists that are kept, with a count, because emptying a hot array is slow. */
export class TrackerTurns {
  /** How many have something to do. */
  count = 0;
  #dirty: ProgressActor[] = [];
  // Takes the place of the list whose trackers are at it.
  #working: ProgressActor[] = [];

  /** Puts a tracker on the list, unless it is on it. */
  add(tracker: ProgressActor): void {
    if (tracker.isQueued || tracker.isDead) return;
    tracker.isQueued = true;
    this.#dirty[this.count++] = tracker;
  }

  /** Each of them has a turn; false when there are none. */
  run(): boolean {
    const { count } = this;
    if (count === 0) return false;
    const working = this.#dirty;
    this.count = 0;
    this.#dirty = this.#working;
    this.#working = working;
    for (let i = 0; i < count; i++) {
      const tracker = working[i];
      tracker.isQueued = false;
      if (!tracker.isDead) tracker.turn();
    }
    return true;
  }

  /** Forgets trackers that had a turn. */
  scrub(): void {
    this.#dirty.fill(null as never, this.count);
    this.#working.length = 0;
  }
}
