/**
 * Figures of a running engine, made by a small dataflow that consumes its events.
 *
 * @module
 */
import type {
  DroppedEvent,
  EngineEvent,
  EventKind,
  MemoryEvent,
  OperatesEvent,
  ParkEvent,
  ScheduleEvent,
  ShutdownEvent,
} from "../../actors/events.ts";
import { Figures, type MemoryFigures } from "../../actors/memory_figures.ts";
import { foreignOrigin } from "../foreign.ts";
import { Engine } from "../engine.ts";
import type { EventsInput } from "../events_input.ts";
import { type Dataflow, dataflow } from "../program.ts";
import type { Input } from "../fed.ts";
import type { Output } from "../stream.ts";
import type { Running } from "../running.ts";

/** What one vertex has done, on all workers together. */
export interface VertexStats {
  readonly dataflow: string;
  readonly path: string;
  /** As `name@version`. */
  readonly operator: string;
  /** Of somebody else's plugin: which, as `name@version`. */
  readonly plugin?: string;
  /** Records that it was given and records that it sent, each once, whoever reads them. */
  readonly received: number;
  readonly sent: number;
  /** Batches that it was given and batches that it sent. */
  readonly batchesIn: number;
  readonly batchesOut: number;
  /** How often it ran, and how often because a time was complete. */
  readonly slices: number;
  readonly notifications: number;
  /** How long, in milliseconds. */
  readonly ms: number;
  /** Records that it dropped with a reason. */
  readonly dropped: number;
  /**
   * The highest of each figure of its memory that was seen, summed up over the workers; see `memoryOf` for how
   * the engine looks.
   */
  readonly peak: MemoryFigures;
}

/** How long there was something to do. */
export interface TimeStats {
  /** From the first event to the last, in milliseconds. */
  readonly elapsedMs: number;
  /** By worker, how long it had nothing to do. */
  readonly parkedMs: readonly number[];
}

/** Figures of a whole engine. */
export interface EngineStats extends TimeStats {
  /** Those that took longest first. */
  readonly vertices: readonly VertexStats[];
}

type VertexEvent = OperatesEvent | ScheduleEvent | DroppedEvent | MemoryEvent;
type WorkerEvent = OperatesEvent | ParkEvent | ShutdownEvent;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const KINDS: readonly EventKind[] = [
  ...["operates", "schedule", "dropped", "memory", "park", "shutdown"] as const,
];

type StatsPorts = {
  readonly events: Input<EngineEvent>;
  readonly vertices: Output<VertexStats>;
  readonly times: Output<TimeStats>;
};

/** From events to figures, for each epoch. Without `messages`: slices say how many records they moved. */
export function statsDataflow(): Dataflow<StatsPorts> {
  return dataflow("stats", (root): StatsPorts => {
    const events = root.input<EngineEvent>("events");
    const vertices = events
      .filter((event) => isOfVertex(event), { name: "of vertices" })
      .aggregate<string, Counted, VertexStats>({
        name: "by vertex",
        key: (event) => `${(event as VertexEvent).run} ${(event as VertexEvent).vertex}`,
        initial: () => ({ ...NOTHING, peaks: [] }),
        fold: (stats, event) => count(stats, event as VertexEvent),
        emit: (_key, { peaks, ...stats }) => ({ ...stats, peak: summedPeaks(peaks) }),
      });
    const times = events
      .filter((event) => isOfWorker(event), { name: "of workers" })
      .aggregate<null, Times, TimeStats>({
        name: "times",
        key: () => null,
        initial: () => ({ first: Infinity, last: -Infinity, parkedAt: [], parkedMs: [] }),
        fold: (times, event) => tell(times, event as WorkerEvent),
        emit: (_key, times) => summed(times),
      });
    return {
      events,
      vertices: vertices.output("vertices"),
      times: times.output("times"),
    };
  });
}

/** Figures of an engine from now on, as one epoch that lasts until they are asked for. */
export class StatsRecorder {
  readonly #events: EventsInput;
  readonly #run: Running<StatsPorts>;

  /**
   * An engine of its own consumes the events, on this thread: the observed one may have threads that cannot
   * make its dataflow.
   */
  constructor(observed: Engine) {
    const engine = new Engine({ workers: 1 });
    this.#events = observed.events({ kinds: KINDS, everyMs: Infinity, into: engine });
    this.#run = engine.install(statsDataflow(), { inputs: { events: this.#events } });
  }

  /** Records no more, and tells what was. */
  async finish(): Promise<EngineStats> {
    this.#events.close();
    const { vertices, times } = this.#run.handles;
    const [rows, [time]] = await Promise.all([vertices.toArray(), times.toArray()]);
    rows.sort((a, b) => b.ms - a.ms || (a.path < b.path ? -1 : 1));
    return { ...(time ?? { elapsedMs: 0, parkedMs: [] }), vertices: rows };
  }

  /** Records no more. */
  end(): void {
    this.#events.close();
    this.#run.cancel("nobody asks for the figures");
  }
}

/** What is counted of a vertex, with its peaks by worker. */
type Counted = Mutable<Omit<VertexStats, "peak">> & { readonly peaks: Figures[] };

function summedPeaks(peaks: readonly (Figures | undefined)[]): MemoryFigures {
  const sum = new Figures();
  for (const peak of peaks) if (peak !== undefined) sum.add(peak);
  return sum.copy();
}

const NOTHING: Omit<VertexStats, "peak"> = {
  dataflow: "",
  path: "",
  operator: "",
  received: 0,
  sent: 0,
  batchesIn: 0,
  batchesOut: 0,
  slices: 0,
  notifications: 0,
  ms: 0,
  dropped: 0,
};

function isOfVertex({ kind }: EngineEvent): boolean {
  return kind === "operates" || kind === "schedule" || kind === "dropped" || kind === "memory";
}

function isOfWorker({ kind }: EngineEvent): boolean {
  return kind === "operates" || kind === "park" || kind === "shutdown";
}

function count(stats: Counted, event: VertexEvent): Counted {
  if (event.kind === "operates") {
    stats.dataflow = event.dataflow;
    stats.path = event.path;
    stats.operator = event.operator;
    const origin = foreignOrigin(event.origin);
    if (origin !== undefined) stats.plugin = `${origin.plugin}@${origin.version}`;
  } else if (event.kind === "dropped") stats.dropped += event.records;
  else if (event.kind === "memory") (stats.peaks[event.worker] ??= new Figures()).raise(event);
  else {
    stats.received += event.received;
    stats.sent += event.sent;
    if (event.callback === "receive") stats.batchesIn++;
    stats.batchesOut += event.batches;
    stats.slices++;
    if (event.callback === "notify") stats.notifications++;
    stats.ms += event.ms;
  }
  return stats;
}

/** What `TimeStats` is made of. */
interface Times {
  first: number;
  last: number;
  readonly parkedAt: (number | undefined)[];
  readonly parkedMs: number[];
}

function tell(times: Times, event: WorkerEvent): Times {
  const { worker, at } = event;
  times.first = Math.min(times.first, at);
  times.last = Math.max(times.last, at);
  const before = times.parkedMs[worker] ??= 0;
  if (event.kind !== "park") return times;
  const since = times.parkedAt[worker];
  times.parkedMs[worker] = before + (since === undefined ? 0 : at - since);
  times.parkedAt[worker] = event.action === "park" ? at : undefined;
  return times;
}

/** A worker that is parked at the end was so until then. */
function summed({ first, last, parkedAt, parkedMs }: Times): TimeStats {
  return {
    elapsedMs: last - first,
    parkedMs: Array.from(parkedMs, (known, worker) => {
      const ms = known ?? 0;
      const since = parkedAt[worker];
      return since === undefined ? ms : ms + Math.max(0, last - since);
    }),
  };
}
