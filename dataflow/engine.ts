/**
 * The engine: runs any number of dataflows, on one worker or on several.
 *
 * @module
 */
import type { EngineEvent } from "../actors/events.ts";
import { type Clock, systemClock } from "../actors/clock.ts";
import { SeededRandom } from "../actors/random_order.ts";
import { Worker } from "../actors/worker.ts";
import { threadStart } from "../actors/workers/thread_port.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { PaceOptions } from "../operators/contract/pace.ts";
import type { Watching } from "./compile.ts";
import { defaultWorkers } from "./default_workers.ts";
import { EventsInput, type EventsOptions } from "./events_input.ts";
import { InputHandle } from "./input_handle.ts";
import { LocalNeighbours } from "./local_neighbours.ts";
import { checkedLimit, type MemoryLimit } from "./memory_limit.ts";
import type { Neighbours } from "./neighbours.ts";
import { paceWithin, type ShardLimits, usualPace } from "./pace_sources.ts";
import type { Dataflow, Ports } from "./program.ts";
import { type Observation, type ObserveOptions, Observers } from "./observers.ts";
import { Running } from "./running.ts";
import { ThreadNeighbours } from "./thread_neighbours.ts";
import { type CommonOptions, workerOptions } from "./worker_options.ts";

/** Each takes time and memory to start; nobody has that many cores to spare. */
const MOST_WORKERS = 64;
/** Below that the runtime itself does not start, and takes the process with it. */
const LEAST_HEAP_MB = 32;

/** How an engine runs. Everything has a default. */
export interface EngineOptions {
  /**
   * How many workers share the work, each with its shard of every vertex: 1 to 64, 1 by default. The others
   * than the first are threads of their own.
   */
  readonly workers?: number | undefined;
  /** Whether they are threads (the default), or take turns on this one: for tests. */
  readonly threads?: boolean | undefined;
  /** The most memory that the heap of each thread but the first may take, in MiB: 32 or more, 4096 by default. */
  readonly heapMb?: number | undefined;
  /**
   * For bundled programs: the URL of the bundle of `dataflow/thread_main.ts`, which every thread runs. The file
   * itself when left out.
   */
  readonly threadModule?: string | undefined;
  /**
   * How long a callback on another thread may take before the thread counts as hanging and is ended, in
   * milliseconds; 10 000 by default.
   */
  readonly hangMs?: number | undefined;
  /**
   * The order in which work is taken: `downstream` first and older times first (the default), first in
   * first out, or any allowed order chosen by a seed, for tests.
   */
  readonly policy?: "downstream" | "fifo" | { readonly seed: number };
  /** How many batches a vertex may emit before it gives way to what is downstream; 8 by default. */
  readonly budget?: number | undefined;
  /** How many records a batch collects; 1024 by default. */
  readonly capacity?: number | undefined;
  /**
   * How much of what inputs and sources send may be on its way, where they do not say it themselves: 16 MiB by
   * default, `{ bytes: Infinity }` for no limit.
   */
  readonly pace?: PaceOptions | undefined;
  /** How long the engine works before the event loop has a turn, in milliseconds; 8 by default. */
  readonly sliceMs?: number | undefined;
  /** The clock and the event loop; the real ones by default. */
  readonly clock?: Clock | undefined;
  /**
   * Whether vertices that keep nothing (map, filter, …) are run in a row without a mailbox between; true
   * by default. Results are the same either way.
   */
  readonly chains?: boolean | undefined;
  /**
   * Whether every port is watched and every vertex runs by itself, which explanations need and which costs
   * speed. With one worker only.
   */
  readonly explain?: boolean | undefined;
  /**
   * Whether records are frozen and buffers overwritten when they come back to the pool, so that an
   * operator that changes or keeps what is not its own is found out. For tests; it costs speed.
   */
  readonly checks?: boolean | undefined;
}

/** What an installed dataflow shares with others. */
export interface InstallOptions {
  /** Inputs made by `engine.input`, by the name of the dataflow's input that they feed. */
  // deno-lint-ignore no-explicit-any
  readonly inputs?: Readonly<Record<string, InputHandle<any>>> | undefined;
  /** Cancels the dataflow when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** How much memory it may take; as much as there is when left out. */
  readonly memory?: MemoryLimit | undefined;
}

/**
 * Runs dataflows. They can be installed and dropped while others run; with one worker an idle one costs
 * nothing.
 *
 * @example
 * ```ts
 * import { dataflow, Engine } from "meander";
 * import { expect } from "vitest";
 *
 * const evens = dataflow("evens", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { evens: numbers.filter((n) => n % 2 === 0).output("evens") };
 * });
 * const sums = dataflow("total", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { total: numbers.count().output("total") };
 * });
 * const engine = new Engine();
 * const numbers = engine.input<number>("numbers");
 * const first = engine.install(evens, { inputs: { numbers } });
 * const second = engine.install(sums, { inputs: { numbers } });
 * numbers.send([1, 2, 3, 4]);
 * numbers.close();
 * expect(await first.handles.evens.toArray()).toEqual([2, 4]);
 * expect(await second.handles.total.toArray()).toEqual([4]);
 * ```
 */
export class Engine {
  /** For benchmarks and explanations: the scheduler. */
  readonly worker: Worker;
  readonly #limits: ShardLimits;
  readonly #watching: Watching;
  readonly #chains: boolean;
  readonly #neighbours: Neighbours | null;
  readonly #observers: Observers;
  #installed = 0;
  readonly #running = new Set<Running>();

  /** An engine is ready at once, and needs no shutting down: without work it does nothing. */
  constructor(options: EngineOptions = {}) {
    this.#limits = {
      budget: atLeastOne("budget", options.budget ?? 8),
      capacity: atLeastOne("capacity", options.capacity ?? 1024),
      pace: usualPace(options.pace),
    };
    const all = options.explain === true ? "all" : "asked";
    this.#watching = options.pace?.epochs === undefined ? all : `${all}, paced`;
    this.#chains = options.explain !== true && options.chains !== false;
    const common = {
      policy: options.policy ?? "downstream",
      clock: options.clock ?? systemClock,
      checks: options.checks === true,
      sliceMs: positive("sliceMs", options.sliceMs ?? 8),
    };
    this.worker = new Worker(workerOptions(common, 0));
    this.#observers = new Observers(this.worker, () => this.#neighbours);
    this.#neighbours = this.#neighboursFor(options, common);
  }

  /** The dataflows that run. */
  get running(): readonly Running[] {
    return [...this.#running];
  }

  /** An input that can feed several dataflows; it is attached by `install`. */
  input<T>(name: string, coordinates = 1): InputHandle<T> {
    const depth = atLeastOne("coordinates", coordinates);
    return new InputHandle<T>(name, depth, this.worker, this.#limits.capacity);
  }

  /**
   * Tells a listener what the dataflows of this engine do, from now on, many events at once and always
   * between two callbacks. What it throws ends the observation and nothing else.
   *
   * @throws {MeanderError} `MEANDER_OPTION` for a kind that does not exist.
   */
  observe(
    listener: (events: readonly EngineEvent[]) => void,
    options: ObserveOptions = {},
  ): Observation {
    return this.#observers.add({ hear: listener }, options);
  }

  /**
   * An input that is fed with what the dataflows of this engine do, to be given to `install`. Dataflows that
   * are fed by such an input are themselves never observed. Close it to end the observation.
   *
   * @throws {MeanderError} `MEANDER_OPTION` for a kind that does not exist.
   */
  events(options: EventsOptions = {}): EventsInput {
    const { worker } = options.into ?? this;
    return new EventsInput(this.#observers, this.worker, worker, options);
  }

  /** Starts a dataflow. What is sent to its inputs runs as soon as the event loop has a turn. */
  install<P extends Ports>(program: Dataflow<P>, options: InstallOptions = {}): Running<P> {
    const { inputs = {}, memory } = options;
    if (memory !== undefined) checkedLimit(memory);
    const running: Running<P> = new Running(program, {
      home: {
        engine: this,
        observers: this.#observers,
        isFedEvents: Object.values(inputs).some((input) => input instanceof EventsInput),
      },
      worker: this.worker,
      limits: memory === undefined ? this.#limits : {
        ...this.#limits,
        pace: paceWithin(memory.limit, this.#limits.pace ?? usualPace(undefined)),
      },
      inputs,
      watching: this.#watching,
      chains: this.#chains,
      neighbours: this.#neighbours,
      number: this.#installed++,
      memory,
      onEnd: (ended) => this.#running.delete(ended),
    });
    if (!running.hasEnded) this.#running.add(running as unknown as Running);
    if (options.signal !== undefined) running.cancelOn(options.signal);
    return running;
  }

  /**
   * Works here and now until there is nothing to do. From within a callback it does nothing: the work
   * goes on by itself when the callback has returned.
   */
  run(): void {
    this.worker.run();
  }

  /**
   * Works here and now for as long as `condition` holds, and waits for other workers meanwhile: what a
   * program does that lets nothing else happen on its thread. Returns when the condition does not hold any
   * more; or, with one worker, when there is nothing to do that could change it.
   */
  runWhile(condition: () => boolean): void {
    while (condition()) {
      this.worker.run();
      if (!condition()) return;
      if (this.#neighbours === null || this.worker.isRunning) return;
      this.#neighbours.block();
    }
  }

  /** Works off one single entry; false when there is nothing to do. For looking on. */
  step(): boolean {
    return this.worker.step();
  }

  /** Resolves when there is nothing to do; with several workers, on this one. */
  idle(): Promise<void> {
    return this.worker.idle();
  }

  #neighboursFor(options: EngineOptions, common: CommonOptions): Neighbours | null {
    const { explain = false } = options;
    const usual = explain ? 1 : defaultWorkers.workers;
    const threads = options.threads ?? (options.workers !== undefined || defaultWorkers.threads);
    const workers = atMost(
      "workers",
      atLeastOne("workers", options.workers ?? usual),
      MOST_WORKERS,
    );
    if (workers === 1) return null;
    if (explain) {
      throw new RangeError(
        `MEANDER_OPTION  Cannot explain ${workers} workers: explanations show every step of one`,
      );
    }
    const { policy, clock, ...settings } = common;
    const heard = (events: readonly EngineEvent[]) => this.#observers.heard(events);
    const shared = { workers, first: this.worker, clock, heard };
    const limits = { limits: this.#limits, chains: this.#chains };
    if (threads) {
      if (threadStart() !== null) throw inAThread();
      return new ThreadNeighbours({
        ...shared,
        settings: {
          ...limits,
          ...settings,
          policy,
          looks: looksFor(workers),
          timeOrigin: performance.timeOrigin,
        },
        heapMb: atLeastOne("heapMb", options.heapMb ?? 4096, LEAST_HEAP_MB),
        threadModule: options.threadModule === undefined
          ? undefined
          : new URL(options.threadModule),
        hangMs: positive("hangMs", options.hangMs ?? 10_000),
      });
    }
    return new LocalNeighbours({
      ...shared,
      ...limits,
      optionsFor: (index) => workerOptions(common, index),
      random: typeof policy === "object" ? new SeededRandom(policy.seed) : undefined,
    });
  }

  /** Cancels all dataflows. */
  [Symbol.dispose](): void {
    for (const running of this.running) running.cancel("its engine was disposed of");
  }
}

/** Runs one dataflow in an engine of its own. */
export function execute<P extends Ports>(
  program: Dataflow<P>,
  options: EngineOptions & Pick<InstallOptions, "signal" | "memory"> = {},
): Running<P> {
  const { signal, memory, ...engine } = options;
  return new Engine(engine).install(program, { signal, memory });
}

/**
 * How often a worker without work looks whether something came before it sleeps: about a hundred microseconds,
 * where every worker can have a core to itself.
 */
function looksFor(workers: number): number {
  return workers <= navigator.hardwareConcurrency ? 4_000 : 0;
}

function atMost(name: string, value: number, most: number): number {
  if (value <= most) return value;
  throw new RangeError(
    `MEANDER_OPTION  Cannot use ${name} ${value}: it takes an integer of at most ${most}`,
  );
}

/** A module that runs a dataflow when it is imported would start threads that import it, and so on. */
function inAThread(): MeanderError {
  return new MeanderError(
    "MEANDER_ORIGIN",
    "Cannot run a dataflow on several workers from one of their threads: the thread imports the module " +
      "that describes the dataflow, and the module runs it when it is imported",
    { hint: "Put what runs it behind `if (import.meta.main)`" },
  );
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`MEANDER_OPTION  Cannot use ${name} ${value}: it takes a number above 0`);
}

function atLeastOne(name: string, value: number, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(
    `MEANDER_OPTION  Cannot use ${name} ${show(value)}: it takes an integer of at least ${least}`,
  );
}
