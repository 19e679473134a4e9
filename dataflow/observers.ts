/**
 * Who observes an engine: takes the events of all workers to those who have asked for them.
 *
 * @module
 */
import { type EngineEvent, EVENT_KINDS, type EventKind, maskOf } from "../actors/events.ts";
import { Observer } from "../actors/observer.ts";
import type { Worker } from "../actors/worker.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { deepFreeze } from "../operators/contract/freeze.ts";
import { frontiersOf, type Introduced, partsOf } from "./introduction.ts";
import type { Neighbours } from "./neighbours.ts";
import { ObservedShards } from "./observed_shards.ts";
import type { Running } from "./running.ts";
import type { Shard } from "./shard.ts";

/** What an observation is about. */
export interface ObserveOptions {
  /** The kinds of events; all when left out. */
  readonly kinds?: readonly EventKind[] | undefined;
  /** Running dataflows that are left out. */
  readonly except?: readonly Pick<Running, "number">[] | undefined;
}

/** An observation that goes on until it is ended. */
export interface Observation extends Disposable {
  /** What the listener threw, which ended the observation; `undefined` as long as it has not. */
  readonly failure: unknown;
  /** Whether it was ended. */
  readonly isOver: boolean;
  /** Ends it: the listener is not called any more. What was not heard yet goes to nobody. */
  end(): void;
}

/** Somebody who is told. */
export interface Hearer {
  /** Takes events. What it throws ends the observation. */
  hear(events: readonly EngineEvent[]): void;
  /** The engine has nothing else to do. */
  idle?(): void;
}

/** A dataflow that runs. */
interface Entry {
  readonly running: Introduced;
  readonly shard: Shard;
  /** Whether it is fed with events itself: nobody observes it then. */
  readonly isFed: boolean;
}

const SHUTDOWN = maskOf(["shutdown"]);
const BITS: ReadonlyMap<EventKind, number> = new Map(
  EVENT_KINDS.map((kind) => [kind, maskOf([kind])]),
);

/** See the module. */
export class Observers {
  readonly #worker: Worker;
  readonly #neighbours: () => Neighbours | null;
  readonly #here: ObservedShards;
  readonly #all = new Set<Subscription>();
  readonly #entries = new Map<number, Entry>();
  #isHanding = false;

  /** Nobody observes yet. */
  constructor(worker: Worker, neighbours: () => Neighbours | null) {
    this.#worker = worker;
    this.#neighbours = neighbours;
    const observer = new Observer({
      worker: 0,
      now: () => worker.clock.now(),
      hand: (events, isIdle) => this.#hand(events, isIdle),
      full: () => worker.hearEvents(),
    });
    this.#here = new ObservedShards(worker, observer);
  }

  /** Whether events are being handed over between two callbacks. */
  get isHanding(): boolean {
    return this.#isHanding;
  }

  /** Begins an observation; dataflows that run already are introduced. */
  add(hearer: Hearer, options: ObserveOptions): Subscription {
    const kinds = options.kinds ?? EVENT_KINDS;
    const unknown = kinds.find((kind) => !EVENT_KINDS.includes(kind));
    if (unknown !== undefined) throw noKind(unknown);
    const except = new Set(options.except?.map(({ number }) => number) ?? []);
    const subscription = new Subscription(hearer, maskOf(kinds), except, (ended) => {
      this.#all.delete(ended);
      this.#askAll();
    });
    this.#all.add(subscription);
    this.#askAll();
    for (const { running, shard, isFed } of this.#entries.values()) {
      if (isFed) continue;
      const at = this.#worker.clock.now();
      const events = [...partsOf(running, at), ...frontiersOf(running, shard, at)];
      subscription.waiting.push(...events.filter(subscription.wants));
    }
    if (subscription.waiting.length > 0) this.#here.observer.soon();
    return subscription;
  }

  /** A dataflow was made, and does not run yet. Returns which kinds are asked for, for other workers. */
  made(running: Running, shard: Shard, isFed: boolean): number {
    const { number, graph } = running;
    this.#entries.set(number, { running, shard, isFed });
    const mask = this.#maskOf(number);
    this.#here.made(number, graph, shard, mask);
    if (mask !== 0) this.#say(partsOf(running, this.#worker.clock.now()), mask);
    return mask;
  }

  /** Its frontiers are exact, and it begins to run. */
  begun(number: number): void {
    const mask = this.#maskOf(number);
    if (mask === 0) return;
    const { running, shard } = this.#entries.get(number)!;
    this.#say(frontiersOf(running, shard, this.#worker.clock.now()), mask);
  }

  /** It ended, or could not begin. */
  over(number: number, status: "completed" | "failed" | "cancelled", cause: unknown): void {
    const mask = this.#maskOf(number);
    const entry = this.#entries.get(number);
    this.#entries.delete(number);
    this.#here.over(number);
    if (entry === undefined || (mask & SHUTDOWN) === 0) return;
    const { observer } = this.#here;
    observer.add({
      kind: "shutdown",
      dataflow: entry.running.name,
      run: number,
      worker: 0,
      at: observer.now(),
      status,
      error: cause === undefined ? null : MeanderError.is(cause) ? cause.message : show(cause),
    });
    observer.soon();
  }

  /** Events of another worker. */
  heard(events: readonly EngineEvent[]): void {
    this.#here.observer.addAll(events);
  }

  /** One subscription hears now what waits for all. */
  catchUp(subscription: Subscription): void {
    subscription.hear(this.#here.observer.collected, false);
  }

  #say(events: readonly EngineEvent[], mask: number): void {
    for (const event of events) {
      if ((BITS.get(event.kind)! & mask) !== 0) this.#here.observer.add(event);
    }
  }

  #maskOf(number: number): number {
    const entry = this.#entries.get(number);
    if (entry === undefined || entry.isFed) return 0;
    let mask = 0;
    for (const each of this.#all) if (!each.except.has(number)) mask |= each.mask;
    return mask;
  }

  #askAll(): void {
    for (const number of this.#entries.keys()) {
      const mask = this.#maskOf(number);
      if (mask === this.#here.askedFor(number)) continue;
      this.#here.ask(number, mask);
      this.#neighbours()?.ask(number, mask);
    }
  }

  #hand(events: readonly EngineEvent[], isIdle: boolean): void {
    this.#isHanding = true;
    try {
      // A listener may end its observation, or begin another one.
      const all = [...this.#all];
      // What one listener does to an event is no business of the others.
      if (all.length > 1) events.forEach(deepFreeze);
      for (const each of all) each.hear(events, isIdle, all.length === 1);
    } finally {
      this.#isHanding = false;
    }
  }
}

/** One who observes. */
export class Subscription implements Observation {
  readonly mask: number;
  /** Dataflows that it is not about, by number. */
  readonly except: ReadonlySet<number>;
  /** What it alone is told next: which dataflows it has found. */
  waiting: EngineEvent[] = [];
  readonly #hearer: Hearer;
  readonly #onEnd: (ended: Subscription) => void;
  #failure: unknown = undefined;
  #isOver = false;

  /** Tells the hearer of these kinds. */
  constructor(
    hearer: Hearer,
    mask: number,
    except: ReadonlySet<number>,
    onEnd: (ended: Subscription) => void,
  ) {
    this.#hearer = hearer;
    this.mask = mask;
    this.except = except;
    this.#onEnd = onEnd;
  }

  get failure(): unknown {
    return this.#failure;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether an event is one that it asked for. */
  readonly wants = (event: EngineEvent): boolean =>
    (BITS.get(event.kind)! & this.mask) !== 0 &&
    (this.except.size === 0 || event.kind === "park" || !this.except.has(event.run));

  /** Tells what is to be told; whatever is thrown ends the observation, and nothing else. */
  hear(events: readonly EngineEvent[], isIdle: boolean, isAlone = false): void {
    if (this.#isOver) return;
    // Nothing else is collected than what somebody asks for; but the end of another one may leave some over.
    const isAll = isAlone && events.every(this.wants);
    const wanted = isAll ? events : events.filter(this.wants);
    const { waiting } = this;
    this.waiting = [];
    try {
      const all = waiting.length === 0 ? wanted : waiting.concat(wanted);
      if (all.length > 0) this.#hearer.hear(all);
      if (isIdle && !this.#isOver) this.#hearer.idle?.();
    } catch (error) {
      this.#failure = error;
      this.end();
    }
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(this);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

function noKind(kind: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_OPTION",
    `Cannot observe events of kind ${show(kind)}: there are none`,
    { hint: `The kinds are ${EVENT_KINDS.join(", ")}` },
  );
}
