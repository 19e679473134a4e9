/**
 * Inputs of running dataflows.
 *
 * @module
 */
import { type Data, isData } from "../batches/data.ts";
import { checkTime, formatTime, lessEqual, lessThan, type Time } from "../progress/time.ts";
import type { Inlet, Route } from "../actors/inlet.ts";
import type { InputPace } from "../actors/paced.ts";
import type { ProgressActor } from "../actors/progress_actor.ts";
import type { Admission } from "../actors/admission.ts";
import type { Worker } from "../actors/worker.ts";
import { Batch } from "../operators/contract/batch.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { OutputPort } from "../operators/contract/output_port.ts";

/** What an input handle feeds: the input vertex of one running dataflow. */
export interface Feed {
  readonly port: OutputPort;
  readonly tracker: ProgressActor;
  /** Where batches come in that are to be spread over several workers; `null` with one. */
  readonly inlet: Inlet | null;
  /** Resolves when the dataflow's readers have caught up; `undefined` when they have. */
  readonly backlog: () => Promise<void> | undefined;
  /** Says whether senders are to wait because too much is on its way, or too many epochs are open. */
  readonly pace: InputPace;
}

/** Batches of one input that may wait before `send` runs the engine itself. */
const WAITING_LIMIT = 64;

/** One more epoch of an input that is kept open, apart from the input's own current time. */
export interface OpenEpoch<T> extends Disposable {
  /** Its time. */
  readonly time: Time;
  /** Sends records at its time. */
  send(records: Data<T>): Promise<void> | undefined;
  /** Gives the right to send up. Closing twice does nothing. */
  close(): void;
}

/**
 * Sends records into one or several running dataflows, and says which times are over.
 *
 * The current time starts at 0 (with several root coordinates: all 0). Records sent at it or later are
 * accepted; `advanceTo` ends everything before. Besides it any number of epochs can be held open.
 */
export class InputHandle<T> implements Admission {
  /** For messages. */
  readonly name: string;
  readonly #worker: Worker;
  readonly #depth: number;
  readonly #capacity: number;
  readonly #feeds: Feed[] = [];
  readonly #open = new Set<Epoch<T>>();
  #time: Time;
  #closed = false;
  #failure: unknown = undefined;
  #waiting = 0;
  #waiters: (() => void)[] = [];
  #sent = 0;
  #unheard = 0;

  /** Made by an engine. */
  constructor(name: string, depth: number, worker: Worker, capacity: number) {
    this.name = name;
    this.#depth = depth;
    this.#worker = worker;
    this.#capacity = capacity;
    this.#time = depth === 1 ? 0 : new Array<number>(depth).fill(0);
  }

  /** The time that `send` sends at. */
  get time(): Time {
    return this.#time;
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** How many records were sent. */
  get sent(): number {
    return this.#sent;
  }

  /** How many batches wait to be admitted: what was sent and no vertex has taken yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many of them were sent while no dataflow was attached, so that nobody received them. */
  get unheard(): number {
    return this.#unheard;
  }

  /**
   * Sends records at the current time. They are shared from now on: do not change them. Long arrays are
   * cut into batches. When too much waits the engine runs here and now; when the dataflow's readers
   * are behind, the result is a promise to wait for before sending more (not in the very loop that reads
   * an output: the reader would wait for itself).
   *
   * @throws {MeanderError} `MEANDER_INPUT` when the input is closed; the dataflow's own error when the
   * only one that it feeds has failed, be it in this very call.
   */
  send(records: Data<T>): Promise<void> | undefined {
    if (this.#closed) throw this.#closedError("send");
    return this.#send(this.#time, records);
  }

  /** Sends records at a time that is not before the current one. */
  sendAt(time: Time, records: Data<T>): Promise<void> | undefined {
    if (this.#closed) throw this.#closedError("send");
    return this.#send(this.#notBefore(time, "send at"), records);
  }

  /** Ends all times that are not at or after `time`; a time never goes back. */
  advanceTo(time: Time): void {
    if (this.#closed) throw this.#closedError("advance");
    const next = this.#notBefore(time, "advance to");
    if (!lessThan(this.#time, next)) return;
    const last = this.#time;
    this.#time = next;
    for (let i = 0; i < this.#feeds.length; i++) {
      const { tracker, port } = this.#feeds[i];
      tracker.hold(port, next, 1);
      tracker.hold(port, last, -1);
      this.#worker.queue(tracker);
    }
    this.#worker.wake();
  }

  /**
   * Keeps an epoch open although the input advances: for sources whose epochs end in another order than
   * they begin.
   */
  open(time: Time): OpenEpoch<T> {
    if (this.#closed) throw this.#closedError("open an epoch");
    const epoch = new Epoch<T>(
      this.#notBefore(time, "open"),
      this.#hold,
      this.#sendFrom,
      (closed) => {
        this.#open.delete(closed);
      },
    );
    this.#open.add(epoch);
    return epoch;
  }

  /** Ends the input. Epochs that were opened besides stay open until they are closed themselves. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#hold(this.#time, -1);
    this.#worker.wake();
  }

  /** Ends the input and every epoch that was opened. */
  closeAll(): void {
    this.close();
    for (const epoch of [...this.#open]) epoch.close();
  }

  /** Closes everything. */
  [Symbol.dispose](): void {
    this.closeAll();
  }

  /** For the engine: why it cannot feed a dataflow of that worker and depth; empty when it can. */
  misfits(worker: Worker, depth: number): string[] {
    const reasons: string[] = [];
    if (worker !== this.#worker) {
      reasons.push(`is given "${this.name}" of another engine: one engine's inputs stay in it`);
    }
    if (depth !== this.#depth) {
      reasons.push(
        `is given "${this.name}" whose times have ${this.#depth} coordinates: ` +
          `the dataflow's have ${depth}`,
      );
    }
    return reasons;
  }

  /** For the engine: another dataflow listens from now on, from the current and the open times. */
  attach(feed: Feed): void {
    this.#feeds.push(feed);
    if (!this.#closed) feed.tracker.hold(feed.port, this.#time, 1);
    for (const epoch of this.#open) feed.tracker.hold(feed.port, epoch.time, 1);
  }

  /** Whether it feeds a dataflow. */
  protected get isAttached(): boolean {
    return this.#feeds.length > 0;
  }

  /** For the engine: a dataflow listens no more; with a cause it was the only one and it failed. */
  detach(feed: Feed, cause?: unknown): void {
    const at = this.#feeds.indexOf(feed);
    if (at < 0) return;
    this.#feeds.splice(at, 1);
    if (cause !== undefined && this.#feeds.length === 0) this.#failure = cause;
    this.#wakeSenders();
  }

  /** For the worker: it is stopped by what it feeds, like a vertex. */
  readonly waitsForRoom = true;

  /** For the worker: one batch was taken. */
  admitted(): void {
    this.#waiting--;
    if (this.#waiting <= WAITING_LIMIT / 2) this.#wakeSenders();
  }

  readonly #hold = (time: Time, delta: number): void => {
    for (const { tracker, port } of this.#feeds) {
      tracker.hold(port, time, delta);
      this.#worker.queue(tracker);
    }
    this.#worker.wake();
  };

  readonly #sendFrom = (time: Time, records: Data<T>) => this.#send(time, records);

  #send(time: Time, records: Data<T>): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (!isData(records)) throw this.#noRecords(records);
    const { length } = records;
    if (length === 0) return undefined;
    this.#sent += length;
    if (this.#feeds.length === 0) this.#unheard += length;
    const step = this.#capacity;
    if (length <= 2 * step || !isSliceable(records)) this.#admit(new Batch<T>(time, records));
    else {
      for (let at = 0; at < length && this.#failure === undefined; at += step) {
        this.#admit(new Batch<T>(time, part(records, at, Math.min(at + step, length))));
      }
    }
    // The engine may have run meanwhile, and what was sent may have gone nowhere.
    if (this.#failure !== undefined) throw this.#failure;
    return this.#pace(time, records);
  }

  #admit(batch: Batch<T>): void {
    this.#worker.check(batch);
    for (const { tracker, port, inlet } of this.#feeds) {
      if (inlet === null) {
        const { targets } = port.route as Route;
        for (const target of targets) this.#admitTo(target, tracker, batch);
      } else {
        tracker.hold(port, batch.time, 1);
        this.#waiting++;
        this.#worker.admit(inlet, batch, this);
      }
      this.#worker.queue(tracker);
    }
    if (this.#waiting >= WAITING_LIMIT && !this.#worker.isRunning) this.#worker.runInline();
  }

  #admitTo(inlet: Inlet, tracker: ProgressActor, batch: Batch<T>): void {
    const { slot, summary } = inlet;
    tracker.changes.add(slot, summary === null ? batch.time : summary.saturate(batch.time), 1);
    this.#waiting++;
    this.#worker.admit(inlet, batch, this);
  }

  /** Nothing to wait for in the common case, so that a send costs no promise. */
  #pace(time: Time, records: Data<T>): Promise<void> | undefined {
    this.#worker.wake();
    let tooMuch: Promise<void> | undefined = undefined;
    for (let i = 0; i < this.#feeds.length; i++) {
      tooMuch = this.#feeds[i].pace.sent(time, records) ?? tooMuch;
    }
    if (tooMuch !== undefined) return tooMuch;
    if (this.#waiting >= WAITING_LIMIT) {
      return new Promise((resolve) => this.#waiters.push(resolve));
    }
    for (const feed of this.#feeds) {
      const behind = feed.backlog();
      if (behind !== undefined) return behind;
    }
    return this.#worker.breath();
  }

  #wakeSenders(): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  #notBefore(time: Time, what: string): Time {
    if (this.#failure !== undefined) throw this.#failure;
    const checked = checkTime(time, this.#depth);
    if (lessEqual(this.#time, checked)) return checked;
    throw new MeanderError(
      "MEANDER_INPUT",
      `Cannot ${what} ${formatTime(checked)} on input "${this.name}": it is at ` +
        `${formatTime(this.#time)}, and a time never goes back`,
      { where: this.name, hint: "Open an epoch with open(time) before advancing past it" },
    );
  }

  #noRecords(value: unknown): MeanderError {
    return new MeanderError(
      "MEANDER_INPUT",
      `Cannot send ${
        show(value)
      } on input "${this.name}": it takes an array of records, an Int32Array, ` +
        `a Float64Array or a column`,
      { where: this.name, hint: "Put a single record into an array" },
    );
  }

  #closedError(what: string): unknown {
    if (this.#failure !== undefined) return this.#failure;
    return new MeanderError(
      "MEANDER_INPUT",
      `Cannot ${what} on input "${this.name}": it is closed`,
      {
        where: this.name,
      },
    );
  }
}

/** An epoch that is held open besides the current time. */
class Epoch<T> implements OpenEpoch<T> {
  readonly time: Time;
  readonly #hold: (time: Time, delta: number) => void;
  readonly #send: (time: Time, records: Data<T>) => Promise<void> | undefined;
  readonly #onClose: (epoch: Epoch<T>) => void;
  #closed = false;

  constructor(
    time: Time,
    hold: (time: Time, delta: number) => void,
    send: (time: Time, records: Data<T>) => Promise<void> | undefined,
    onClose: (epoch: Epoch<T>) => void,
  ) {
    this.time = time;
    this.#hold = hold;
    this.#send = send;
    this.#onClose = onClose;
    hold(time, 1);
  }

  send(records: Data<T>): Promise<void> | undefined {
    if (this.#closed) {
      throw new MeanderError(
        "MEANDER_INPUT",
        `Cannot send at ${formatTime(this.time)}: the epoch is closed`,
      );
    }
    return this.#send(this.time, records);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose(this);
    this.#hold(this.time, -1);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function isSliceable(data: Data<unknown>): boolean {
  return Array.isArray(data) || data instanceof Int32Array || data instanceof Float64Array;
}

function part<T>(data: Data<T>, from: number, to: number): Data<T> {
  if (data instanceof Int32Array || data instanceof Float64Array) {
    return data.subarray(from, to) as Data<T>;
  }
  // Not `slice`: what a subclass of Array makes of it is its own business.
  const rows = data as readonly T[];
  return Array.from({ length: to - from }, (_unused, i) => rows[from + i]);
}
