/**
 * An input that the engine feeds with what it does.
 *
 * @module
 */
import type { EngineEvent } from "../actors/events.ts";
import type { Worker } from "../actors/worker.ts";
import type { Engine } from "./engine.ts";
import { type Feed, InputHandle } from "./input_handle.ts";
import { show } from "../operators/contract/fault.ts";
import type { Observation, ObserveOptions, Observers, Subscription } from "./observers.ts";

/** What an input of events is about. */
export interface EventsOptions extends ObserveOptions {
  /**
   * How long an epoch lasts, in milliseconds of the clock; 100 by default, 0 for an epoch with each delivery,
   * `Infinity` for one epoch that lasts until the input is closed. An epoch also ends when the engine has
   * nothing else to do.
   */
  readonly everyMs?: number | undefined;
  /** The engine whose dataflows it is to feed; the observed one itself when left out. */
  readonly into?: Engine | undefined;
}

/** More than are ever handed over at once, so that a delivery is one batch. */
const CAPACITY = 1 << 20;

/**
 * An input whose records are events. The engine sends them and ends the epochs; closing it ends the
 * observation. A dataflow that is fed by one is itself never observed.
 */
export class EventsInput extends InputHandle<EngineEvent> {
  readonly #observers: Observers;
  readonly #subscription: Subscription;
  readonly #worker: Worker;
  readonly #isSame: boolean;
  readonly #everyMs: number;
  #epoch = 0;
  #since: number;
  #hasEvents = false;

  /** Made by an engine; `worker` is that of the engine whose dataflows it feeds. */
  constructor(
    observers: Observers,
    observed: Worker,
    worker: Worker,
    { everyMs = 100, ...options }: EventsOptions,
  ) {
    super("events", 1, worker, CAPACITY);
    if (!(everyMs >= 0)) {
      throw new RangeError(
        `MEANDER_OPTION  Cannot use everyMs ${show(everyMs)}: it takes a number of 0 or more`,
      );
    }
    this.#observers = observers;
    this.#worker = observed;
    this.#isSame = observed === worker;
    this.#everyMs = everyMs;
    this.#since = observed.clock.now();
    this.#subscription = observers.add({
      hear: (events) => this.#hear(events),
      idle: () => this.#endEpoch(this.#everyMs < Infinity),
    }, options);
  }

  /** The observation behind it: whether it goes on, and why not. */
  get observation(): Observation {
    return this.#subscription;
  }

  /** For the worker: events are delivered where they are handed over, and never wait in a queue. */
  get goesFirst(): boolean {
    return this.#isSame && this.#observers.isHanding;
  }

  /** What was collected is sent, and nothing after it. */
  override close(): void {
    if (!this.isClosed && !this.#subscription.isOver) {
      this.#observers.catchUp(this.#subscription);
      this.#subscription.end();
    }
    super.close();
  }

  /** The last dataflow that it fed has ended: there is nobody left to observe for. */
  override detach(feed: Feed, cause?: unknown): void {
    super.detach(feed, cause);
    if (!this.isAttached) this.close();
  }

  #hear(events: readonly EngineEvent[]): void {
    this.#hasEvents = true;
    // Whoever is behind cannot hold back the engine that it looks at.
    void this.send(events);
    this.#endEpoch(this.#worker.clock.now() - this.#since >= this.#everyMs);
  }

  #endEpoch(isOver: boolean): void {
    if (!isOver || !this.#hasEvents || this.isClosed) return;
    this.#hasEvents = false;
    this.#since = this.#worker.clock.now();
    this.advanceTo(++this.#epoch);
  }
}
