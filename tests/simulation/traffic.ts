/**
 * The frames between the workers of one run: an account of those under way, of the batches that each edge
 * is still collecting, and of the credit it has.
 * @module
 */

import type { Worker } from "../../actors/worker.ts";
import type { FrameBuffer } from "../../actors/workers/frame_buffer.ts";
import type { LocalNetwork } from "../../actors/workers/local_transport.ts";
import {
  CREDIT,
  DATA,
  dataflowOf,
  kindOf,
  NEWS,
  NOTE,
  PROGRESS,
  readProgress,
  readTime,
} from "../../actors/workers/messages.ts";
import { type Partition, partitionOf } from "../../actors/workers/partition.ts";
import type { SpreadEdge } from "../../actors/workers/spread_edge.ts";
import { valuesOf } from "../../batches/data.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import type { Pact } from "../../operators/contract/pact.ts";
import { ChangeBatch } from "../../progress/change_batch.ts";
import type { Time } from "../../progress/time.ts";
import type { Entries } from "./entries.ts";

/** A frame that was sent and not received. */
export type Frame =
  | { readonly kind: "data"; readonly edge: number; readonly time: Time }
  | { readonly kind: "credit"; readonly edge: number; readonly count: number }
  | { readonly kind: "progress"; readonly changes: ChangeBatch; readonly controls: number }
  | { readonly kind: "news" | "note" | "other" };

/** What traffic has to know of the dataflow that it looks at, which is the first of its engine. */
export interface Depths {
  /** How many coordinates times have at each slot. */
  readonly slots: ArrayLike<number>;
  /** … and on each edge. */
  readonly edges: ArrayLike<number>;
}

/** Batches that may be under way on an edge to one worker; then its senders are held back. */
const WINDOW = 32;

/** What one worker's end of an edge collects, by the worker that it is for. */
class Parcels {
  readonly records: number[];
  time: Time | null = null;
  readonly #partition: Partition;

  constructor(pact: Pact, workers: number, index: number) {
    this.records = new Array(workers).fill(0);
    this.#partition = partitionOf(pact, workers, index);
  }

  add({ data, length, time }: Batch): void {
    this.time = time;
    const where = new Int32Array(length);
    this.#partition.assign(valuesOf(data), length, where);
    if (this.#partition.isBroadcast) this.records.forEach((n, to) => this.records[to] = n + length);
    else for (const to of where) this.records[to]++;
  }
}

/** Batches that one worker has sent another on an edge and has no credit back for. */
interface Window {
  underWay: number;
  /** The sender's slice in which the window was full, and how many went since then. */
  fullSince: number;
  late: number;
}

/** See the module. */
export class Traffic {
  /** Frames sent so far, and how often a window was full. */
  readonly counts = { frames: 0, full: 0 };
  readonly #depths: Depths;
  readonly #entries: readonly Entries[];
  readonly #violated: (what: string) => void;
  readonly #pairs: Frame[][];
  readonly #workers: number;
  readonly #windows = new Map<string, Window>();
  readonly #parcels = new Map<string, Parcels>();
  // The edge that sends or collects right now.
  #acting: { readonly parcels: Parcels; readonly index: number } | null = null;

  constructor(
    network: LocalNetwork,
    depths: Depths,
    entries: readonly Entries[],
    violated: (what: string) => void,
    trace: (line: string) => void,
  ) {
    const { workers } = network;
    this.#workers = workers;
    this.#depths = depths;
    this.#entries = entries;
    this.#violated = violated;
    this.#pairs = Array.from({ length: workers * workers }, () => []);
    const put = network.put.bind(network);
    network.put = (from, to, frame) => {
      const before = network.size;
      put(from, to, frame);
      if (network.size > before) trace(this.#sent(from, to, frame));
    };
    const take = network.take.bind(network);
    network.take = (from, to, into) => {
      if (!take(from, to, into)) return false;
      this.#received(from, to);
      return true;
    };
    const lose = network.lose.bind(network);
    network.lose = (worker) => {
      lose(worker);
      this.#pairs.forEach((frames, i) => {
        if (i % workers === worker || Math.floor(i / workers) === worker) frames.length = 0;
      });
    };
  }

  /** Follows what one worker's end of an edge collects, and what that worker keeps to itself. */
  watch(worker: Worker, index: number, edges: ReadonlyMap<number, [SpreadEdge, Pact]>): void {
    const stage = worker.stage.bind(worker);
    worker.stage = (inlet, batch) => {
      if (this.#acting !== null) this.#left(this.#acting.parcels, index, batch.length);
      stage(inlet, batch);
    };
    for (const [number, [edge, pact]] of edges) {
      const parcels = new Parcels(pact, this.#workers, index);
      this.#parcels.set(`${index} ${number}`, parcels);
      const take = edge.take.bind(edge);
      const flush = edge.flush.bind(edge);
      const acting = (act: () => void) => {
        this.#acting = { parcels, index };
        act();
        this.#acting = null;
      };
      edge.take = (batch) => {
        parcels.add(batch);
        acting(() => take(batch));
      };
      edge.flush = () => acting(flush);
    }
  }

  /** Visits the frames that were not received. */
  forEach(visit: (frame: Frame) => void): void {
    for (const frames of this.#pairs) frames.forEach(visit);
  }

  /** Visits what edges are collecting: one message each. */
  forEachParcel(visit: (edge: number, time: Time) => void): void {
    for (const [name, { records, time }] of this.#parcels) {
      for (const count of records) if (count > 0) visit(Number(name.split(" ")[1]), time!);
    }
  }

  #sent(from: number, to: number, buffer: FrameBuffer): string {
    const frame = this.#read(buffer);
    this.#pairs[from * this.#workers + to].push(frame);
    this.counts.frames++;
    if (frame.kind === "data") {
      this.#left(this.#parcels.get(`${from} ${frame.edge}`)!, to, buffer.words[3]);
      this.#charge(frame.edge, from, to);
    }
    return `${from} > ${to} ${frame.kind}`;
  }

  #received(from: number, to: number): void {
    const frame = this.#pairs[from * this.#workers + to].shift()!;
    if (frame.kind !== "credit") return;
    const window = this.#window(frame.edge, to, from);
    window.underWay -= frame.count;
    if (window.underWay < 0) this.#violated(`edge ${frame.edge} has more credit than it gave`);
  }

  #left(parcels: Parcels, to: number, count: number): void {
    parcels.records[to] -= count;
    if (parcels.records[to] < 0) this.#violated("an edge sends more records than it took");
  }

  /** When the window is full, the same slice may go on; after it only what was being collected goes. */
  #charge(edge: number, from: number, to: number): void {
    const window = this.#window(edge, from, to);
    const { slice } = this.#entries[from];
    if (window.underWay >= WINDOW && slice !== window.fullSince) {
      if (++window.late > 1) this.#violated(`edge ${edge} sends to worker ${to} without credit`);
    }
    if (++window.underWay !== WINDOW) return;
    this.counts.full++;
    window.fullSince = slice;
    window.late = 0;
  }

  #window(edge: number, from: number, to: number): Window {
    const name = `${edge} ${from} ${to}`;
    let window = this.#windows.get(name);
    if (window === undefined) {
      this.#windows.set(name, window = { underWay: 0, fullSince: 0, late: 0 });
    }
    return window;
  }

  #read(frame: FrameBuffer): Frame {
    const { words, doubles } = frame;
    if (dataflowOf(frame) !== 0) return { kind: "other" };
    switch (kindOf(frame)) {
      case DATA: {
        const edge = words[2];
        return { kind: "data", edge, time: readTime(doubles, 3, this.#depths.edges[edge]) };
      }
      case CREDIT:
        return { kind: "credit", edge: words[2], count: words[3] };
      case PROGRESS: {
        const changes = new ChangeBatch();
        const controls = readProgress(frame, this.#depths.slots, changes);
        return { kind: "progress", changes, controls };
      }
      case NEWS:
        return { kind: "news" };
      case NOTE:
        return { kind: "note" };
      default:
        throw new Error(`a frame of kind ${kindOf(frame)}`);
    }
  }
}
