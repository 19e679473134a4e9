/**
 * When one worker looks where the memory of its dataflows is, although nobody asks.
 *
 * Between two looks lie so many entries, and a hundred times as long as the last look took: it costs the worker
 * a hundredth of its time at most. In the beginning of a dataflow each look comes when an eighth more has been
 * done, without regard to that: what grows steadily is known to an eighth, however short a run is. What is
 * idle is never looked at, because only its own work brings somebody here.
 *
 * @module
 */
import type { Worker } from "./worker.ts";

/** Entries between two looks of one worker, at least. */
const ENTRIES_BETWEEN = 256;
/** How much longer than a look the time is until the next one. */
const PAUSE = 100;
/** In the beginning, which part of what has been done is to be done before the next look. */
const PART = 8;

const samplers = new WeakMap<Worker, MemorySampler>();

/** See the module. */
export class MemorySampler {
  readonly #worker: Worker;
  // No look before so many entries, and not before that time of the worker's clock.
  #due = 0;
  #notBefore = -Infinity;
  #began = 0;

  /** Of that worker. */
  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** The one of a worker. */
  static of(worker: Worker): MemorySampler {
    let sampler = samplers.get(worker);
    if (sampler === undefined) samplers.set(worker, sampler = new MemorySampler(worker));
    return sampler;
  }

  /** Whether a dataflow may be looked at now whose first entry had that number. */
  begin(first: number): boolean {
    const { entries, clock } = this.#worker;
    const isFree = entries - first < PART * ENTRIES_BETWEEN;
    if (!isFree && entries < this.#due) return false;
    this.#began = clock.now();
    if (isFree || this.#began >= this.#notBefore) return true;
    this.#due = entries + ENTRIES_BETWEEN;
    return false;
  }

  /** The look is over; how many entries the worker is to have taken before the next look at the same dataflow. */
  end(first: number): number {
    const { entries, clock } = this.#worker;
    const now = clock.now();
    this.#notBefore = now + PAUSE * (now - this.#began);
    this.#due = entries + ENTRIES_BETWEEN;
    return entries + Math.min(ENTRIES_BETWEEN, Math.floor((entries - first) / PART));
  }
}
