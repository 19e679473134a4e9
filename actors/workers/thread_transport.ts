/**
 * Workers in threads of their own: a ring in shared memory for each ordered pair of them, and a bell for
 * each of them.
 *
 * @module
 */
import { Bell, BELL_BYTES } from "./bell.ts";
import { FrameBuffer } from "./frame_buffer.ts";
import { ringMemory, RingReader, RingWriter } from "./ring.ts";
import { checkSend, type Transport } from "./transport.ts";

/** The size of a ring if nothing else is said. Pages of it that were never used take no memory. */
export const RING_BYTES: number = 2 ** 20;

/** A worker's part of the memory that is not rings: its bell, and its heartbeat in a line of its own. */
const WORKER_BYTES = BELL_BYTES + 64;

/** The heartbeat of a thread that has ended. */
export const ENDED = 0xffffffff;

/** The shared memory of a network: plain data, to be posted to every thread. */
export interface ThreadNetwork {
  /** How many workers there are. */
  readonly workers: number;
  /** The ring from `from` to `to` at `from * workers + to`; `null` from a worker to itself. */
  readonly rings: readonly (SharedArrayBuffer | null)[];
  /** The bells and heartbeats of all workers. */
  readonly bells: SharedArrayBuffer;
}

/** The memory for so many workers, with rings of at least so many bytes. */
export function threadNetwork(workers: number, ringBytes: number = RING_BYTES): ThreadNetwork {
  const rings = Array.from(
    { length: workers * workers },
    (_unused, i) => Math.floor(i / workers) === i % workers ? null : ringMemory(ringBytes),
  );
  return { workers, rings, bells: new SharedArrayBuffer(workers * WORKER_BYTES) };
}

/** One worker's end of a network between threads. There may be one for each worker. */
export class ThreadTransport implements Transport {
  readonly index: number;
  readonly workers: number;
  readonly frame: FrameBuffer = new FrameBuffer();
  from = -1;
  /**
   * What this worker sleeps on. It is rung when there is a frame, when there is room for the backlog, and
   * when another worker has closed. Between `prepare` and sleeping, look at `flush` as well as at
   * `receive`.
   */
  readonly bell: Bell;
  // By worker; `null` at this one's own index.
  readonly #writers: readonly (RingWriter | null)[];
  readonly #readers: readonly (RingReader | null)[];
  readonly #bells: readonly Bell[];
  readonly #heartbeats: Int32Array;
  #isClosed = false;
  #hasBacklog = false;
  // Where the next look begins: never at this worker itself.
  #next: number;

  /** The end of one worker, to be made in its thread. */
  constructor({ workers, rings, bells }: ThreadNetwork, index: number) {
    this.index = index;
    this.workers = workers;
    this.#next = index === 0 ? 1 : 0;
    const all = Array.from({ length: workers }, (_unused, i) => i);
    this.#bells = all.map((i) => new Bell(bells, i * WORKER_BYTES));
    this.bell = this.#bells[index];
    this.#heartbeats = new Int32Array(bells);
    this.#writers = all.map((to) => {
      const memory = rings[index * workers + to];
      return memory === null ? null : new RingWriter(memory);
    });
    this.#readers = all.map((from) => {
      const memory = rings[from * workers + index];
      if (memory === null) return null;
      const reader = new RingReader(memory);
      reader.onRoom = () => this.#bells[from].ring();
      return reader;
    });
  }

  get backlog(): number {
    // Asked in every turn, and mostly nothing waits.
    if (!this.#hasBacklog) return 0;
    let sum = 0;
    for (const writer of this.#writers) if (writer !== null) sum += writer.backlog;
    return sum;
  }

  send(to: number, frame: FrameBuffer): void {
    checkSend(this, to, frame, this.#isClosed);
    const writer = this.#writers[to]!;
    writer.send(frame);
    if (writer.backlog > 0) this.#hasBacklog = true;
    this.#bells[to].ring();
  }

  receive(): boolean {
    const { workers } = this;
    for (let i = 1; i < workers; i++) {
      const from = this.#next;
      this.#advance();
      if (this.#readers[from]!.take(this.frame)) {
        this.from = from;
        return true;
      }
    }
    return false;
  }

  flush(): boolean {
    let isEmpty = true;
    for (let to = 0; to < this.#writers.length; to++) {
      const writer = this.#writers[to];
      if (writer === null || writer.backlog === 0) continue;
      if (!writer.flush()) isEmpty = false;
      this.#bells[to].ring();
    }
    this.#hasBacklog = !isEmpty;
    return isEmpty;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (let to = 0; to < this.#writers.length; to++) {
      this.#writers[to]?.close();
      if (to !== this.index) this.#bells[to].ring();
    }
  }

  isClosed(from: number): boolean {
    const reader = this.#readers[from];
    return reader === null ? this.#isClosed : reader.isEnded;
  }

  /** Shows the others that this worker lives. */
  beat(): void {
    const beats = Atomics.add(this.#heartbeats, this.#heartbeatOf(this.index), 1) + 1;
    if (beats >>> 0 === ENDED) this.beat();
  }

  /** Shows the others that it does not: its thread ends. */
  ended(): void {
    Atomics.store(this.#heartbeats, this.#heartbeatOf(this.index), ENDED | 0);
    for (let to = 0; to < this.workers; to++) if (to !== this.index) this.#bells[to].ring();
  }

  /** How often that worker has shown that it lives, modulo 2^32. Whoever misses a change may worry. */
  heartbeat(of: number): number {
    return Atomics.load(this.#heartbeats, this.#heartbeatOf(of)) >>> 0;
  }

  #advance(): void {
    this.#next = this.#next + 1 === this.workers ? 0 : this.#next + 1;
    if (this.#next === this.index) {
      this.#next = this.#next + 1 === this.workers ? 0 : this.#next + 1;
    }
  }

  #heartbeatOf(worker: number): number {
    return (worker * WORKER_BYTES + BELL_BYTES) / 4;
  }
}
