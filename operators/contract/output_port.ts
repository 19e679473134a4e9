/**
 * An output of a vertex: checks the right to send, collects single records into batches, and counts what
 * the output budget allows.
 *
 * @module
 */
import {
  checkTime,
  coordinateOf,
  equalTimes,
  formatTime,
  lessEqual,
  type Time,
} from "../../progress/time.ts";
import { type Data, EncodedColumn, isData } from "../../batches/data.ts";
import { Writer } from "../../batches/writer.ts";
import type { BufferPool } from "../../batches/pool.ts";
import { Batch, Lease } from "./batch.ts";
import { MeanderError, show } from "./fault.ts";
import type { VertexOptions } from "./host.ts";
import type { Turn } from "./turn.ts";

/** What an output asks of the vertex it belongs to. */
export interface PortOwner {
  /** For messages. */
  readonly name: string;
  /** Whether a capability of the vertex at this output covers `time`. */
  holdsRight(port: OutputPort, time: Time): boolean;
  /** The rights at this output, for messages. */
  describeRights(port: OutputPort): string;
}

/** Where a vertex sends its results. */
export class OutputPort<T = unknown> {
  /** The port's name. */
  readonly name: string;
  /** Its index among the vertex's outputs. */
  readonly index: number;
  /** How many coordinates its times have. */
  readonly depth: number;
  /** Who receives; belongs to whoever runs the vertex. */
  route: unknown = null;
  /** The right of the callback that runs: its time through the port pair's summary; `null` for none. */
  right: Time | null = null;
  /** Whether somebody gets what is sent; set by whoever runs the vertex. */
  isRead = true;
  /** How many batches the running slice has emitted here. */
  emitted = 0;
  /** Coordinates of gates around it, which stay as they are in whatever it sends; mostly none. */
  readonly #fixed: readonly number[];
  readonly #owner: PortOwner;
  readonly #turn: Turn;
  readonly #pool: BufferPool;
  readonly #budget: number;
  readonly #capacity: number;
  #writer: Writer | null = null;
  #writerTime: Time = 0;
  // Whether the writer holds records: a plain flag, because every callback of every vertex asks.
  #writing = false;

  /** Made by the vertex's account. */
  constructor(
    name: string,
    index: number,
    depth: number,
    owner: PortOwner,
    turn: Turn,
    pool: BufferPool,
    { limits, fixed = [] }: Pick<VertexOptions, "limits" | "fixed">,
  ) {
    this.#fixed = fixed;
    this.name = name;
    this.index = index;
    this.depth = depth;
    this.#owner = owner;
    this.#turn = turn;
    this.#pool = pool;
    this.#budget = limits.budget;
    this.#capacity = limits.capacity;
  }

  /** Whether a right allows a time here. */
  readonly allows = (right: Time, time: Time): boolean =>
    lessEqual(right, time) &&
    this.#fixed.every((at) => coordinateOf(right, at) === coordinateOf(time, at));

  /** What to add to the refusal of a time, where a gate would lose count of what is in it. */
  get whyFixed(): string {
    return this.#fixed.length === 0
      ? ""
      : `; coordinate ${
        this.#fixed.join(", ")
      } is the number of a gate's batch, and stays as it is`;
  }

  /** Whether the slice has used up its output budget: return `true` from the callback to give way. */
  get isFull(): boolean {
    return this.emitted >= this.#budget;
  }

  /** How many records `push` has collected that are in no batch yet. */
  get collected(): number {
    return this.#writing ? this.#writer!.length : 0;
  }

  /** How many records a batch collects before it is sent. */
  get capacity(): number {
    return this.#capacity;
  }

  /**
   * Sends records at a time. The array is shared from now on: do not change it. Nothing is sent when it
   * is empty.
   *
   * @throws {MeanderError} `MEANDER_RIGHT` without a right at or before `time`; `MEANDER_BUFFER` for a
   * buffer that belongs to the pool, such as the `data` of a batch.
   */
  send(time: Time, data: Data<T>): void {
    if (!Array.isArray(data)) this.#requireOwn(data);
    if (data.length === 0) return;
    if (time !== this.right || time === null) time = this.#covered(time);
    if (this.#writing) this.flush();
    this.emitted++;
    this.#turn.send(this as OutputPort, new Batch<unknown>(time, data));
  }

  /** Like `send`, for a buffer taken from the pool, whose first `length` elements are records. */
  sendBuffer(time: Time, data: Data<T>, length: number): void {
    if (!(length >= 0 && length <= data.length)) throw this.#wrongLength(length, data.length);
    if (time !== this.right || time === null) time = this.#covered(time);
    if (this.#writing) this.flush();
    this.#stage(time, data, length);
  }

  /** Passes a received batch on, sharing its data, at its own time or at another. */
  forward(batch: Batch<T>, time: Time = batch.time): void {
    if (time !== this.right || time === null) time = this.#covered(time);
    if (this.#writing) this.flush();
    this.emitted++;
    this.#turn.send(this as OutputPort, batch.at(time) as Batch);
  }

  /** Adds one record at a time; records of one time travel together in batches. */
  push(time: Time, value: T): void {
    const writer = this.#writerAt(time);
    writer.push(value);
    if (writer.isFull) this.flush();
  }

  /**
   * Adds the records of a list from index `from` on, as far as the output budget allows, and returns the index
   * of the first one that it did not add (the length when all were).
   */
  pushRows(time: Time, records: ArrayLike<T>, from = 0): number {
    let next = from;
    while (next < records.length && !this.isFull) {
      const writer = this.#writerAt(time);
      next += writer.pushRows(records, next);
      if (writer.isFull) this.flush();
    }
    return next;
  }

  /**
   * Adds the integers from `from` up to but not including `to`, as far as the output budget allows, and
   * returns the first one it did not add (`to` when all were).
   */
  pushRange(time: Time, from: number, to: number): number {
    let next = from;
    while (next < to && !this.isFull) {
      const writer = this.#writerAt(time);
      next += writer.pushRange(next, to);
      if (writer.isFull) this.flush();
    }
    return next;
  }

  /** Sends what `push` has collected. The engine calls it after every callback. */
  flush(): void {
    if (!this.#writing) return;
    this.#writing = false;
    const { length } = this.#writer!;
    this.#stage(this.#writerTime, this.#writer!.take() as Data<T>, length);
  }

  /** Forgets what `push` has collected, after a callback threw. */
  discard(): void {
    if (!this.#writing) return;
    this.#writing = false;
    this.#writer!.discard();
  }

  #stage(time: Time, data: Data<T>, length: number): void {
    let lease: Lease | null = null;
    if (!Array.isArray(data)) {
      const pooled = data instanceof Int32Array || data instanceof Float64Array;
      if (pooled && length === 0) return this.#pool.give(data);
      if (pooled) lease = new Lease(data, this.#pool);
    }
    if (length === 0) return;
    this.emitted++;
    this.#turn.send(this as OutputPort, new Batch<unknown>(time, data, length, lease));
  }

  #writerAt(time: Time): Writer {
    const writer = this.#writer;
    if (this.#writing && writer !== null) {
      if (time === this.#writerTime || equalTimes(time, this.#writerTime)) return writer;
      this.flush();
    }
    this.#writerTime = time === this.right && time !== null ? time : this.#covered(time);
    this.#writer ??= new Writer(this.#pool, this.#capacity);
    this.#writing = true;
    return this.#writer;
  }

  #wrongLength(length: number, most: number): MeanderError {
    return new MeanderError(
      "MEANDER_BUFFER",
      `Cannot send ${length} records of a buffer of ${most} from "${this.#owner.name}" ` +
        `(output "${this.name}"): it takes as many as there are, or fewer`,
      { where: this.#owner.name },
    );
  }

  /** A pooled buffer may be longer than its batch, and will be used again when the batch is released. */
  #requireOwn(data: Data<T>): void {
    if (!isData(data)) {
      throw new MeanderError(
        "MEANDER_RECORDS",
        `Cannot send ${
          show(data)
        } from "${this.#owner.name}" (output "${this.name}"): it takes an ` +
          `array of records, an Int32Array, a Float64Array or a column`,
        { where: this.#owner.name, hint: "Put a single record into an array" },
      );
    }
    if (data instanceof EncodedColumn || !this.#pool.owns(data as Int32Array)) return;
    throw new MeanderError(
      "MEANDER_BUFFER",
      `Cannot send a buffer of the pool from "${this.#owner.name}" (output "${this.name}"): it is a ` +
        `received batch's, and used again after this callback`,
      {
        where: this.#owner.name,
        hint: "Pass the batch on with forward, or send a copy: batch.rows()",
      },
    );
  }

  #covered(time: Time): Time {
    if (this.right !== null && time !== null && equalTimes(this.right, time)) return this.right;
    const checked = checkTime(time, this.depth);
    if (this.right !== null && this.allows(this.right, checked)) return checked;
    if (this.#owner.holdsRight(this as OutputPort, checked)) return checked;
    throw new MeanderError(
      "MEANDER_RIGHT",
      `Cannot send at ${formatTime(checked)} from "${this.#owner.name}" (output "${this.name}"): ` +
        `holds ${this.#owner.describeRights(this as OutputPort)}${this.whyFixed}`,
      {
        where: this.#owner.name,
        hint: "Send at the time of the batch or later, or keep a right with retain or notifyAt",
      },
    );
  }
}
