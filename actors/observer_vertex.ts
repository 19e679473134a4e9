/**
 * What an observed vertex says of itself: its slices, and the messages that it takes and sends.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { Batch } from "../operators/contract/batch.ts";
import type { Turn } from "../operators/contract/turn.ts";
import { type Callback, maskOf } from "./events.ts";
import { FEED, FRONTIER, type Inlet, MESSAGE, NOTIFY, RESUME } from "./inlet.ts";
import type { Observer } from "./observer.ts";

const MESSAGES = maskOf(["messages"]);
const SCHEDULE = maskOf(["schedule"]);
const DROPPED = maskOf(["dropped"]);

/** What is the same for all vertices of a dataflow on one worker. */
export class DataflowObserver {
  /** It ended: nothing more is said of it. */
  isOver = false;
  /** Which kinds are wanted. */
  mask = 0;
  readonly observer: Observer;
  readonly name: string;
  readonly run: number;

  /** Of that dataflow, on the observer's worker. */
  constructor(observer: Observer, name: string, run: number) {
    this.observer = observer;
    this.name = name;
    this.run = run;
  }

  /** Whether a kind is wanted, given as its bit. */
  wants(kind: number): boolean {
    return (this.mask & kind) !== 0 && !this.isOver;
  }
}

/** What an observed vertex is. */
export interface ObservedVertex {
  readonly vertex: number;
  readonly path: string;
  /** The names of its ports. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** By output the numbers of the edges to targets on this worker, in their order. */
  readonly channels: readonly (readonly number[])[];
}

/** See the module. */
export class VertexObserver {
  readonly #dataflow: DataflowObserver;
  readonly #observer: Observer;
  readonly #vertex: ObservedVertex;
  // Of the slice that runs.
  #callback: Callback = "outside";
  #start = 0;
  #received = 0;
  #sent = 0;
  #batches = 0;
  #more = false;

  /** Says nothing before something happens. */
  constructor(dataflow: DataflowObserver, vertex: ObservedVertex) {
    this.#dataflow = dataflow;
    this.#observer = dataflow.observer;
    this.#vertex = vertex;
  }

  /** A slice begins that was given an entry; a chain tells of its vertices itself. */
  begins(inlet: Inlet, payload: unknown): void {
    if (inlet.chain !== null) return;
    this.#open(callbackOf(inlet));
    if (inlet.kind === MESSAGE) {
      const { length, time } = payload as Batch;
      this.#takes(inlet.port, length, time);
    }
  }

  /** A slice of a vertex in a chain begins: it was given so many records. */
  beginsInChain(records: number, time: Time): void {
    this.#open("receive");
    this.#takes(0, records, time);
  }

  /** The slice in a chain ends: what it has made goes to the next one in the row, without a mailbox. */
  passesOn(records: number, time: Time): void {
    if (records > 0) this.#sends(0, records, time);
    this.#observer.close();
  }

  /** The entry that it was given is dealt with, or as much of it as it does for now. */
  returns(more: boolean): void {
    this.#more = more;
    this.#observer.close();
  }

  /** Whether it is a vertex of that dataflow. */
  isOf(dataflow: DataflowObserver): boolean {
    return this.#dataflow === dataflow;
  }

  /** What a turn did becomes real. Outside of a slice it counts as one of no length. */
  commits(turn: Turn): void {
    const isOutside = this.#observer.open !== this;
    if (isOutside && turn.sends === 0) return;
    if (isOutside) this.#open("outside");
    for (let i = 0; i < turn.sends; i++) {
      const { length, time } = turn.batches[i];
      this.#sends(turn.ports[i].index, length, time);
    }
    if (isOutside) this.#observer.close();
  }

  /** It sent one batch at its first output. */
  emits({ length, time }: Batch): void {
    this.#sends(0, length, time);
  }

  /** An edge of it that spreads records sent what it had collected for a worker. */
  spreads(output: number, channel: number, toWorker: number, records: number, time: Time): void {
    if (this.#dataflow.wants(MESSAGES)) this.#saySent(output, channel, toWorker, records, time);
  }

  /** It dropped records. */
  drops(records: number, reason: string): void {
    if (!this.#dataflow.wants(DROPPED)) return;
    const { name, run, observer } = this.#dataflow;
    observer.add({
      kind: "dropped",
      dataflow: name,
      run,
      worker: observer.worker,
      at: observer.now(),
      vertex: this.#vertex.vertex,
      path: this.#vertex.path,
      records,
      reason,
    });
  }

  /** For the observer, which knows whose slice runs: it is over. */
  ends(): void {
    if (!this.#dataflow.wants(SCHEDULE)) return;
    const { name, run, observer } = this.#dataflow;
    const at = observer.now();
    observer.add({
      kind: "schedule",
      dataflow: name,
      run,
      worker: observer.worker,
      at,
      vertex: this.#vertex.vertex,
      path: this.#vertex.path,
      callback: this.#callback,
      ms: at - this.#start,
      received: this.#received,
      sent: this.#sent,
      batches: this.#batches,
      more: this.#more,
    });
  }

  #open(callback: Callback): void {
    const observer = this.#observer;
    observer.open = this;
    this.#callback = callback;
    this.#start = observer.now();
    this.#received = this.#sent = this.#batches = 0;
    this.#more = false;
    observer.wakes(this.#start);
  }

  #takes(input: number, records: number, time: Time): void {
    this.#received = records;
    if (!this.#dataflow.wants(MESSAGES)) return;
    const { name, run, observer } = this.#dataflow;
    observer.add({
      kind: "messages",
      action: "received",
      dataflow: name,
      run,
      worker: observer.worker,
      at: this.#start,
      vertex: this.#vertex.vertex,
      path: this.#vertex.path,
      port: this.#vertex.inputs[input],
      records,
      time,
    });
  }

  #sends(output: number, records: number, time: Time): void {
    this.#sent += records;
    this.#batches++;
    if (!this.#dataflow.wants(MESSAGES)) return;
    const channels = this.#vertex.channels[output];
    for (let i = 0; i < channels.length; i++) {
      this.#saySent(output, channels[i], this.#observer.worker, records, time);
    }
  }

  #saySent(output: number, channel: number, toWorker: number, records: number, time: Time): void {
    const { name, run, observer } = this.#dataflow;
    observer.add({
      kind: "messages",
      action: "sent",
      dataflow: name,
      run,
      worker: observer.worker,
      at: observer.now(),
      vertex: this.#vertex.vertex,
      path: this.#vertex.path,
      port: this.#vertex.outputs[output],
      channel,
      toWorker,
      records,
      time,
    });
  }
}

function callbackOf({ kind }: Inlet): Callback {
  if (kind === MESSAGE) return "receive";
  if (kind === NOTIFY) return "notify";
  if (kind === RESUME) return "resume";
  if (kind === FRONTIER) return "frontier";
  return kind === FEED ? "feed" : "task";
}
