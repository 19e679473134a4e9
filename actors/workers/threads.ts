/**
 * The threads of an engine's other workers, as the first worker sees them: it starts them, notices when one
 * is lost, and ends them.
 *
 * They are `node:worker_threads`, because those tell how they ended, may have a limit of memory, and are
 * really ended by `terminate` while they hold a lock (`thread_port.ts`).
 *
 * @module
 */
import { Worker as Thread } from "node:worker_threads";
import { ENDED, type ThreadNetwork, threadNetwork, ThreadTransport } from "./thread_transport.ts";

/** What a thread is started with. */
export interface ThreadStart {
  /** Tells a thread of Meander's from any other. */
  readonly meander: true;
  readonly index: number;
  readonly network: ThreadNetwork;
  /** What the first worker has to say, as plain data. */
  readonly settings: unknown;
}

/** What a thread posts. */
export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "fault"; readonly fault: unknown }
  | { readonly kind: "said"; readonly what: unknown };

/** How threads run. */
export interface ThreadsOptions {
  /** The module that they begin with. */
  readonly entry: URL;
  /** How many workers there are, the first one included. */
  readonly workers: number;
  readonly settings: unknown;
  /** The most memory that the heap of each may take, in MiB. */
  readonly heapMb: number;
  /** How long one may not answer before it counts as hanging, in milliseconds. */
  readonly hangMs: number;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  /** A thread said something. */
  readonly heard: (worker: number, what: unknown) => void;
  /** Called some times a second, while there are threads. */
  readonly looked: () => void;
  /** A thread is gone, or hangs; `why` goes on after "worker 1 …". */
  readonly lost: (worker: number, why: string, fault: unknown) => void;
}

/** How often they are looked after, in milliseconds. */
const LOOK_MS = 100;

/** How long they may take to end by themselves, in milliseconds. */
const PATIENCE_MS = 100;

/** What tells a thread to end. */
export const END = "end";

/** How long one may take to begin on a busy machine, in milliseconds. */
const BEGIN_MS = 60_000;

/** One thread. */
interface Member {
  readonly thread: Thread;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  isReady: boolean;
  beat: number;
  beatAt: number;
}

/** See the module. */
export class Threads {
  readonly transport: ThreadTransport;
  readonly #options: ThreadsOptions;
  readonly #members: Member[] = [];
  // Threads that may end without being missed.
  #isEnding = false;
  // What the watch sleeps on: the core has no timers, and this needs none.
  readonly #over = new Int32Array(new SharedArrayBuffer(4));

  /** Starts them; they are ready some tens of milliseconds later, and what is posted waits for that. */
  constructor(options: ThreadsOptions) {
    this.#options = options;
    const network = threadNetwork(options.workers);
    this.transport = new ThreadTransport(network, 0);
    for (let index = 1; index < options.workers; index++) this.#start(index, network);
    this.#watch();
  }

  /** Whether a thread has begun. */
  isReady(worker: number): boolean {
    return this.#members[worker - 1].isReady;
  }

  /** Posts plain data to all. */
  post(message: unknown): void {
    for (const { thread } of this.#members) thread.postMessage(message);
  }

  /** Looks after the threads some times a second, also while this thread has work to do. */
  async #watch(): Promise<void> {
    while (!this.#isEnding) {
      const { async, value } = Atomics.waitAsync(this.#over, 0, 0, LOOK_MS);
      if (async) await value;
      if (this.#isEnding) return;
      this.check();
      this.#options.looked();
    }
  }

  /**
   * Whether every thread has shown a sign of life lately. For whoever blocks this thread as well: nobody else
   * hears of a thread that has ended meanwhile.
   */
  check(isBlocking = false): void {
    const now = this.#options.now();
    this.#members.forEach((member, i) => {
      const beat = this.transport.heartbeat(i + 1);
      if (beat === ENDED && isBlocking) return this.#lose(i + 1, "ended", undefined);
      if (beat !== member.beat) {
        member.beat = beat;
        member.beatAt = now;
        return;
      }
      const { hangMs } = this.#options;
      const limit = member.isReady ? hangMs : Math.max(hangMs, BEGIN_MS);
      if (now - member.beatAt <= limit) return;
      member.beatAt = Infinity;
      this.#lose(i + 1, `hangs: it has shown no sign of life for ${limit / 1000} s`, undefined);
    });
  }

  /** Ends all threads, whatever they are at; resolves when they are gone. */
  async end(): Promise<void> {
    this.#isEnding = true;
    Atomics.store(this.#over, 0, 1);
    Atomics.notify(this.#over, 0);
    const gone = Promise.all(this.#members.map((member) => member.gone));
    // Whoever can, ends by itself: Deno complains aloud of threads that are ended from outside.
    this.post(END);
    if (this.#members.every(({ isReady }) => isReady)) {
      const { value } = Atomics.waitAsync(this.#over, 0, 1, PATIENCE_MS);
      await Promise.race([gone, value]);
    }
    await Promise.all(this.#members.map(({ thread }) => thread.terminate()));
    await gone;
  }

  #start(index: number, network: ThreadNetwork): void {
    const { entry, workers, settings, heapMb, now } = this.#options;
    const workerData: ThreadStart = { meander: true, index, network, settings };
    const thread = new Thread(entry, {
      workerData,
      name: `worker ${index} of ${workers}`,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    let fault: unknown = undefined;
    thread.on("message", (message: ThreadMessage) => {
      if (message.kind === "ready") member.isReady = true;
      else if (message.kind === "fault") fault = message.fault;
      else if (message.kind === "said") this.#options.heard(index, message.what);
    });
    thread.on("error", (error: unknown) => fault ??= error);
    const gone = new Promise<void>((resolve) =>
      thread.on("exit", (code: number) => {
        resolve();
        this.#lose(index, `ended${causeOf(fault, code)}`, fault);
      })
    );
    const member = { thread, gone, isReady: false, beat: -1, beatAt: now() };
    this.#members.push(member);
  }

  #lose(index: number, why: string, fault: unknown): void {
    if (!this.#isEnding) this.#options.lost(index, why, fault);
  }
}

/** Why a thread ended, as far as it is known. */
function causeOf(fault: unknown, code: number): string {
  if (typeof fault === "object" && fault !== null) {
    const { code: name, message } = fault as { code?: unknown; message?: unknown };
    if (name === "ERR_WORKER_OUT_OF_MEMORY") return ": it ran out of memory";
    if (typeof message === "string") return `: ${message}`;
  }
  return ` with exit code ${code}`;
}
