/**
 * A dataflow that runs: its life from installation to its end.
 *
 * @module
 */
import { formatTime } from "../progress/time.ts";
import { type Supervisor, vertexFault } from "../actors/supervisor.ts";
import type { TrackerActor } from "../actors/tracker_actor.ts";
import type { VertexActor } from "../actors/vertex_actor.ts";
import type { Worker } from "../actors/worker.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { CompiledGraph, Watching } from "./compile.ts";
import { type Dropped, summedUp } from "./dropped.ts";
import type { Graph, GraphVertex } from "./graph.ts";
import type { Engine } from "./engine.ts";
import { type AnyInput, Handles } from "./handles.ts";
import type { InputHandle } from "./input_handle.ts";
import { MemoryGuard, type MemoryLimit } from "./memory_limit.ts";
import type { MemoryParts } from "./memory_parts.ts";
import type { Neighbours } from "./neighbours.ts";
import { Others, type OthersHome } from "./others.ts";
import type { Unmade } from "./shard_there.ts";
import type { Observers } from "./observers.ts";
import type { OutputHandle } from "./output_handle.ts";
import type { Dataflow, HandlesOf, Ports } from "./program.ts";
import { Shard, type ShardOptions } from "./shard.ts";
import { checkInputs } from "./shared_inputs.ts";

/** How far a running dataflow is. */
export type Status = "running" | "completed" | "failed" | "cancelled";

type Ended = Exclude<Status, "running">;

/** The engine of a dataflow. */
export interface Home {
  readonly engine: Engine;
  /** Who is told what the dataflow does, unless it is fed with what others are told. */
  readonly observers: Observers;
  readonly isFedEvents: boolean;
}

/** What a running dataflow is made with. */
export interface RunningOptions extends Pick<ShardOptions, "worker" | "limits" | "chains"> {
  readonly inputs: Readonly<Record<string, AnyInput>>;
  readonly watching: Watching;
  /** The other workers, and the number that the dataflow has on them; `null` when there are none. */
  readonly neighbours: Neighbours | null;
  readonly number: number;
  /** Left out where there is no engine, as in a simulation. */
  readonly home?: Home | undefined;
  /** How much memory it may take; as much as there is when left out. */
  readonly memory?: MemoryLimit | undefined;
  readonly onEnd: (running: Running) => void;
}

/** A dataflow that was installed in an engine. */
export class Running<P extends Ports = Ports> implements Supervisor, OthersHome, AsyncDisposable {
  /** The dataflow's name. */
  readonly name: string;
  /** Its number, which no other dataflow of the engine ever has. */
  readonly number: number;
  /** Its inputs, outputs and probes, under the names that its description returned. */
  readonly handles: HandlesOf<P>;
  /** For explanations: what runs. */
  readonly graph: Graph;
  /** For explanations: the graph with its numbering. */
  readonly compiled: CompiledGraph;
  /** For explanations: the actors by vertex. */
  readonly actors: readonly VertexActor[];
  /** For explanations: the tracker. */
  readonly tracker: TrackerActor;
  readonly #worker: Worker;
  readonly #shard: Shard;
  readonly #neighbours: Neighbours | null;
  readonly #others: Others | null;
  readonly #onEnd: (running: Running) => void;
  readonly #home: Home | undefined;
  #opened!: Handles;
  readonly #guard: MemoryGuard | null;
  #status: Status = "running";
  #failure: unknown = undefined;
  readonly #done: Promise<void>;
  // Whether somebody asked how it ends, or was told.
  #isHeard = false;
  // Lets go of the signal that it listens to.
  #forget = () => {};
  #resolve!: () => void;
  #reject!: (cause: unknown) => void;

  /** Made by an engine. */
  constructor(program: Dataflow<P>, options: RunningOptions) {
    this.name = program.name;
    this.number = options.number;
    this.#home = options.home;
    checkInputs(program, options.inputs, options.worker);
    this.graph = program.graph;
    this.#worker = options.worker;
    this.#onEnd = options.onEnd;
    const { neighbours } = options;
    this.#neighbours = neighbours;
    this.compiled = program.compiled(options.watching, neighbours?.link.workers ?? 1);
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure that nobody hears of is reported in another way, see `#report`.
    this.#done.catch(() => {});
    this.#others = neighbours === null
      ? null
      : new Others(neighbours.link, options.number, this.compiled, this);
    this.#shard = this.#makeShard(options);
    this.tracker = this.#shard.progress as TrackerActor;
    this.actors = this.#shard.actors;
    const { memory } = options;
    this.#guard = memory === undefined ? null : this.#guarded(memory);
    this.handles = this.#open(program, options);
  }

  /** Resolves when all work is done; rejects when the dataflow fails or is cancelled. */
  get done(): Promise<void> {
    this.#isHeard = true;
    return this.#done;
  }

  /** The engine that it runs in. */
  get engine(): Engine {
    return this.#home!.engine;
  }

  /** For the engine: whether it has ended, be it in its very beginning. */
  get hasEnded(): boolean {
    return this.#status !== "running";
  }

  /** How far it is. */
  get status(): Status {
    this.#isHeard = true;
    return this.#status;
  }

  /** What every handle rejects with, once it has failed or was cancelled; `undefined` before. */
  get failure(): unknown {
    this.#isHeard = true;
    return this.#failure;
  }

  /** For explanations: where the memory is, on the other workers as they last said. */
  get memory(): MemoryParts {
    return {
      here: this.tracker.memory!,
      there: this.#others?.memory ?? new Map(),
      edges: this.#shard.edges,
      frames: this.#neighbours?.link.transport.backlog ?? 0,
    };
  }

  /**
   * Has the other workers say where their memory is now. They also do so when it has changed much, but only while
   * they work: what one has said last may be long gone when nothing happens there any more.
   */
  askMemory(): void {
    if (!this.hasEnded) this.#others?.askMemory();
  }

  /** What vertices dropped so far, with their reasons. */
  get dropped(): Dropped[] {
    return summedUp([...this.#shard.dropped, ...(this.#others?.dropped.values() ?? [])]);
  }

  /** The input with that name, whether the description returned it or not. */
  input<T = unknown>(name: string): InputHandle<T> {
    const vertex = this.#named("input", name);
    return this.#opened.input(vertex.id) as unknown as InputHandle<T>;
  }

  /** The output with that name, whether the description returned it or not. */
  output<T = unknown>(name: string): OutputHandle<T> {
    return this.#opened.output(this.#named("output", name).id) as OutputHandle<T>;
  }

  /**
   * Resolves when the engine has nothing to do; rejects when the dataflow has failed. With several workers:
   * when this one has nothing to do; wait for a probe or `output.passed` instead.
   */
  async idle(): Promise<void> {
    await this.#worker.idle();
    if (this.#status === "failed") await this.done;
  }

  /** Closes its own inputs (shared ones are left to their owner) and waits for the end of all work. */
  drain(): Promise<void> {
    this.#opened.closeOwn();
    this.#worker.wake();
    return this.done;
  }

  /**
   * Ends it at once. Every vertex is stopped before anything is freed, so that nothing partial can look
   * complete: outputs and probes end with an error that names the frontier they had reached.
   */
  cancel(reason = "it was cancelled"): void {
    if (this.#status !== "running") return;
    const reached = this.#opened.outputs.map((output) =>
      `output "${output.name}" at frontier [${output.frontier.map(formatTime).join(", ")}]`
    );
    const cause = new MeanderError(
      "MEANDER_ABORTED",
      `Dataflow "${this.name}" was aborted: ${reason}` +
        (reached.length === 0 ? "" : ` (${reached.join("; ")})`),
      { where: this.name },
    );
    this.#end("cancelled", cause);
  }

  /** Cancels what still runs. Drain first to keep all results. */
  [Symbol.asyncDispose](): Promise<void> {
    this.cancel("it was disposed of while it ran");
    return this.#done.catch(() => {});
  }

  /** For its actors: a callback threw. */
  vertexFailed(actor: VertexActor, error: unknown): void {
    this.#end("failed", vertexFault(actor, error));
  }

  /** For its tracker: a turn threw, mostly because somebody outside who follows a frontier did. */
  trackerFailed(error: unknown): void {
    this.#end("failed", error);
  }

  /** For the other workers: one of them failed, or was lost. */
  failedThere(error: unknown): void {
    this.#end("failed", error);
  }

  /** For the other workers: one of them has stopped. */
  stoppedThere(worker: number, fault: unknown): void {
    this.#neighbours?.stopped(this.#others!.dataflow, worker, fault);
  }

  /** For the other workers: one of them could not make its shard. */
  unmadeThere(worker: number, what: Unmade): void {
    this.#neighbours?.unmade(this.#others!.dataflow, worker, what);
  }

  /** For the other workers: one of them says where its memory is. */
  memoryThere(): void {
    this.#guard?.look();
  }

  /** For its tracker: nothing is outstanding any more. */
  completed(): void {
    this.#end("completed");
  }

  /** Cancels it when the signal is aborted, at once if it was before. */
  cancelOn(signal: AbortSignal): void {
    const cancel = () => this.cancel(`its signal was aborted: ${show(signal.reason)}`);
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.#forget = () => signal.removeEventListener("abort", cancel);
  }

  /** Opens the handles and begins. Whatever throws leaves nothing behind, on any worker. */
  #open(program: Dataflow<P>, options: RunningOptions): HandlesOf<P> {
    try {
      this.#opened = new Handles(this, options);
      const { home } = options;
      const observed = home?.observers.made(this, this.#shard, home.isFedEvents);
      this.#begin();
      this.#startElsewhere(program, options, observed ?? 0);
      return this.#opened.named(program.ports);
    } catch (error) {
      this.#shard.kill();
      this.#shard.tidy();
      this.#home?.observers.over(options.number, "failed", error);
      this.#neighbours?.notStarted(options.number);
      throw error;
    }
  }

  #guarded(memory: MemoryLimit): MemoryGuard {
    const home = {
      stopSources: (isStopped: boolean) => {
        this.#shard.pacing.stop(isStopped);
        this.#others?.pacing?.stop(isStopped);
      },
      memoryExceeded: (error: MeanderError) => this.#end("failed", error),
    };
    return new MemoryGuard(this as unknown as Running, home, this.#worker, memory);
  }

  #makeShard(options: RunningOptions): Shard {
    const others = this.#others;
    try {
      const parts = { membership: others, supervisor: this, herald: others };
      return new Shard(this.graph, this.compiled, { ...options, ...parts });
    } catch (error) {
      this.#neighbours?.notStarted(options.number);
      throw error;
    }
  }

  /** Frontiers are exact before the first batch: an input that is open holds its time from the start. */
  #begin(): void {
    this.#opened.attach();
    this.#shard.begin();
    if (this.hasEnded) return;
    this.#shard.pacing.isGuarded = this.#guard !== null;
    this.#others?.begin(this.#shard);
    if (this.#guard !== null) this.#others?.pacing?.guard();
    this.tracker.tracker.apply(this.tracker.changes);
    this.tracker.changes.clear();
    this.tracker.tracker.propagate();
    this.#home?.observers.begun(this.number);
    for (const actor of this.actors) actor.tellClosedInputs();
    this.#worker.queue(this.tracker);
    this.#worker.wake();
  }

  #startElsewhere(
    program: Dataflow<P>,
    { watching, number }: RunningOptions,
    observed: number,
  ): void {
    if (this.#neighbours === null) return;
    if (this.hasEnded) return this.#neighbours.notStarted(number);
    const asked = new Set(
      this.actors.flatMap((actor) => actor.inputSlots.filter((slot) => slot >= 0)),
    );
    this.#others!.tellAll([...asked]);
    this.#neighbours.start({
      dataflow: number,
      program: program as unknown as Dataflow<Ports>,
      watching,
      observed,
      failed: (error) => this.failedThere(error),
    });
  }

  /** Two phases: first nobody runs any more, on any worker; then everybody is told. */
  #end(status: Status, cause?: unknown): void {
    if (this.#status !== "running") return;
    this.#status = status;
    this.#failure = cause;
    this.#shard.kill();
    if (this.#neighbours === null) return this.#tell(undefined);
    const stopped = this.#neighbours.stop(this.#others!.dataflow);
    if (stopped instanceof Promise) stopped.then((fault) => this.#tell(fault));
    else this.#tell(stopped);
  }

  #tell(faultElsewhere: unknown): void {
    this.#guard?.end();
    this.#others?.end();
    if (this.#opened.end(this.#failure) > 0) this.#isHeard = true;
    this.#tidy(faultElsewhere);
    this.#forget();
    this.#home?.observers.over(this.number, this.#status as Ended, this.#failure);
    this.#worker.dataflowEnded();
    this.#onEnd(this as unknown as Running);
    if (this.#failure === undefined) return this.#resolve();
    this.#reject(this.#failure);
    if (this.#status === "failed") this.#report(this.#failure);
  }

  /** A failure that nobody has heard of by the next turn of the event loop must not pass in silence. */
  #report(failure: unknown): void {
    this.#worker.later(() => {
      if (!this.#isHeard) throw failure;
    });
  }

  /** Vertices free what they hold; the first one that fails to is what a good end turns into. */
  #tidy(faultElsewhere: unknown): void {
    const fault = this.#shard.tidy() ?? faultElsewhere;
    if (fault === undefined) return;
    this.#failure ??= fault;
    if (this.#status === "completed") this.#status = "failed";
  }

  #named(kind: "input" | "output", name: string): GraphVertex {
    const all = this.graph.vertices.filter((vertex) => vertex.kind === kind);
    const found = all.find((vertex) => vertex.name === name);
    if (found !== undefined) return found;
    throw new MeanderError(
      "MEANDER_PORT",
      `No ${kind} "${name}" in dataflow "${this.name}": it has ` +
        (all.map((vertex) => `"${vertex.name}"`).join(", ") || "none"),
      { where: this.name },
    );
  }
}
