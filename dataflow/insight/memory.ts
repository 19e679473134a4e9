/**
 * Where the memory of a running dataflow is.
 *
 * @module
 */
import { Figures, type MemoryFigures } from "../../actors/memory_figures.ts";
import { compareTimes, coordinateOf, formatTime, type Time } from "../../progress/time.ts";
import type { MemoryParts } from "../memory_parts.ts";
import type { Running } from "../running.ts";
import { outstandingIn } from "./outstanding.ts";

export type { MemoryFigures };

/** What waits at one input of a vertex, on the first worker. */
export interface InputMemory {
  readonly input: string;
  readonly batches: number;
  readonly records: number;
  readonly bytes: number;
}

/** One vertex, on all workers together. */
export interface VertexMemoryReport {
  readonly path: string;
  /** As `name@version`. */
  readonly operator: string;
  /** What waits for it and what it keeps now; on other workers, when they last said so. */
  readonly now: MemoryFigures;
  /** The highest of each figure. With several workers the sum of theirs, which need not be of one moment. */
  readonly peak: MemoryFigures;
  /** Whether it gave way and waits for its next slice, on the first worker. */
  readonly isSuspended: boolean;
  /** Whether it is stopped, because a vertex downstream or another worker cannot take more, on the first worker. */
  readonly isHeldBack: boolean;
  /** How many different times are outstanding at it. */
  readonly openTimes: number;
  /** Notifications that it waits for, and capabilities that it keeps, on the first worker. */
  readonly requests: number;
  readonly capabilities: number;
  /** What waits for it, input by input. */
  readonly inputs: readonly InputMemory[];
  /** What the operator's `size` threw, if it did; its state is then not in the figures. */
  readonly fault: unknown;
}

/** An edge whose records may go to other workers, as far as the first worker's end of it knows. */
export interface EdgeMemory {
  readonly from: string;
  readonly to: string;
  /** Records that are being collected into batches. */
  readonly collected: number;
  /** Batches that were sent to other workers, which have not taken them. */
  readonly underWay: number;
}

/** Which times are not complete. */
export interface OpenTimes {
  /** How many different ones are outstanding. */
  readonly count: number;
  /** How many epochs lie from the oldest to the newest, both included; of the first coordinate. */
  readonly epochs: number;
  readonly oldest: Time | null;
  readonly newest: Time | null;
}

/** The answer of {@linkcode memoryOf}. */
export interface MemoryReport {
  readonly dataflow: string;
  readonly status: Running["status"];
  /** All vertices together. */
  readonly now: MemoryFigures;
  /** The highest of each figure, all vertices together; with several workers the sum of theirs. */
  readonly peak: MemoryFigures;
  /** What waits and what is kept, together. */
  readonly bytes: number;
  /** The most of it at one moment; with several workers the sum of theirs. */
  readonly peakBytes: number;
  readonly openTimes: OpenTimes;
  /** The vertices in which something is or was, those with most bytes first, then those that had most. */
  readonly vertices: readonly VertexMemoryReport[];
  /** Batches that were sent to each input and that no vertex has taken yet. */
  readonly inputs: readonly { readonly name: string; readonly waiting: number }[];
  /** Edges on which something is. */
  readonly edges: readonly EdgeMemory[];
  /** Frames of the first worker, of all dataflows, for which another worker has no room. */
  readonly frames: number;
}

/**
 * Where is the memory? What waits for each vertex, what it keeps, and the most there ever was. It may be asked
 * of any dataflow at any moment, also after its end, and changes nothing. What is now is looked up here and
 * now on the first worker; other workers say now and then what they have. The highest figures are from looks
 * that the engine takes now and then while it works (at most a hundredth of its time), so that what is gone in
 * a moment may not be in them. Bytes are estimated, see {@linkcode estimateBytes}.
 *
 * @example
 * ```ts
 * import { dataflow, execute, memoryOf } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("groups", (root) => {
 *   const words = root.input<string>("words");
 *   const groups = words.groupBy({ key: (word) => word[0], reduce: (_key, all) => [all.length] });
 *   return { words, sizes: groups.output("sizes") };
 * });
 * await using run = execute(program);
 * run.handles.words.send(["to", "be", "or", "not", "to", "be"]);
 * await run.idle();
 * const [most] = memoryOf(run).vertices;
 * expect([most.path, most.now.keptRecords]).toEqual(["groupBy", 6]);
 * run.handles.words.close();
 * await run.idle();
 * const after = memoryOf(run).vertices.find(({ path }) => path === "groupBy")!;
 * expect([after.now.keptRecords, after.peak.keptRecords]).toEqual([0, 6]);
 * ```
 */
export function memoryOf(running: Running): MemoryReport {
  const { here, there, edges, frames } = running.memory;
  // Nothing is left on other workers after the end.
  const isLive = !running.hasEnded;
  const vertices = new Vertices(running);
  here.measure((memory, inlet, batch, bytes) =>
    vertices.at(memory.vertex).queue(inlet.port, batch.length, bytes)
  );
  for (const memory of here.vertices()) vertices.at(memory.vertex).add(memory);
  const now = total(here.now, isLive ? [...there.values()].map((each) => each.now) : []);
  const peak = total(here.peak, [...there.values()].map((each) => each.peak));
  for (const { vertices: all } of there.values()) {
    for (const each of all.values()) {
      vertices.at(each.vertex).add(isLive ? each : { now: NOTHING, peak: each.peak });
    }
  }
  const openTimes = isLive ? vertices.takeOutstanding() : NO_TIMES;
  return {
    dataflow: running.name,
    status: running.status,
    now: now.copy(),
    peak: peak.copy(),
    bytes: now.bytes,
    peakBytes: [...there.values()].reduce((sum, each) => sum + each.peakBytes, here.peakBytes),
    openTimes,
    vertices: vertices.reports(),
    inputs: running.graph.vertices.filter(({ kind }) => kind === "input")
      .map(({ name }) => ({ name, waiting: running.input(name).waiting })),
    edges: isLive ? edgesOf(running, edges) : [],
    frames,
  };
}

const NOTHING: MemoryFigures = Object.freeze(new Figures().copy());
const NO_TIMES: OpenTimes = Object.freeze({ count: 0, epochs: 0, oldest: null, newest: null });

function total(first: MemoryFigures, others: readonly MemoryFigures[]): Figures {
  const sum = new Figures();
  for (const each of [first, ...others]) sum.add(each);
  return sum;
}

function edgesOf({ graph }: Running, edges: MemoryParts["edges"]): EdgeMemory[] {
  return Array.from(edges, ([index, edge]) => {
    const { from, to } = graph.edges[index];
    return { from: graph.vertices[from].path, to: graph.vertices[to].path, ...edge.pending };
  }).filter(({ collected, underWay }) => collected + underWay > 0);
}

/** The reports of vertices as they are put together. */
class Vertices {
  readonly #running: Running;
  readonly #drafts = new Map<number, Draft>();

  constructor(running: Running) {
    this.#running = running;
  }

  at(vertex: number): Draft {
    let draft = this.#drafts.get(vertex);
    if (draft === undefined) this.#drafts.set(vertex, draft = new Draft(this.#running, vertex));
    return draft;
  }

  /** Who holds which times open. */
  takeOutstanding(): OpenTimes {
    const times = new Map<string, Time>();
    for (const { vertex, time, kind, occurrences } of outstandingIn(this.#running)) {
      const draft = this.at(vertex);
      draft.times.add(formatTime(time));
      times.set(formatTime(time), time);
      if (kind === "capability") draft.capabilities += occurrences;
    }
    if (times.size === 0) return NO_TIMES;
    const all = [...times.values()].sort(compareTimes);
    const [oldest, newest] = [all[0], all[all.length - 1]];
    const epochs = coordinateOf(newest, 0) - coordinateOf(oldest, 0) + 1;
    return { count: times.size, epochs, oldest, newest };
  }

  reports(): VertexMemoryReport[] {
    return [...this.#drafts.values()].sort((a, b) =>
      b.now.bytes - a.now.bytes || b.peak.bytes - a.peak.bytes || a.vertex - b.vertex
    ).map((draft) => draft.report(this.#running));
  }
}

class Draft {
  readonly vertex: number;
  readonly now = new Figures();
  readonly peak = new Figures();
  readonly times = new Set<string>();
  capabilities = 0;
  fault: unknown = undefined;
  readonly #inputs: { input: string; batches: number; records: number; bytes: number }[];

  constructor({ graph }: Running, vertex: number) {
    this.vertex = vertex;
    const names = Object.keys(graph.vertices[vertex].operator.inputs);
    this.#inputs = names.map((input) => ({ input, batches: 0, records: 0, bytes: 0 }));
  }

  /** What an input's handle has sent waits for a vertex that has no input. */
  queue(port: number, records: number, bytes: number): void {
    const input = this.#inputs[port];
    if (input === undefined) return;
    input.batches++;
    input.records += records;
    input.bytes += bytes;
  }

  add(more: { readonly now: MemoryFigures; readonly peak: MemoryFigures; fault?: unknown }): void {
    this.now.add(more.now);
    this.peak.add(more.peak);
    this.fault ??= more.fault;
  }

  report({ graph, actors }: Running): VertexMemoryReport {
    const { path, operator } = graph.vertices[this.vertex];
    const actor = actors[this.vertex];
    return {
      path,
      operator: `${operator.name}@${operator.version}`,
      now: this.now.copy(),
      peak: this.peak.copy(),
      isSuspended: actor.isSuspended,
      isHeldBack: actor.isHeld,
      openTimes: this.times.size,
      requests: actor.isDead ? 0 : actor.requests.size,
      capabilities: this.capabilities,
      inputs: this.#inputs.filter(({ batches }) => batches > 0),
      fault: this.fault,
    };
  }
}
