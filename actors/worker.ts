/**
 * One thread's scheduler: takes entries from the mailboxes, lets the trackers have their turns, admits
 * what comes from outside, and gives the event loop its share.
 *
 * @module
 */
import type { BufferPool } from "../batches/pool.ts";
import type { Batch } from "../operators/contract/batch.ts";
import { Turn } from "../operators/contract/turn.ts";
import { deepFreeze } from "../operators/contract/freeze.ts";
import type { Clock } from "./clock.ts";
import { InlineTime } from "./inline_time.ts";
import { type Inlet, lastFirst, type Route, spread } from "./inlet.ts";
import { type Admission, AdmissionQueue } from "./admission.ts";
import type { Crew, Junction } from "./junction.ts";
import type { Mailbox } from "./mailbox.ts";
import type { ProgressActor } from "./progress_actor.ts";
import { countSend } from "./count_send.ts";
import { IdleWaiters } from "./idle_waiters.ts";
import type { Observer } from "./observer.ts";
import type { Priority } from "./priority.ts";
import type { Ranked } from "./ranked_mailbox.ts";
import { TrackerTurns } from "./tracker_turns.ts";
import type { VertexActor } from "./vertex_actor.ts";
import type { WorkerOptions } from "./worker_options.ts";

export type { WorkerOptions };

/** Entries between two looks at the clock, at most; fewer where callbacks take their time. */
const ENTRIES_PER_LOOK = 64;
/** Entries after which the trackers have a turn, and one batch from outside comes in, though entries wait. */
const ENTRIES_PER_TRACKER_TURN = 4096;

/** See the module. */
export class Worker {
  readonly turn: Turn = new Turn();
  mailbox: Mailbox;
  readonly pool: BufferPool;
  readonly clock: Clock;
  /** Entries taken since the start. */
  entries = 0;
  /** Collects what observed dataflows do; `null` as long as nobody asks. */
  observer: Observer | null = null;
  readonly #options: WorkerOptions;
  readonly #checks: boolean;
  /** What comes from outside, and what is done when nothing else is to be done. */
  readonly outside: AdmissionQueue = new AdmissionQueue();
  #junction: Junction | null = null;
  #crew: Crew | null = null;
  #lead: Worker | null = null;
  // What a turn's spreading edges made for vertices of this worker.
  readonly #nearInlets: Inlet[] = [];
  readonly #nearBatches: Batch[] = [];
  readonly #trackers = new TrackerTurns();
  // From the first dataflow with a priority on.
  #ranked: Ranked | null = null;
  #sinceTrackers = 0;
  #running = false;
  #scheduled = false;
  #toScrub = false;
  readonly #inline: InlineTime;
  readonly #idleWaiters = new IdleWaiters();

  /** A worker has no thread of its own: whoever calls `run` or waits for a woken one lends it. */
  constructor(options: WorkerOptions) {
    this.#options = options;
    this.mailbox = options.mailbox;
    this.pool = options.pool;
    this.clock = options.clock;
    this.#inline = new InlineTime(options.clock, options.sliceMs);
    this.#checks = options.checks;
  }

  /** Whether there is nothing to do, here and on workers that share the thread. */
  get isIdle(): boolean {
    return this.mailbox.size === 0 && this.outside.size === 0 && this.#trackers.count === 0 &&
      (this.#junction === null || this.#junction.isIdle) &&
      (this.#crew === null || this.#crew.isIdle);
  }

  /** Joins it to other workers; nobody else takes what they send. */
  join(junction: Junction): void {
    this.#junction = junction;
  }

  /** Workers of this thread that run in its turns. */
  leads(crew: Crew, followers: readonly Worker[]): void {
    this.#crew = crew;
    for (const follower of followers) follower.#lead = this;
  }

  /** Whether a callback runs right now. */
  get isRunning(): boolean {
    return this.#running;
  }

  /** Events wait to be heard: as soon as no callback runs, though entries wait. */
  hearEvents(): void {
    this.#sinceTrackers = ENTRIES_PER_TRACKER_TURN;
    this.wake();
  }

  /** Visits what waits in the mailbox, and what waits outside of it; for explanation. */
  forEachWaiting(visit: (inlet: Inlet, payload: unknown) => void): void {
    this.mailbox.forEach(visit);
    this.outside.forEach(visit);
    this.#ranked?.forEachOutside(visit);
  }

  /** A dataflow with a priority is to be made, whose progress that is. Other policies than the usual heed none. */
  rank(progress: ProgressActor, dataflow: string, priority: Priority): void {
    this.#ranked ??= this.mailbox.ranked?.(this) ?? null;
    if (this.#ranked === null) return;
    this.mailbox = this.#ranked.mailbox;
    this.#ranked.add(progress, dataflow, priority);
  }

  /** For the mailbox, between two entries: everybody else has a turn. */
  breathe(flush: boolean): void {
    this.#junction?.poll();
    if (flush) this.#junction?.flush();
    this.#turnOfTrackers();
  }

  /** Puts a tracker on the list of those that have something to do. */
  queue(tracker: ProgressActor): void {
    this.#trackers.add(tracker);
  }

  /** Freezes a batch from outside, where that is asked for; before it counts, because it may throw. */
  check(batch: Batch): void {
    if (this.#checks) deepFreeze(batch.data);
  }

  /** Admits a batch from outside, behind all that waits or, of a sender that goes first, at once. */
  admit(inlet: Inlet, payload: unknown, sender: Admission): void {
    const waiting = inlet.actor.tracker.order ?? this.outside;
    if (sender.goesFirst !== true) return waiting.admit(inlet, payload, sender);
    this.entries++;
    inlet.actor.deliver(inlet, payload);
    sender.admitted();
  }

  /**
   * Vertices are held back no more. Their entries come back in the order in which they were taken, so that
   * what a vertex sends next stays behind what it has sent before; then what waits outside.
   */
  unhold(actors: readonly VertexActor[]): void {
    for (const { inlet, payload } of lastFirst(actors)) this.mailbox.putBack(inlet, payload);
    this.wake();
  }

  /** For spreading edges, within a turn: a batch for a vertex of this worker. */
  stage(inlet: Inlet, batch: Batch): void {
    this.#nearInlets.push(inlet);
    this.#nearBatches.push(batch);
  }

  /** What was staged goes into the mailbox, as of one turn. */
  postStaged(): void {
    if (this.#nearInlets.length === 0) return;
    this.mailbox.postAll(this.#nearInlets, this.#nearBatches);
    this.#nearInlets.length = this.#nearBatches.length = 0;
  }

  /** Runs in a later turn of the event loop, unless that is planned already. */
  wake(): void {
    if (this.#lead !== null) return this.#lead.wake();
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    this.clock.defer(this.#slice);
  }

  /** A dataflow ended: what is left of it is let go when there is nothing else to do. */
  dataflowEnded(): void {
    // What waited for a vertex that was held back has nobody else to let it go.
    if (this.outside.size > 0 || this.#ranked !== null) this.wake();
    if (!this.#running && this.isIdle) this.#scrub();
    else this.#toScrub = true;
  }

  /** Resolves when there is nothing to do. */
  idle(): Promise<void> {
    const isHeard = this.observer === null || !this.observer.isFresh;
    if (this.isIdle && !this.#running && isHeard) return Promise.resolve();
    this.wake();
    return this.#idleWaiters.wait();
  }

  /**
   * Runs until there is nothing to do, or until `deadline` of the clock; tells whether something is left.
   * A lingering one waits a moment for other workers before it finds that there is nothing to do.
   * Does nothing when called from within a callback.
   */
  run(deadline = Infinity, lingering = false): boolean {
    if (this.#running) return true;
    this.#running = true;
    try {
      return this.#loop(deadline, lingering);
    } finally {
      this.#running = false;
      if (this.isIdle) this.#idleWaiters.tell();
    }
  }

  /** Calls something in a later turn of the event loop. */
  later(task: () => void): void {
    this.clock.defer(task);
  }

  /** Does something during which nothing runs, not even when it is asked to. */
  still<T>(work: () => T): T {
    const was = this.#running;
    this.#running = true;
    try {
      return work();
    } finally {
      this.#running = was;
      if (!was && !this.isIdle) this.wake();
    }
  }

  /** Takes one entry, or gives the trackers one turn; false when there is nothing to do. For teaching. */
  step(): boolean {
    if (this.#running || this.isIdle) return false;
    this.#running = true;
    try {
      if (!this.#takeOne() && !this.#turnWithoutEntries()) this.#crew?.work(Infinity);
      if (this.isIdle) this.observer?.idle();
      return true;
    } finally {
      this.#running = false;
      if (this.isIdle) this.#idleWaiters.tell();
    }
  }

  /**
   * Makes a turn's effects real, as one: increments go into the progress batch, batches into the
   * mailboxes. The −1 for what the callback consumed is added by the caller, in the same turn.
   */
  commit(actor: VertexActor, resume: Inlet | null): void {
    const { turn } = this;
    const { tracker } = actor;
    if (actor.observer !== null) actor.observer.commits(turn);
    for (let i = 0; i < turn.sends; i++) {
      this.check(turn.batches[i]);
      countSend(tracker, turn.batches[i], turn.ports[i].route as Route);
    }
    if (turn.holds > 0) {
      for (let i = 0; i < turn.holds; i++) {
        tracker.hold(turn.holdPorts[i], turn.holdTimes[i], turn.holdDeltas[i]);
      }
      turn.holds = 0;
    }
    if (turn.requested > 0) {
      for (let i = 0; i < turn.requested; i++) tracker.ask(actor, turn.requests[i]);
      turn.requested = 0;
    }
    if (turn.sends > 0 || resume !== null) this.mailbox.post(turn, resume);
    if (this.#junction !== null) this.#spreadTurn(turn);
    turn.sends = 0;
    if (!tracker.isQueued) this.queue(tracker);
  }

  /** Sends one batch along a route, for a turn that does nothing else. */
  emit(tracker: ProgressActor, route: Route, batch: Batch): void {
    this.check(batch);
    countSend(tracker, batch, route);
    this.mailbox.postOne(route.targets, batch);
    if (route.spreading === null) return;
    spread(batch, route.spreading);
    this.postStaged();
  }

  /** Below what the turn sent to this worker only: an order among edges nobody may rely on. */
  #spreadTurn(turn: Turn): void {
    for (let i = 0; i < turn.sends; i++) {
      const { spreading } = turn.ports[i].route as Route;
      if (spreading !== null) spread(turn.batches[i], spreading);
    }
    this.postStaged();
  }

  /** Runs for a slice at most, in the caller's own turn of the event loop. */
  runInline(): void {
    this.#inline.measure((deadline) => this.run(deadline));
  }

  /** Resolves in a later turn of the event loop, when inline slices have used up a whole one; else nothing. */
  breath(): Promise<void> | undefined {
    return this.#inline.breath();
  }

  /** Runs for a slice at most, and once more in a later turn of the event loop when something is left. */
  slice(): void {
    this.#inline.reset();
    this.#junction?.beat();
    if (this.run(this.clock.now() + this.#options.sliceMs, true)) this.wake();
  }

  readonly #slice = (): void => {
    this.#scheduled = false;
    this.slice();
  };

  #loop(deadline: number, lingering: boolean): boolean {
    let perLook = 1;
    let untilLook = perLook;
    let lastLook = deadline === Infinity ? 0 : this.clock.now();
    for (;;) {
      if (this.#sinceTrackers >= ENTRIES_PER_TRACKER_TURN) {
        this.observer?.hand();
        // One dataflow's long work must not keep all others from theirs.
        this.#turnOfTrackers();
        this.admitOne();
      }
      if (!this.#doOne(deadline, lingering) && this.isIdle) {
        if (this.observer !== null && this.#isBusyAgain(this.observer)) continue;
        if (this.#toScrub) this.#scrub();
        return false;
      }
      if (--untilLook === 0) {
        untilLook = ENTRIES_PER_LOOK;
        this.mailbox.inlet?.actor.tracker.memory?.look();
        if (deadline === Infinity) continue;
        const now = this.clock.now();
        if (now >= deadline) return !this.isIdle;
        perLook = now - lastLook > 0.5
          ? Math.max(1, perLook >> 1)
          : Math.min(2 * perLook, ENTRIES_PER_LOOK);
        lastLook = now;
        untilLook = perLook;
      }
    }
  }

  /** Nothing is left to do but to say so, which may give somebody something to do. */
  #isBusyAgain(observer: Observer): boolean {
    observer.idle();
    return !this.isIdle || observer.isFresh;
  }

  /** The next thing to do, here or on workers that share the thread; false when there is none. */
  #doOne(deadline: number, lingering: boolean): boolean {
    const crew = this.#crew;
    if (crew !== null && crew.goesFirst()) return true;
    if (this.#takeOne() || this.#turnWithoutEntries()) return true;
    if (crew !== null && crew.work(deadline)) return true;
    return lingering && this.#junction !== null && this.isIdle && this.#junction.linger();
  }

  /** No entry waits, or others are to go first: other workers, the trackers, the outside. */
  #turnWithoutEntries(): boolean {
    const junction = this.#junction;
    if (junction === null) return this.#turnOfTrackers() || this.admitOne();
    if (junction.poll()) return true;
    // With more to come from outside, what is collected waits for it. Without, it goes before the trackers,
    // so that other workers have it early, and what it makes here belongs to the same progress batch.
    if (this.outside.size === 0 && junction.flush()) return true;
    return this.#turnOfTrackers() || this.admitOne() || junction.flush();
  }

  #takeOne(): boolean {
    const { mailbox } = this;
    if (!mailbox.take()) return false;
    this.entries++;
    this.#sinceTrackers++;
    const { inlet } = mailbox;
    inlet.actor.deliver(inlet, mailbox.payload);
    return true;
  }

  /** Trackers go when no entries wait, so that the changes of a whole sweep merge before they count. */
  #turnOfTrackers(): boolean {
    this.#sinceTrackers = 0;
    return this.#trackers.run();
  }

  /** Lets in the first entry from outside, of dataflows without a priority; whether there is one. */
  admitOne(): boolean {
    const sender = this.outside.take();
    if (sender === null) return false;
    const { inlet, payload } = this.outside;
    if (this.mailbox.size === 0) {
      this.entries++;
      inlet.actor.deliver(inlet, payload);
    } else this.mailbox.put(inlet, payload);
    sender.admitted();
    return true;
  }

  /** Nothing of a dataflow that ended is to be found in places that wait to be used again. */
  #scrub(): void {
    this.#toScrub = false;
    this.mailbox.scrub();
    this.turn.scrub();
    this.#trackers.scrub();
  }
}
