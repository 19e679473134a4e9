/**
 * An edge whose records may go to other workers: one worker's end of it, which sends and receives.
 *
 * @module
 */
import { type Data, type Values, valuesOf } from "../../batches/data.ts";
import { decodeFrame, encodeFrame } from "../../batches/platform_frame.ts";
import { equalTimes, formatTime, type Time } from "../../progress/time.ts";
import { Batch, Lease } from "../../operators/contract/batch.ts";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import type { Pact } from "../../operators/contract/pact.ts";
import type { Admission } from "../admission.ts";
import type { Inlet, Spreading } from "../inlet.ts";
import type { ProgressActor } from "../progress_actor.ts";
import type { VertexActor } from "../vertex_actor.ts";
import type { Worker } from "../worker.ts";
import { FrameBuffer } from "./frame_buffer.ts";
import type { Collector, Link } from "./link.ts";
import { DATA, readTime, writeCredit, writeTime } from "./messages.ts";
import { type Bins, type Partition, partitionOf, Sorting } from "./partition.ts";

/** Batches of one edge that may be under way to one worker, or wait there, before the sender is held back. */
const WINDOW = 32;
/** Batches that are taken before their credit goes back, all at once. */
const CREDITS_AT_ONCE = 8;

const ROWS = 0;
const INTS = 1;
const DOUBLES = 2;

/** What an edge is made with. */
export interface SpreadOptions {
  readonly link: Link;
  readonly worker: Worker;
  readonly progress: ProgressActor;
  readonly dataflow: number;
  /** Its number in the graph, the same on every worker. */
  readonly edge: number;
  readonly pact: Pact;
  /** The vertex that it comes from, and which of its outputs. */
  readonly source: VertexActor;
  readonly output: number;
  /** This worker's shard of the input that it leads to. */
  readonly inlet: Inlet;
  /** How many coordinates times have on it. */
  readonly depth: number;
  /** How many records a batch collects. */
  readonly capacity: number;
}

/**
 * Records of one time are collected for each worker, and sent when there are enough, when the next ones
 * are of another time or kind, or when the worker has nothing else to do. What is being collected for a
 * worker is one message, which counts from its first record on.
 */
export class SpreadEdge implements Spreading, Collector {
  /** The vertices of this worker that have to wait while the edge has no credit. */
  readonly upstream: VertexActor[] = [];
  /** Records and bytes that this end has sent to other workers, without those that have come from them. */
  readonly balance: { records: number; bytes: number } = { records: 0, bytes: 0 };
  readonly #options: SpreadOptions;
  readonly #partition: Partition;
  readonly #sorting: Sorting;
  // What is collected, by worker: all of one time and kind.
  readonly #bins: Bins;
  readonly #counts: Int32Array;
  // By worker: whether what is collected is counted already.
  readonly #counted: boolean[] = [];
  readonly #columns: (ColumnFrame | null)[];
  #time: Time | null = null;
  #kind = ROWS;
  #isOpen = false;
  // Batches sent to each worker that it has not taken, and how many workers have had too many.
  readonly #underWay: Int32Array;
  #withoutCredit = 0;
  readonly #returns: Returns[];
  #where = new Int32Array(1024);

  /** One end of an edge; `upstream` is filled in when all routes are known. */
  constructor(options: SpreadOptions) {
    const { link, pact } = options;
    this.#options = options;
    this.#partition = partitionOf(pact, link.workers, link.index);
    this.#sorting = new Sorting(link.workers);
    this.#bins = new Array(link.workers).fill(null);
    this.#counts = new Int32Array(link.workers);
    this.#columns = new Array(link.workers).fill(null);
    this.#underWay = new Int32Array(link.workers);
    this.#returns = Array.from({ length: link.workers }, (_unused, to) => new Returns(options, to));
  }

  get inlet(): Inlet {
    return this.#options.inlet;
  }

  take(batch: Batch): void {
    const { data, length, time } = batch;
    const values = valuesOf(data);
    const kind = kindOf(values);
    const { inlet, progress, link } = this.#options;
    if (length > this.#where.length) this.#where = new Int32Array(2 * length);
    try {
      this.#partition.assign(values, length, this.#where);
    } catch (error) {
      const record = values[this.#where.indexOf(-1)];
      inlet.actor.context.time = time;
      return progress.supervisor.vertexFailed(
        inlet.actor,
        inlet.actor.context.blame(error, record),
      );
    }
    if (kind !== this.#kind || this.#time === null || !equalTimes(this.#time, time)) {
      this.#ship();
      this.#kind = kind;
      this.#time = time;
    }
    if (!this.#partition.isBroadcast) this.#sort(values, length);
    else for (let to = 0; to < link.workers; to++) this.#copyTo(to, values, length);
    if (this.#isOpen) return;
    this.#isOpen = true;
    link.opened(this);
  }

  flush(): void {
    this.#isOpen = false;
    this.#ship();
    this.#letGo();
    this.#options.worker.postStaged();
  }

  /** A batch came from another worker; this one takes it when its vertex can. */
  received({ words, doubles, bytes, length }: FrameBuffer, from: number): void {
    const { worker, inlet, depth } = this.#options;
    const count = words[3];
    const time = readTime(doubles, 3, depth);
    const first = 3 + depth;
    this.balance.records -= count;
    this.balance.bytes -= length;
    let data: Data<unknown>;
    let lease: Lease | null = null;
    if (words[4] === ROWS) data = decodeFrame(bytes.subarray(8 * first, length));
    else {
      const column = words[4] === INTS
        ? worker.pool.takeInt32(count)
        : worker.pool.takeFloat64(count);
      const at = words[4] === INTS ? 2 * first : first;
      column.set((words[4] === INTS ? words : doubles).subarray(at, at + count));
      lease = new Lease(column, worker.pool);
      data = column;
    }
    const batch = new Batch(time, data, count, lease);
    worker.check(batch);
    worker.admit(inlet, batch, this.#returns[from]);
  }

  /** For whoever asks where the memory is: records being collected. */
  get collected(): number {
    return this.#counts.reduce((all, count) => all + count, 0);
  }

  /** The same, and batches that others have not taken. */
  get pending(): { readonly collected: number; readonly underWay: number } {
    const sum = (counts: Int32Array) => counts.reduce((all, count) => all + count, 0);
    return { collected: this.collected, underWay: sum(this.#underWay) };
  }

  /** A worker took so many batches. */
  credited(from: number, count: number): void {
    const before = this.#underWay[from];
    this.#underWay[from] = before - count;
    if (before < WINDOW || before - count >= WINDOW) return;
    this.#withoutCredit--;
    if (this.#withoutCredit > 0) return;
    this.#options.worker.unhold(this.upstream);
  }

  /** The dataflow ended: what was collected is let go. */
  discard(): void {
    this.#counts.fill(0);
    this.#letGo();
  }

  /** A column that was taken and not used goes back to the pool. */
  #letGo(): void {
    const { link, worker } = this.#options;
    worker.pool.give(this.#bins[link.index]);
    this.#bins[link.index] = null as never;
  }

  #copyTo(to: number, values: Values<unknown>, length: number): void {
    this.#where.fill(to, 0, length);
    this.#sort(values, length);
  }

  #sort(values: Values<unknown>, length: number): void {
    const sort = this.#sorting.for(values, length);
    const { capacity } = this.#options;
    this.#openBins();
    for (let next = 0; next < length && !this.#options.progress.isDead;) {
      next = sort(values, next, length, this.#where, this.#bins, this.#counts, capacity);
      for (let to = 0; to < this.#counts.length; to++) {
        if (this.#counts[to] > 0) this.#countOnce(to);
        if (this.#counts[to] === capacity) {
          this.#send(to);
          this.#openBin(to);
        }
      }
    }
  }

  #countOnce(to: number): void {
    if (this.#counted[to]) return;
    this.#counted[to] = true;
    const { progress, inlet: { slot, summary } } = this.#options;
    const time = this.#time!;
    progress.changes.add(slot, summary === null ? time : summary.saturate(time), 1);
  }

  #openBins(): void {
    for (let to = 0; to < this.#bins.length; to++) if (this.#counts[to] === 0) this.#openBin(to);
  }

  /** A place to collect for a worker: for this one a pooled column, for others the frame itself. */
  #openBin(to: number): void {
    const { link, worker, capacity } = this.#options;
    const isHere = to === link.index;
    const last = this.#bins[to];
    if (isHere && last !== null && kindOf(last) === this.#kind && this.#kind !== ROWS) return;
    if (isHere) this.#letGo();
    if (this.#kind === ROWS) this.#bins[to] = [];
    else if (!isHere) this.#bins[to] = this.#columnsTo(to).forKind(this.#kind);
    else if (this.#kind === INTS) this.#bins[to] = worker.pool.takeInt32(capacity);
    else this.#bins[to] = worker.pool.takeFloat64(capacity);
  }

  #columnsTo(to: number): ColumnFrame {
    const { depth, capacity } = this.#options;
    return this.#columns[to] ??= new ColumnFrame(3 + depth, capacity);
  }

  #ship(): void {
    for (let to = 0; to < this.#counts.length; to++) if (this.#counts[to] > 0) this.#send(to);
  }

  #send(to: number): void {
    const { link, source, progress, output, edge } = this.#options;
    const count = this.#counts[to];
    if (source.observer !== null) source.observer.spreads(output, edge, to, count, this.#time!);
    const bin = this.#bins[to];
    this.#counts[to] = 0;
    this.#counted[to] = false;
    if (to === link.index) return this.#stage(bin, count);
    let frame: FrameBuffer;
    try {
      frame = this.#compose(to, bin, count);
    } catch (error) {
      return progress.supervisor.vertexFailed(source, this.#unsendable(error));
    }
    this.balance.records += count;
    this.balance.bytes += frame.length;
    link.transport.send(to, frame);
    if (++this.#underWay[to] !== WINDOW) return;
    this.#withoutCredit++;
    if (this.#withoutCredit > 1) return;
    for (const actor of this.upstream) actor.hold();
  }

  /** Records that cannot leave their thread are a fault of the vertex that made them. */
  #unsendable(error: unknown): MeanderError {
    const { name, site } = this.#options.source.context;
    const written = site === undefined ? "" : ` (written at ${site})`;
    const why = error instanceof Error
      ? error.message.replace(/^MEANDER_\w+ {2}/, "")
      : show(error);
    return new MeanderError(
      "MEANDER_FRAME",
      `Cannot spread what "${name}"${written} has sent at time ${formatTime(this.#time!)}: ${why}`,
      { where: name, cause: error },
    );
  }

  /** What stays on this worker goes into the mailbox; its column belongs to the batch now. */
  #stage(bin: Bins[number], count: number): void {
    const { link, worker, inlet } = this.#options;
    const lease = Array.isArray(bin) ? null : new Lease(bin, worker.pool);
    worker.stage(inlet, new Batch(this.#time!, bin as Data<unknown>, count, lease));
    this.#bins[link.index] = null as never;
  }

  /** The frame with what was collected for a worker. */
  #compose(to: number, bin: Bins[number], count: number): FrameBuffer {
    const { dataflow, edge, depth, link } = this.#options;
    const first = 8 * (3 + depth);
    let frame: FrameBuffer;
    if (this.#kind === ROWS) {
      const rows = encodeFrame(bin, count);
      frame = link.out;
      frame.ensure(first + rows.length);
      frame.bytes.set(rows, first);
      frame.length = first + rows.length;
    } else {
      ({ frame } = this.#columnsTo(to));
      frame.length = first + count * (this.#kind === INTS ? 4 : 8);
    }
    const { words } = frame;
    words[0] = DATA;
    words[1] = dataflow;
    words[2] = edge;
    words[3] = count;
    words[4] = this.#kind;
    writeTime(frame.doubles, 3, this.#time!);
    return frame;
  }
}

/** A frame for numbers that is filled in place, with the views to fill it by. */
class ColumnFrame {
  readonly frame: FrameBuffer;
  readonly #ints: Int32Array;
  readonly #doubles: Float64Array;

  /** After so many doubles there is room for so many numbers. */
  constructor(first: number, capacity: number) {
    this.frame = new FrameBuffer(8 * (first + capacity));
    this.#ints = this.frame.words.subarray(2 * first, 2 * first + capacity);
    this.#doubles = this.frame.doubles.subarray(first, first + capacity);
  }

  forKind(kind: number): Int32Array | Float64Array {
    return kind === INTS ? this.#ints : this.#doubles;
  }
}

/** Gives one worker its credit back. */
class Returns implements Admission {
  readonly #options: SpreadOptions;
  readonly #to: number;
  #taken = 0;

  constructor(options: SpreadOptions, to: number) {
    this.#options = options;
    this.#to = to;
  }

  admitted(): void {
    if (++this.#taken < CREDITS_AT_ONCE) return;
    const { link, dataflow, edge } = this.#options;
    writeCredit(link.out, dataflow, edge, this.#taken);
    this.#taken = 0;
    link.send(this.#to);
  }
}

function kindOf(values: Values<unknown>): number {
  return values instanceof Int32Array ? INTS : values instanceof Float64Array ? DOUBLES : ROWS;
}
