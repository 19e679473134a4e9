/**
 * One worker's place among the others: takes their frames to the dataflows they are for, and collects
 * what goes to them.
 *
 * @module
 */
import type { Junction } from "../junction.ts";
import { FrameBuffer } from "./frame_buffer.ts";
import { dataflowOf } from "./messages.ts";
import type { Transport } from "./transport.ts";

/** One dataflow on one worker, as its frames reach it. */
export interface Member {
  /** A frame came, which is valid during the call only. */
  received(frame: FrameBuffer, from: number): void;
}

/** An edge that collects records. */
export interface Collector {
  /** Sends what it has collected. */
  flush(): void;
}

/** See the module. */
export class Link implements Junction {
  readonly transport: Transport;
  /** For whoever composes a frame: free between two sends. */
  readonly out: FrameBuffer = new FrameBuffer(1024);
  /** Frames wait to be taken; set by whoever lets them arrive, where nobody has to look for himself. */
  hasArrivals = false;
  readonly #members = new Map<number, Member>();
  // Frames of dataflows that are not made here yet, in order.
  readonly #early = new Map<number, [FrameBuffer, number][]>();
  // Dataflows that ended: all below a number, and some above it.
  #overBelow = 0;
  readonly #over = new Set<number>();
  readonly #open: (Collector | null)[] = [];
  #openCount = 0;
  // Who has something to send once nothing waits for room any more.
  readonly #waiting = new Set<{ flushed(): void }>();
  readonly #looks: number;
  readonly #beat: () => void;

  /**
   * Takes one end of the network. With nothing to do it looks so many times before it sleeps; `beat` is
   * called when it shows that it lives.
   */
  constructor(transport: Transport, looks = 0, beat: () => void = () => {}) {
    this.transport = transport;
    this.#looks = looks;
    this.#beat = beat;
  }

  /** Which worker this is, from 0. */
  get index(): number {
    return this.transport.index;
  }

  /** How many workers there are. */
  get workers(): number {
    return this.transport.workers;
  }

  get isIdle(): boolean {
    return this.#openCount === 0 && !this.hasArrivals;
  }

  /** A dataflow is made here now: it gets what came for it before, and all that will come. */
  attach(dataflow: number, member: Member): void {
    this.#members.set(dataflow, member);
    const early = this.#early.get(dataflow) ?? [];
    this.#early.delete(dataflow);
    for (const [frame, from] of early) member.received(frame, from);
  }

  /** A dataflow ended: frames for it are let go. */
  detach(dataflow: number): void {
    this.#members.delete(dataflow);
    this.#early.delete(dataflow);
    this.#over.add(dataflow);
    while (this.#over.delete(this.#overBelow)) this.#overBelow++;
  }

  /** Sends the frame in `out` to another worker. */
  send(to: number): void {
    this.transport.send(to, this.out);
  }

  /** Sends the frame in `out` to all others. */
  sendToOthers(): void {
    for (let to = 0; to < this.workers; to++) {
      if (to !== this.index) this.transport.send(to, this.out);
    }
  }

  /** An edge has begun to collect: it is asked to send when there is nothing else to do. */
  opened(collector: Collector): void {
    this.#open[this.#openCount++] = collector;
  }

  /** Calls back once nothing that was sent waits for room any more. */
  whenFlushed(sender: { flushed(): void }): void {
    this.#waiting.add(sender);
  }

  poll(): boolean {
    const { transport } = this;
    if (transport.backlog > 0) transport.flush();
    if (this.#waiting.size > 0 && transport.backlog === 0) this.#tellWaiting();
    this.hasArrivals = false;
    let any = false;
    while (transport.receive()) {
      any = true;
      this.#dispatch(transport.frame, transport.from);
    }
    return any;
  }

  flush(): boolean {
    if (this.#openCount === 0) return false;
    const count = this.#openCount;
    this.#openCount = 0;
    for (let i = 0; i < count; i++) {
      const collector = this.#open[i]!;
      this.#open[i] = null;
      collector.flush();
    }
    return true;
  }

  beat(): void {
    this.#beat();
  }

  linger(): boolean {
    for (let i = 0; i < this.#looks; i++) if (this.poll()) return true;
    return false;
  }

  #tellWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const sender of waiting) sender.flushed();
  }

  #dispatch(frame: FrameBuffer, from: number): void {
    const dataflow = dataflowOf(frame);
    const member = this.#members.get(dataflow);
    if (member !== undefined) return member.received(frame, from);
    if (dataflow < this.#overBelow || this.#over.has(dataflow)) return;
    const copy = new FrameBuffer(frame.length);
    copy.copy(frame);
    const early = this.#early.get(dataflow);
    if (early === undefined) this.#early.set(dataflow, [[copy, from]]);
    else early.push([copy, from]);
  }
}
