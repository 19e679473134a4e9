/**
 * Outputs of running dataflows.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { Watcher } from "../actors/progress_actor.ts";
import type { Batch } from "../operators/contract/batch.ts";
import { PendingTimes } from "./pending_times.ts";
import type { ProbeHandle } from "./probe_handle.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { type Keeps, type Kept, keptInEach, NOTHING_KEPT } from "../operators/contract/kept.ts";

/** Records of one time that came out of a dataflow. */
export interface OutputBatch<T> {
  /** Their time. */
  readonly time: Time;
  /** The records. */
  readonly records: readonly T[];
}

/** Batches that may wait for a reader before senders are asked to wait. */
const BACKLOG_LIMIT = 256;

/**
 * Reads what comes out of a running dataflow. What comes before the first reader or listener is kept for
 * it, all of it: subscribe with a function that does nothing to an output that nobody wants. An output ends
 * with its dataflow, with an error when that failed or was cancelled: what was cut off never looks complete.
 * Whether anything can still come to it before, `frontier` says (it is empty when not), and `passed`.
 */
export class OutputHandle<T> implements Watcher, Keeps, AsyncIterable<OutputBatch<T>> {
  /** The output's name. */
  readonly name: string;
  readonly #probe: ProbeHandle;
  readonly #readers = new Set<Reader<T>>();
  readonly #subscriptions = new Set<Subscription<T>>();
  #early: OutputBatch<T>[] | null = [];
  // Batches that somebody got before; a reader that begins now would not see them.
  #gone = 0;
  #ended = false;
  #cause: unknown = undefined;
  #waiters: (() => void)[] = [];
  /** For the engine: called when somebody has read something. */
  onRead: (() => void) | null = null;

  /** Made by an engine, with a probe of its own frontier. */
  constructor(probe: ProbeHandle) {
    this.name = probe.name;
    this.#probe = probe;
  }

  /** The minimal times at which records may still come; empty when nothing more can. */
  get frontier(): readonly Time[] {
    return this.#probe.frontier;
  }

  /**
   * Resolves when nothing more can come at or before `time`, and listeners were told of all that came; rejects
   * when the dataflow fails or is cancelled before. Outputs do not wait for each other: this is how to
   * wait for two of them.
   */
  passed(time: Time): Promise<void> {
    return this.#probe.completed(time);
  }

  /** Whether it has ended. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /**
   * Calls `listener` for each batch, within the dataflow's own turn; `onFrontier` after each change of
   * what is complete. Returns a function that ends the subscription.
   */
  subscribe(
    listener: (batch: OutputBatch<T>) => void,
    onFrontier?: (frontier: readonly Time[]) => void,
  ): () => void {
    // What comes while it is still told of earlier batches waits its turn behind them.
    const queue = this.#takeEarly();
    const subscription: Subscription<T> = { listener, onFrontier, queue };
    this.#subscriptions.add(subscription);
    for (let i = 0; i < queue.length; i++) {
      try {
        listener(queue[i]);
      } catch (error) {
        // The caller hears of it, is not subscribed, and nothing that it has not seen is lost.
        this.#subscriptions.delete(subscription);
        this.#early = queue.slice(i);
        this.#gone -= this.#early.length;
        throw error;
      }
    }
    subscription.queue = null;
    return () => void this.#subscriptions.delete(subscription);
  }

  /**
   * Iterates the batches as they come.
   *
   * @throws {MeanderError} `MEANDER_OUTPUT` when batches went to others before: what is read from here
   * would look complete and not be it. Begin all readers before the first batch comes, or subscribe.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<OutputBatch<T>> {
    if (this.#gone > 0 && this.#cause === undefined) throw this.#tooLate();
    const reader = new Reader<T>(
      this.#takeEarly(),
      (gone) => this.#forget(gone),
      () => this.#relieve(),
    );
    if (this.#ended) reader.end(this.#cause);
    else this.#readers.add(reader);
    return reader;
  }

  /**
   * Iterates the times that had records, each once it is complete, earlier ones first.
   *
   * @throws {MeanderError} `MEANDER_OUTPUT` when batches went to others before.
   */
  completed(): AsyncIterableIterator<OutputBatch<T>> {
    const reader = this[Symbol.asyncIterator]() as Reader<T>;
    const steps = this.#completed(reader);
    return {
      next: () => steps.next(),
      // The reader first: a generator ends only when nobody waits in it.
      return: () => reader.return().then(() => steps.return(undefined)),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#completed(reader: Reader<T>): AsyncGenerator<OutputBatch<T>, undefined> {
    const pending = new PendingTimes<T>();
    try {
      for (;;) {
        const batch = await reader.nextOrFrontier();
        if (batch !== null) pending.add(batch);
        if (reader.isGone) return;
        if (reader.hasMore) continue;
        // Looked at before anything is handed out: the consumer may take its time.
        const isComplete = reader.isComplete;
        yield* pending.takeComplete(isComplete ? [] : this.frontier);
        if (isComplete) return;
      }
    } finally {
      await reader.return();
    }
  }

  /** All records until the output ends. */
  async toArray(): Promise<T[]> {
    const all: T[] = [];
    for await (const { records } of this) for (const record of records) all.push(record);
    return all;
  }

  /** For the engine: a batch came. A listener may end the dataflow, and then nobody else is told. */
  receive(batch: Batch<T>): void {
    const item: OutputBatch<T> = { time: batch.time, records: batch.rows() };
    if (this.#early !== null) this.#early.push(item);
    else this.#gone++;
    for (const { listener, queue } of this.#subscriptions) {
      if (this.#ended) return;
      if (queue !== null) queue.push(item);
      else this.#call(() => listener(item), "of a batch");
    }
    for (const reader of this.#readers) reader.push(item);
  }

  /** For the tracker: the frontier moved. */
  moved(): void {
    for (const { onFrontier } of this.#subscriptions) {
      if (this.#ended) return;
      if (onFrontier !== undefined) this.#call(() => onFrontier(this.frontier), "of its frontier");
    }
    for (const reader of this.#readers) reader.frontierMoved();
    this.#probe.moved();
  }

  /**
   * For the engine: no more batches; with a cause, because the dataflow failed or was cancelled. Returns how
   * many readers hear of it.
   */
  end(cause?: unknown): number {
    if (this.#ended) return 0;
    const told = this.#readers.size + this.#probe.end(cause);
    this.#ended = true;
    this.#cause = cause;
    for (const reader of this.#readers) reader.end(cause);
    this.#readers.clear();
    this.#relieve();
    return told;
  }

  /** For inputs: resolves when the readers have caught up; `undefined` when they have. */
  backlog(): Promise<void> | undefined {
    if (!this.#isBehind()) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Whether there is, or was, anybody to read it. */
  get isRead(): boolean {
    return this.#early === null;
  }

  /** For whoever asks where the memory is: what was not read yet. Readers share batches: the slowest counts. */
  kept(): Kept {
    let most = unread(this.#early ?? [], 0);
    for (const { queue } of this.#subscriptions) most = larger(most, unread(queue ?? [], 0));
    for (const reader of this.#readers) most = larger(most, reader.kept());
    return most;
  }

  #call(listener: () => void, what: string): void {
    try {
      listener();
    } catch (error) {
      throw new MeanderError(
        "MEANDER_USER_FUNCTION",
        `A function that was subscribed to output "${this.name}" threw when it was told ${what}: ` +
          show(error),
        { where: this.name, cause: error },
      );
    }
  }

  #tooLate(): MeanderError {
    return new MeanderError(
      "MEANDER_OUTPUT",
      `Cannot read output "${this.name}" from its beginning: ${this.#gone} of its batches went to an ` +
        `earlier reader or listener`,
      {
        where: this.name,
        hint:
          "Begin all readers before the first batch comes, or subscribe to what is still to come",
      },
    );
  }

  #isBehind(): boolean {
    if (this.#ended) return false;
    for (const reader of this.#readers) if (reader.backlog > BACKLOG_LIMIT) return true;
    return false;
  }

  #relieve(): void {
    this.onRead?.();
    if (this.#waiters.length === 0 || this.#isBehind()) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  #forget(reader: Reader<T>): void {
    this.#readers.delete(reader);
    this.#relieve();
  }

  #takeEarly(): OutputBatch<T>[] {
    const early = this.#early ?? [];
    this.#early = null;
    this.#gone += early.length;
    return early;
  }
}

/** Functions that are called within the dataflow's turn. */
interface Subscription<T> {
  /** What came before it was told of everything earlier; `null` after that. */
  queue: OutputBatch<T>[] | null;
  readonly listener: (batch: OutputBatch<T>) => void;
  readonly onFrontier: ((frontier: readonly Time[]) => void) | undefined;
}

/** One reader's place in the output. */
class Reader<T> implements AsyncIterableIterator<OutputBatch<T>> {
  #queue: OutputBatch<T>[];
  #at = 0;
  // Everyone who has called `next` and waits; served in the order of their calls.
  #waiting: (() => void)[] = [];
  #moved = false;
  #ended = false;
  #gone = false;
  #cause: unknown = undefined;
  readonly #onGone: (reader: Reader<T>) => void;
  readonly #onRead: () => void;

  constructor(early: OutputBatch<T>[], onGone: (reader: Reader<T>) => void, onRead: () => void) {
    this.#queue = early;
    this.#onGone = onGone;
    this.#onRead = onRead;
  }

  get backlog(): number {
    return this.#queue.length - this.#at;
  }

  get hasMore(): boolean {
    return this.backlog > 0;
  }

  /** Whether it was told that nobody reads any more. */
  get isGone(): boolean {
    return this.#gone;
  }

  /** Whether everything was read, and the output ended because nothing more could come. */
  get isComplete(): boolean {
    return !this.#gone && this.#ended && this.#cause === undefined && !this.hasMore;
  }

  kept(): Kept {
    return unread(this.#queue, this.#at);
  }

  push(batch: OutputBatch<T>): void {
    this.#queue.push(batch);
    this.#wake();
  }

  frontierMoved(): void {
    this.#moved = true;
    this.#wake();
  }

  end(cause: unknown): void {
    this.#ended = true;
    this.#cause = cause;
    this.#wake();
  }

  async next(): Promise<IteratorResult<OutputBatch<T>>> {
    for (;;) {
      const batch = await this.nextOrFrontier();
      if (batch !== null) return { done: false, value: batch };
      if (this.isComplete || this.#gone) return { done: true, value: undefined };
    }
  }

  /** The next batch, or `null` when the frontier moved or the output ended. */
  async nextOrFrontier(): Promise<OutputBatch<T> | null> {
    while (!this.hasMore && !this.#moved && !this.#ended) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#moved = false;
    if (this.hasMore) return this.#shift();
    if (this.#ended && this.#cause !== undefined) throw this.#cause;
    return null;
  }

  return(): Promise<IteratorResult<OutputBatch<T>>> {
    this.#ended = this.#gone = true;
    this.#cause = undefined;
    this.#queue = [];
    this.#at = 0;
    this.#wake();
    this.#onGone(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #shift(): OutputBatch<T> {
    const batch = this.#queue[this.#at++];
    if (this.#at > 64 && this.#at * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#at);
      this.#at = 0;
    }
    this.#onRead();
    return batch;
  }
}

/** Batches from an index on, of which the first ones stand for all. */
function unread(queue: readonly OutputBatch<unknown>[], from: number): Kept {
  const size = queue.length - from;
  if (size === 0) return NOTHING_KEPT;
  const { records, bytes } = keptInEach(recordsOf(queue, from), size);
  return { records, bytes, waiting: records };
}

function* recordsOf(queue: readonly OutputBatch<unknown>[], from: number): Generator<unknown> {
  for (let i = from; i < queue.length; i++) yield queue[i].records;
}

function larger(a: Kept, b: Kept): Kept {
  return b.records > a.records ? b : a;
}
