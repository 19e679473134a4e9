/**
 * Probes of running dataflows.
 *
 * @module
 */
import { checkTime, lessEqual, type Time } from "../progress/time.ts";
import type { Watcher } from "../actors/progress_actor.ts";

/** What a probe asks of the tracker. */
export interface ProbeView {
  /** How many coordinates its times have. */
  readonly depth: number;
  isComplete(time: Time): boolean;
  frontier(): readonly Time[];
}

/** Tells which times are complete at a stream of a running dataflow. */
export class ProbeHandle implements Watcher {
  /** The probe's name. */
  readonly name: string;
  readonly #view: ProbeView;
  #waiters: { readonly time: Time | null; resolve(): void; reject(cause: unknown): void }[] = [];
  #ended = false;
  #cause: unknown = undefined;

  /** Made by an engine. */
  constructor(name: string, view: ProbeView) {
    this.name = name;
    this.#view = view;
  }

  /** The minimal times that may still come; empty when nothing can come any more. */
  get frontier(): readonly Time[] {
    return this.#view.frontier();
  }

  /** Whether everything at or before `time` is done, up to and including the probed vertex. */
  isComplete(time: Time): boolean {
    return this.#view.isComplete(checkTime(time, this.#view.depth));
  }

  /** Whether nothing can come any more. */
  get isDone(): boolean {
    return this.#view.frontier().length === 0;
  }

  /** Resolves when `time` is complete; rejects when the dataflow fails or is cancelled before. */
  completed(time: Time): Promise<void> {
    return this.#wait(checkTime(time, this.#view.depth));
  }

  /** Resolves when nothing can come any more. */
  done(): Promise<void> {
    return this.#wait(null);
  }

  /** For the tracker: the frontier moved. */
  moved(): void {
    if (this.#waiters.length === 0) return;
    const frontier = this.frontier;
    const kept = this.#waiters.filter(({ time, resolve }) => {
      const holds = time === null ? frontier.length > 0 : frontier.some((f) => lessEqual(f, time));
      if (!holds) resolve();
      return holds;
    });
    this.#waiters = kept;
  }

  /** For the engine: the dataflow ended; with a cause, before its time. Returns how many hear of it. */
  end(cause?: unknown): number {
    this.#ended = true;
    this.#cause = cause;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) cause === undefined ? waiter.resolve() : waiter.reject(cause);
    return waiters.length;
  }

  #wait(time: Time | null): Promise<void> {
    // What was complete when the dataflow was cut off was complete all the same.
    if (time === null ? this.isDone : this.#view.isComplete(time)) return Promise.resolve();
    if (this.#ended) {
      return this.#cause === undefined ? Promise.resolve() : Promise.reject(this.#cause);
    }
    const waiting = new Promise<void>((resolve, reject) =>
      this.#waiters.push({ time, resolve, reject })
    );
    // Whoever waits sees the failure; a promise that nobody has got round to yet ends no process.
    waiting.catch(() => {});
    return waiting;
  }
}
