/**
 * Runs a spec: reads its inputs, writes its outputs, and knows how far everything is.
 *
 * @module
 */
import { Engine, type EngineOptions } from "../dataflow/engine.ts";
import type { Dropped } from "../dataflow/dropped.ts";
import type { Running, Status } from "../dataflow/running.ts";
import type { Time } from "../progress/time.ts";
import type { BuiltSpec } from "./build.ts";
import type { SpecInput } from "./check.ts";
import { openFeed } from "./feed.ts";
import { GUARD, guard } from "./guard.ts";
import { type RunLimits, runLimits } from "./limits.ts";
import { SinkClosed, type SpecIo, type TextSink } from "./io.ts";
import { type InputProgress, InputReader } from "./reader.ts";
import { OutputWriter } from "./writer.ts";

/** How far a running spec is. */
export interface SpecProgress {
  readonly inputs: readonly (InputProgress & { readonly time: Time | undefined })[];
  readonly outputs: readonly {
    readonly name: string;
    readonly records: number;
    readonly frontier: readonly Time[];
  }[];
  /** Records that went no further, with the reason. */
  readonly dropped: readonly Dropped[];
}

/** How it ended. */
export type Ending =
  /** All inputs were read, and everything was written. */
  | "completed"
  /** It was asked to stop: what had been read was worked on and written. */
  | "drained"
  /** Nobody reads the output any more. */
  | "unread"
  /** Nothing can happen any more although it is not complete. */
  | "stalled";

/** How a spec is run: what is given here goes before the limits of the spec. */
export type RunOptions = EngineOptions & RunLimits;

/** How long the reading of an input waits for what it has read, in milliseconds. */
const SETTLE_MS = 50;

/** A spec that runs. */
export class SpecRun {
  /** The dataflow. */
  readonly running: Running;
  readonly #engine: Engine;
  readonly #built: BuiltSpec;
  readonly #io: SpecIo;
  readonly #readers: InputReader[] = [];
  readonly #writers: OutputWriter[] = [];
  readonly #reading = new AbortController();
  // Sinks that are being opened.
  readonly #opening: Promise<TextSink>[] = [];
  readonly #files = new Map<string, Promise<TextSink>>();
  readonly #isAlone: boolean;
  // Nodes by the path of the guard before them, which is none of the spec's.
  readonly #guarded: ReadonlyMap<string, string>;
  #isStopping = false;
  #isCancelled = false;
  // Ends the waiting for writers that wait for readers.
  #leave: (reason: unknown) => void = () => {};
  #fault: unknown = undefined;

  /** Installs the dataflow; nothing is read before `run`. */
  constructor(built: BuiltSpec, io: SpecIo, options: RunOptions = {}) {
    this.#built = built;
    this.#io = io;
    this.#guarded = new Map(
      built.program.graph.vertices.flatMap(({ operator, path }) =>
        operator === guard ? [[path, path.slice(0, -GUARD.length)] as const] : []
      ),
    );
    this.#isAlone = (options.workers ?? 1) === 1;
    const { memory, ...engine } = { ...options, ...runLimits(built.checked.spec, options) };
    this.#engine = new Engine(engine);
    this.running = this.#engine.install(built.program, memory === undefined ? {} : { memory });
  }

  /** Reads, works and writes until all is done. */
  async run(): Promise<Ending> {
    const writing = this.#write();
    const reading = this.#readAll();
    try {
      const ending = await this.#settle(reading, writing);
      if (ending !== "stalled") await this.#finishFiles();
      return ending;
    } catch (error) {
      this.running.cancel("its run failed");
      this.#reading.abort();
      const cause = this.#fault ?? error;
      // Who is asked to leave everything does not wait for a reader that may never come.
      if (this.#isCancelled) throw cause;
      await Promise.allSettled([writing, reading, ...this.#opening]);
      await this.#abandon();
      if (cause instanceof SinkClosed) return "unread";
      throw cause;
    }
  }

  /** Reads no more; what was read is worked on and written. */
  stop(): void {
    this.#isStopping = true;
    this.#reading.abort();
  }

  /** Ends it at once. What was written stays, and does not look complete. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    this.running.cancel("it was interrupted");
    this.#leave(this.running.failure);
    this.#reading.abort();
    await this.#abandon();
  }

  /** How far it is. */
  get progress(): SpecProgress {
    const isRunning: Status = this.running.status;
    return {
      inputs: this.#readers.map(({ progress }) => {
        const handle = this.running.input(progress.name);
        const isOpen = isRunning === "running" && !handle.isClosed;
        return { ...progress, time: isOpen ? handle.time : undefined };
      }),
      outputs: this.#writers.map(({ name, records }) => ({
        name,
        records,
        frontier: this.running.output(name).frontier,
      })),
      dropped: this.running.dropped.map((each) => ({
        ...each,
        vertex: this.#guarded.get(each.vertex) ?? each.vertex,
      })),
    };
  }

  async #settle(reading: Promise<void>, writing: Promise<void>): Promise<Ending> {
    // Whichever fails first is why the others end.
    const first = (fault: unknown) => {
      this.#fault ??= fault;
      this.running.cancel("its run failed");
      this.#reading.abort();
      throw fault;
    };
    const cancelled = new Promise<never>((_resolve, reject) => this.#leave = reject);
    await Promise.race([
      cancelled,
      Promise.all([
        reading.catch(first),
        writing.catch(first),
        reading.then(() => this.#stalled()).then((stalled) => {
          if (stalled) throw new Stalled();
        }),
      ]),
    ]).catch((error) => {
      if (!(error instanceof Stalled)) throw error;
    });
    if (this.running.status === "running") return "stalled";
    return this.#isStopping ? "drained" : "completed";
  }

  /** Whether nothing is left to do after all inputs were read, and it is not complete all the same. */
  async #stalled(): Promise<boolean> {
    if (!this.#isAlone) return false;
    await this.running.idle();
    // Vertices may wait for I/O of their own; whoever runs the process knows when none is left.
    const over = new AbortController();
    await Promise.race([this.#io.quiet(over.signal), this.running.done.catch(() => {})]);
    over.abort();
    return this.running.status === "running";
  }

  /** Resolves when what was read was worked on, or takes its time: a loop may have no end. */
  async #settled(): Promise<void> {
    const over = new AbortController();
    const late = new Promise<void>((resolve) => this.#io.every(SETTLE_MS, resolve, over.signal));
    try {
      await Promise.race([this.#engine.idle(), late]);
    } finally {
      over.abort();
    }
  }

  async #readAll(): Promise<void> {
    await Promise.all(this.#built.checked.inputs.map((input) => this.#read(input)));
  }

  async #read(input: SpecInput): Promise<void> {
    const { name, spec: { onError } } = input;
    const aside = typeof onError === "object" ? await this.#file(onError.deadLetter) : undefined;
    const reader = new InputReader(input, aside, () => this.#settled());
    this.#readers.push(reader);
    const feed = openFeed(this.running, input, reader);
    const { signal } = this.#reading;
    const over = new AbortController();
    if (feed.intervalMs !== undefined) {
      const tick = () => {
        // An interval may end between a failure and the end of reading.
        if (!this.running.hasEnded) feed.tick();
      };
      this.#io.every(feed.intervalMs, tick, over.signal);
    }
    try {
      await reader.read(this.#io.sources(name, signal), feed, signal);
    } finally {
      over.abort();
    }
  }

  async #write(): Promise<void> {
    const { checked, deadLetters } = this.#built;
    const writers = checked.outputs.map(({ name, format, config, type }) => ({
      name,
      encoder: format.encoder!(config, type),
      sink: () => this.#io.sink(name),
    }));
    for (const { output, node, file } of deadLetters) {
      const encoder = deadLetterEncoder(node);
      writers.push({ name: output, encoder, sink: () => this.#file(file, true) });
    }
    const ends = await Promise.all(writers.map(async ({ name, encoder, sink }) => {
      const opening = sink();
      this.#opening.push(opening);
      const writer = new OutputWriter(name, encoder, await opening);
      if (!name.startsWith(".")) this.#writers.push(writer);
      const isRead = await writer.write(this.running.output(name));
      return isRead || name.startsWith(".") ? "" : name;
    }));
    // Of several outputs the others are written all the same.
    const closed = ends.filter((name) => name !== "");
    if (closed.length > 0 && closed.length === checked.outputs.length) {
      throw new SinkClosed(closed[0]);
    }
  }

  /** What was written is not all, and no file looks as if it were. */
  async #abandon(): Promise<void> {
    const files = [...this.#files.values()];
    await Promise.allSettled([
      ...this.#writers.map((writer) => writer.abandon()),
      ...files.map(async (sink) => (await sink).abandon()),
    ]);
  }

  /** All of them, whether or not one of them cannot be finished. */
  async #finishFiles(): Promise<void> {
    const files = [...this.#files.values()];
    const ends = await Promise.allSettled(files.map(async (sink) => (await sink).finish()));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /** Several inputs and nodes may put records into one file. */
  async #file(path: string, shared = false): Promise<TextSink> {
    const known = this.#files.get(path);
    const sink = known ?? this.#io.deadLetters(path);
    this.#files.set(path, sink);
    if (!shared) return sink;
    const { name, write } = await sink;
    // The file is finished once, when everybody is done.
    const nothing = () => Promise.resolve();
    return { name, write: write.bind(await sink), finish: nothing, abandon: nothing };
  }
}

/** Not an error, but a way out of waiting. */
class Stalled extends Error {}

function deadLetterEncoder(node: string) {
  return {
    encode(records: ArrayLike<unknown>, length = records.length): string {
      let text = "";
      for (let i = 0; i < length; i++) {
        text += `${JSON.stringify({ node, ...records[i] as object })}\n`;
      }
      return text;
    },
    finish: () => "",
  };
}
