/**
 * Workers that share a thread, for tests and for the simulation, which decides when a frame arrives.
 *
 * @module
 */
import { FrameBuffer, FrameQueue } from "./frame_buffer.ts";
import { checkSend, type Transport } from "./transport.ts";

/** What one worker sends to another one. */
class Pair {
  /** Oldest first: those that have arrived, then those under way. */
  readonly frames = new FrameQueue();
  arrived = 0;
  isClosed = false;
}

/** All workers of a dataflow in one thread, and the frames between them. */
export class LocalNetwork {
  /**
   * Called with a worker for whom there is news: a frame that it can receive now, or another worker's
   * `close`. It comes out of that other worker's call, so that it should only note the worker down.
   */
  onArrival: ((to: number) => void) | null = null;
  /** How many workers there are. */
  readonly workers: number;
  readonly #delayed: boolean;
  // From `from` to `to` at `from * workers + to`.
  readonly #pairs: Pair[];
  readonly #lost: boolean[];
  readonly #ends: LocalTransport[];
  #size = 0;

  /** With `delayed`, a frame stays under way until `deliver` says otherwise. */
  constructor(workers: number, { delayed = false }: { delayed?: boolean } = {}) {
    this.workers = workers;
    this.#delayed = delayed;
    this.#pairs = Array.from({ length: workers * workers }, () => new Pair());
    this.#lost = new Array<boolean>(workers).fill(false);
    this.#ends = Array.from({ length: workers }, (_unused, i) => new LocalTransport(this, i));
  }

  /** How many frames were not received yet, under way or arrived. */
  get size(): number {
    return this.#size;
  }

  /** That worker's end; the same one each time. */
  end(index: number): LocalTransport {
    return this.#ends[index];
  }

  /** The pairs of workers that have frames under way. */
  underWay(): [from: number, to: number][] {
    const { workers } = this;
    return this.#pairs.flatMap(({ frames, arrived }, i): [number, number][] =>
      frames.size === arrived ? [] : [[Math.floor(i / workers), i % workers]]
    );
  }

  /**
   * Lets the oldest frame that is under way from one worker to another arrive.
   *
   * @throws {RangeError} `MEANDER_TRANSPORT` when none is.
   */
  deliver(from: number, to: number): void {
    const pair = this.#pairs[from * this.workers + to];
    if (pair === undefined || pair.arrived === pair.frames.size) {
      throw new RangeError(
        `MEANDER_TRANSPORT  Cannot deliver a frame from worker ${from} to ${to}: none is under way`,
      );
    }
    pair.arrived++;
    this.onArrival?.(to);
  }

  /**
   * Takes a worker away, as when its thread has died: what was not received yet of what it sent and of
   * what was sent to it vanishes, arrived or under way, and so does whatever comes later. Nobody is told.
   */
  lose(worker: number): void {
    this.#lost[worker] = true;
    for (let other = 0; other < this.workers; other++) {
      this.#empty(this.#pairs[worker * this.workers + other]);
      this.#empty(this.#pairs[other * this.workers + worker]);
    }
  }

  /** For the ends: a frame sets out. */
  put(from: number, to: number, frame: FrameBuffer): void {
    if (this.#lost[from] || this.#lost[to]) return;
    const pair = this.#pairs[from * this.workers + to];
    pair.frames.push(frame);
    this.#size++;
    if (this.#delayed) return;
    pair.arrived++;
    this.onArrival?.(to);
  }

  /** For the ends: moves the oldest frame that has arrived to the receiver; false when there is none. */
  take(from: number, to: number, into: FrameBuffer): boolean {
    const pair = this.#pairs[from * this.workers + to];
    if (pair.arrived === 0) return false;
    pair.arrived--;
    pair.frames.take(into);
    this.#size--;
    return true;
  }

  /** For the ends: a worker will send no more. */
  shut(from: number): void {
    if (this.#lost[from]) return;
    for (let to = 0; to < this.workers; to++) {
      this.#pairs[from * this.workers + to].isClosed = true;
      if (to !== from && !this.#lost[to]) this.onArrival?.(to);
    }
  }

  /** For the ends: whether everything has come that one worker sends to another. */
  isOver(from: number, to: number): boolean {
    const { frames, isClosed } = this.#pairs[from * this.workers + to];
    return isClosed && frames.size === 0;
  }

  #empty(pair: Pair): void {
    // Whoever never saw the last frames must not believe that it has seen all.
    if (pair.frames.size > 0) pair.isClosed = false;
    this.#size -= pair.frames.size;
    pair.frames.clear();
    pair.arrived = 0;
  }
}

/** One worker's end of a `LocalNetwork`, which makes it. It always has room. */
export class LocalTransport implements Transport {
  readonly index: number;
  readonly workers: number;
  readonly frame: FrameBuffer = new FrameBuffer();
  readonly backlog = 0;
  from = -1;
  readonly #network: LocalNetwork;
  #isClosed = false;
  // Where the next look begins.
  #next = 0;

  /** The end of one worker; `LocalNetwork.end` hands it out. */
  constructor(network: LocalNetwork, index: number) {
    this.#network = network;
    this.index = index;
    this.workers = network.workers;
  }

  send(to: number, frame: FrameBuffer): void {
    checkSend(this, to, frame, this.#isClosed);
    this.#network.put(this.index, to, frame);
  }

  receive(): boolean {
    const { workers } = this;
    for (let i = 0; i < workers; i++) {
      const from = this.#next;
      this.#next = from + 1 === workers ? 0 : from + 1;
      if (this.#network.take(from, this.index, this.frame)) {
        this.from = from;
        return true;
      }
    }
    return false;
  }

  flush(): boolean {
    return true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#network.shut(this.index);
  }

  isClosed(from: number): boolean {
    if (from === this.index) return this.#isClosed;
    return this.#network.isOver(from, this.index);
  }
}
