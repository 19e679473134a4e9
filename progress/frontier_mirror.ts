/**
 * The frontiers as a worker knows them that has no tracker of its own.
 *
 * @module
 */
import type { Frontiers } from "./frontiers.ts";
import type { TrackerPlan } from "./plan.ts";
import { compareTimes, lessEqual, minimumTime, type Time } from "./time.ts";

/**
 * A copy that is told of changes. Frontiers never go back, so what a copy that lags behind calls complete
 * is complete; before the first news nothing is.
 */
export class FrontierMirror implements Frontiers {
  readonly #fronts: (readonly Time[])[];

  /** Every frontier is the least time. */
  constructor(plan: TrackerPlan) {
    this.#fronts = plan.slots.map(({ depth }) => [minimumTime(depth)]);
  }

  /** The frontier of a slot is another one now, in `compareTimes` order; whether it differs. */
  set(slot: number, front: readonly Time[]): boolean {
    const last = this.#fronts[slot];
    this.#fronts[slot] = front;
    return last.length !== front.length ||
      last.some((time, i) => compareTimes(time, front[i]) !== 0);
  }

  isComplete(slot: number, time: Time): boolean {
    return this.blocker(slot, time) === null;
  }

  blocker(slot: number, time: Time): Time | null {
    const front = this.#fronts[slot];
    for (let i = 0; i < front.length; i++) if (lessEqual(front[i], time)) return front[i];
    return null;
  }

  hasElement(slot: number, time: Time): boolean {
    return this.#fronts[slot].some((element) => compareTimes(element, time) === 0);
  }

  frontier(slot: number): readonly Time[] {
    return this.#fronts[slot];
  }

  isEmpty(slot: number): boolean {
    return this.#fronts[slot].length === 0;
  }
}
