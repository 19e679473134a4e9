/**
 * One worker's ear: collects the events of its observed dataflows, and hands them over between callbacks.
 *
 * @module
 */
import type { EngineEvent } from "./events.ts";
import type { DataflowObserver, VertexObserver } from "./observer_vertex.ts";

/** What the ear asks of its worker and of whoever listens. */
export interface Listening {
  /** Which worker that is. */
  readonly worker: number;
  /** Milliseconds of the first worker's clock. */
  readonly now: () => number;
  /** Takes what was collected; it must not throw. Called between two callbacks only. */
  readonly hand: (events: readonly EngineEvent[], isIdle: boolean) => void;
  /** Called when so much was collected that it is to be handed over soon. */
  readonly full: () => void;
}

/** As many as a batch has, so that what listens has its turns often enough to need little memory. */
const MANY = 1024;

/** See the module. */
export class Observer {
  readonly worker: number;
  readonly now: () => number;
  /** Whether anybody wants to know when the worker parks. */
  wantsPark = false;
  /** Whose slice runs, or `null`; there is one at most, because callbacks never nest. */
  open: VertexObserver | null = null;
  readonly #listening: Listening;
  #events: EngineEvent[] = [];
  // Whether it was said to be parked.
  #isParked = false;
  #isFresh = false;

  /** Collects from now on. */
  constructor(listening: Listening) {
    this.#listening = listening;
    this.worker = listening.worker;
    this.now = listening.now;
  }

  /** Whether anything came since the worker had nothing to do. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  /** What waits to be handed over. */
  get collected(): readonly EngineEvent[] {
    return this.#events;
  }

  /** What waits is handed over as soon as no callback runs. */
  soon(): void {
    this.#isFresh = true;
    this.#listening.full();
  }

  /** One more. What happens in an observed dataflow wakes a worker that was parked. */
  add(event: EngineEvent): void {
    if (this.#isParked) this.wakes(event.at);
    this.#push(event);
  }

  /** What another worker has collected, in its order. */
  addAll(events: readonly EngineEvent[]): void {
    for (const event of events) this.#push(event);
  }

  /** Something begins to happen. */
  wakes(at: number): void {
    if (!this.#isParked) return;
    this.#isParked = false;
    this.#sayPark("unpark", at);
  }

  /** The worker has nothing left to do: says so, once, and hands over what there is. */
  idle(): void {
    if (this.wantsPark && !this.#isParked) {
      this.#isParked = true;
      this.#sayPark("park", this.now());
    }
    if (!this.#isFresh) return;
    this.#isFresh = false;
    this.#hand(true);
  }

  /** The slice that is open ends here, whether its callback has returned or not. */
  close(): void {
    const { open } = this;
    this.open = null;
    open?.ends();
  }

  /** A dataflow ends, maybe in the middle of a callback of its own: this is the last that is said of that. */
  closeFor(dataflow: DataflowObserver): void {
    if (this.open !== null && this.open.isOf(dataflow)) this.close();
  }

  /** Hands over what there is. For moments at which no callback runs. */
  hand(): void {
    if (this.#events.length > 0) this.#hand(false);
  }

  #hand(isIdle: boolean): void {
    const events = this.#events;
    this.#events = [];
    this.#listening.hand(events, isIdle);
  }

  #sayPark(action: "park" | "unpark", at: number): void {
    this.#push({ kind: "park", action, worker: this.worker, at });
  }

  #push(event: EngineEvent): void {
    this.#isFresh = true;
    this.#events.push(event);
    if (this.#events.length % MANY === 0) this.#listening.full();
  }
}
