/**
 * Workers in threads of their own, as the engine of the first worker sees them.
 *
 * @module
 */
import type { EngineEvent } from "../actors/events.ts";
import type { Clock } from "../actors/clock.ts";
import type { Worker } from "../actors/worker.ts";
import { Link } from "../actors/workers/link.ts";
import { Listener } from "../actors/workers/listener.ts";
import { readNote, writeNote } from "../actors/workers/messages.ts";
import { Threads, type ThreadsOptions } from "../actors/workers/threads.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { errorOf } from "./fault_note.ts";
import type { Unmade } from "./shard_there.ts";
import { type Neighbours, NO_DATAFLOW, type StartOrder } from "./neighbours.ts";
import type { Origin } from "./origin.ts";
import type { ShardLimits } from "./pace_sources.ts";
import { planDifference, planHash, planLines } from "./plan_text.ts";
import type { Watching } from "./compile.ts";

/** What a thread is started with: plain data. */
export interface ThreadSettings {
  readonly limits: ShardLimits;
  readonly chains: boolean;
  readonly checks: boolean;
  readonly sliceMs: number;
  readonly policy: "downstream" | "fifo" | { readonly seed: number };
  /** What the first worker's clock counts from, as every thread's counts from a moment of its own. */
  readonly timeOrigin: number;
  /** How often a worker without work looks whether something came, before it sleeps. */
  readonly looks: number;
}

/** What a thread is asked to do: plain data. */
export interface MakeOrder {
  readonly dataflow: number;
  readonly origin: Origin;
  readonly watching: Watching;
  /** Which kinds of events are asked for, as a mask. */
  readonly observed: number;
  /** Of the first worker's plan. */
  readonly hash: string;
}

/** What a thread says when it has made a dataflow. */
export interface Made {
  readonly made: number;
}

/** What is said about events: which are asked for, to threads, and what has happened, from them. */
export type EventNote =
  | { readonly ask: number; readonly observed: number }
  | { readonly events: readonly EngineEvent[] };

/** How they run. */
export interface ThreadOptions {
  readonly workers: number;
  readonly first: Worker;
  readonly clock: Clock;
  readonly settings: ThreadSettings;
  readonly heapMb: number;
  readonly hangMs: number;
  /** What a thread runs, where that is not the file beside this one. */
  readonly threadModule: URL | undefined;
  /** Takes the events of the other workers. */
  readonly heard: (events: readonly EngineEvent[]) => void;
}

/** How long a worker may take to end a dataflow before its thread is ended instead. */
const STOP_MS = 500;

/** One dataflow on all threads. */
interface Started {
  readonly order: StartOrder;
  readonly plan: readonly string[];
  /** Threads that have not said yet that they have stopped. */
  readonly stopping: Set<number>;
  /** Threads that have made it. */
  readonly made: Set<number>;
  /** Threads that could not make it. */
  readonly absent: Set<number>;
  /** When the others count as hanging. */
  stopBy: number;
  fault: unknown;
  resolve: (() => void) | null;
}

/**
 * The threads are started for the first dataflow and ended with the last one. All dataflows of an engine
 * share them: whoever loses a thread loses them all.
 */
export class ThreadNeighbours implements Neighbours {
  readonly #options: ThreadOptions;
  #link: Link | null = null;
  #listener: Listener | null = null;
  #threads: Threads | null = null;
  readonly #started = new Map<number, Started>();
  // Of the threads that were ended last.
  #ending: Promise<void> = Promise.resolve();

  /** Starts nothing yet. */
  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  get link(): Link {
    return this.#link ?? this.#begin();
  }

  /** Blocks this thread for a moment, until another worker has sent something. */
  block(): void {
    // What comes soon is taken without sleeping, as in a slice.
    if (this.#link?.linger()) return;
    this.#listener?.block();
    this.#threads?.check(true);
  }

  unmade(dataflow: number, worker: number, { fault, plan }: Unmade): void {
    const started = this.#started.get(dataflow);
    if (started === undefined) return;
    started.absent.add(worker);
    this.stopped(dataflow, worker, undefined);
    const error = plan === undefined ? errorOf(fault, worker) : new MeanderError(
      "MEANDER_PLAN",
      `Cannot run dataflow "${started.order.program.name}": worker ${worker} has made another graph, ` +
        planDifference(started.plan, plan),
      {
        hint: "Describe the same graph every time: from arguments, not from what differs by thread",
      },
    );
    started.order.failed(error);
  }

  notStarted(dataflow: number): void {
    this.#link?.detach(dataflow);
    if (this.#started.size === 0) void this.#end();
  }

  start(order: StartOrder): void {
    const { dataflow, program, watching, observed, failed } = order;
    const plan = planLines(program.graph, program.compiled(watching, this.#options.workers));
    const absent = new Set<number>();
    this.#started.set(dataflow, {
      order,
      plan,
      stopping: new Set(),
      absent,
      made: new Set(),
      stopBy: Infinity,
      fault: undefined,
      resolve: null,
    });
    try {
      const origin = program.origin;
      const make: MakeOrder = { dataflow, origin, watching, observed, hash: planHash(plan) };
      this.#threads!.post(make);
    } catch (error) {
      // No thread knows of it, and none will say that it has stopped.
      for (let worker = 1; worker < this.#options.workers; worker++) absent.add(worker);
      const named = MeanderError.is(error) ? error : new MeanderError(
        "MEANDER_ORIGIN",
        `Cannot send the arguments of dataflow "${program.name}" to other threads: ${error}`,
        { where: program.name, cause: error, hint: "Pass plain data in madeBy" },
      );
      this.#options.first.later(() => failed(named));
    }
  }

  ask(dataflow: number, observed: number): void {
    const link = this.#link;
    if (link === null || !this.#started.has(dataflow)) return;
    writeNote(link.out, NO_DATAFLOW, { ask: dataflow, observed } satisfies EventNote);
    link.sendToOthers();
  }

  async stop(dataflow: number): Promise<unknown> {
    const started = this.#started.get(dataflow);
    // A lost thread takes the others with it: nobody runs any more when they are gone.
    if (this.#threads === null) await this.#ending;
    if (started === undefined) return undefined;
    if (this.#threads !== null) await this.#stopAll(dataflow, started);
    this.#started.delete(dataflow);
    if (this.#started.size === 0) await this.#end();
    return started.fault;
  }

  stopped(dataflow: number, worker: number, fault: unknown): void {
    const started = this.#started.get(dataflow);
    if (started === undefined) return;
    started.fault ??= fault;
    started.stopping.delete(worker);
    if (started.stopping.size === 0) started.resolve?.();
  }

  /** Tells all threads that have made it, and waits for their answers, but not for long. */
  async #stopAll(dataflow: number, started: Started): Promise<void> {
    const link = this.link;
    for (let worker = 1; worker < link.workers; worker++) {
      if (!started.absent.has(worker)) started.stopping.add(worker);
    }
    if (started.stopping.size === 0) return;
    writeNote(link.out, dataflow, { stop: true });
    link.sendToOthers();
    started.stopBy = this.#options.clock.now() + this.#patienceMs;
    await new Promise<void>((resolve) => started.resolve = resolve);
    // Whoever has not answered is in the middle of something: only the end of its thread stops it.
    const [late] = started.stopping;
    if (late === undefined) return;
    const why = "did not stop when it was told to";
    started.fault ??= lostFault(started.order, late, why, undefined);
    await this.#lose(late, why, undefined);
  }

  /** Looks after the threads from time to time. */
  #look(): void {
    // An answer that has come and was not taken yet is an answer.
    this.#link?.poll();
    const now = this.#options.clock.now();
    for (const started of this.#started.values()) {
      // A thread that has not even made it will stop when it has.
      const slow = [...started.stopping].some((worker) => !started.made.has(worker));
      if (slow) started.stopBy = now + this.#patienceMs;
      else if (now > started.stopBy) started.resolve?.();
    }
  }

  /** Others on the same threads would be lost with whoever does not stop: then only what hangs is given up. */
  get #patienceMs(): number {
    return this.#started.size > 1 ? Math.max(STOP_MS, this.#options.hangMs) : STOP_MS;
  }

  #begin(): Link {
    const { workers, first, settings, heapMb, hangMs, clock } = this.#options;
    const threads = startThreads({
      entry: this.#options.threadModule ?? new URL("./thread_main.ts", import.meta.url),
      workers,
      settings,
      heapMb,
      hangMs,
      now: () => clock.now(),
      heard: (worker, what) => this.#started.get((what as Made).made)?.made.add(worker),
      lost: (worker, why, fault) => void this.#lose(worker, why, fault),
      looked: () => this.#look(),
    });
    this.#threads = threads;
    const link = new Link(threads.transport, settings.looks);
    this.#link = link;
    first.join(link);
    link.attach(NO_DATAFLOW, {
      received: (frame) => {
        const note = readNote(frame) as EventNote;
        if ("events" in note) this.#options.heard(note.events);
      },
    });
    this.#listener = new Listener(first, link, threads.transport);
    this.#listener.listen();
    return link;
  }

  /** One thread is gone or of no use: all of them are ended, and every dataflow with them. */
  async #lose(worker: number, why: string, fault: unknown): Promise<void> {
    const ended = this.#end();
    for (const { order, stopping, resolve } of [...this.#started.values()]) {
      stopping.clear();
      order.failed(lostFault(order, worker, why, fault));
      resolve?.();
    }
    await ended;
  }

  async #end(): Promise<void> {
    const threads = this.#threads;
    this.#listener?.end();
    this.#threads = this.#link = this.#listener = null;
    if (threads !== null) this.#ending = threads.end();
    await this.#ending;
  }
}

/** Where Deno does not let threads read what they run, it says so as it would of any file. */
function startThreads(options: ThreadsOptions): Threads {
  try {
    return new Threads(options);
  } catch (cause) {
    throw new MeanderError(
      "MEANDER_WORKER",
      `Cannot start the threads of ${options.workers} workers: ${show(cause)}`,
      {
        cause,
        hint: "Let Deno read Meander's files and those of the program, with --allow-read=FOLDER",
      },
    );
  }
}

function lostFault(
  { program: { name } }: StartOrder,
  worker: number,
  why: string,
  cause: unknown,
): MeanderError {
  return new MeanderError(
    "MEANDER_WORKER_LOST",
    `Dataflow "${name}" has lost worker ${worker}, which ${why}`,
    { where: name, ...(cause === undefined ? {} : { cause }) },
  );
}
