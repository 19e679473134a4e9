/**
 * What windows of fixed length keep: for each window that is not over the fold of each key, and what has to
 * wait so that results are exact.
 *
 * @module
 */
import { KeyMap, KeySet } from "../../batches/key_map.ts";
import type { Batch } from "../contract/batch.ts";
import { type Keeps, type Kept, keptIn, keptTogether, waitingIn } from "../contract/kept.ts";
import { Agenda } from "./agenda.ts";
import {
  checkEventTime,
  checkSum,
  lastTime,
  modulo,
  nextMultiple,
  oneGroup,
  ownTime,
} from "./event_time.ts";
import type { WindowConfig, WindowKind } from "./window_options.ts";

/** Records that wait for a time to be complete, and the keys whose folds changed up to it. */
interface Slice {
  readonly changed: KeySet;
  readonly waiting: [key: unknown, record: unknown][];
}

/** One window. */
class Pane implements Keeps {
  readonly start: number;
  readonly end: number;
  readonly folds: KeyMap<unknown> = new KeyMap();
  /** Results before and after the one at its end: what they wait for, by their time. */
  readonly slices: Map<number, Slice> = new Map();
  /** Whether the result at its end is still to come. */
  isAwaited = false;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  kept(): Kept {
    const waiting = Array.from(this.slices.values(), (slice) => slice.waiting);
    return keptTogether([keptIn(this.folds), waitingIn(...waiting)]);
  }

  slice(time: number): Slice {
    let slice = this.slices.get(time);
    if (slice === undefined) {
      this.slices.set(time, slice = { changed: new KeySet(), waiting: [] });
    }
    return slice;
  }
}

/** A window as a snapshot has it. */
export type SavedPane = [
  start: number,
  isAwaited: boolean,
  folds: [unknown, unknown][],
  slices: [time: number, changed: unknown[], waiting: [unknown, unknown][]][],
];

/** What the vertex lends. */
export interface WindowSurroundings {
  notifyAt(time: number): void;
  isComplete(time: number): boolean;
  drop(records: number, reason: string): void;
  blame(error: unknown, record: unknown): Error;
}

/** See the module. */
export class WindowFolds implements Keeps {
  readonly #config: WindowConfig;
  readonly #vertex: WindowSurroundings;
  readonly #every: number;
  readonly #offset: number;
  readonly #panes = new Map<number, Pane>();
  readonly #agenda = new Agenda((time) => ({ time, panes: new Set<Pane>() }));
  // Records come in runs of one window.
  #last: Pane | null = null;

  /** Empty. */
  constructor(config: WindowConfig, vertex: WindowSurroundings) {
    this.#config = config;
    this.#vertex = vertex;
    this.#every = config.every ?? config.size;
    this.#offset = modulo(config.offset, this.#every);
  }

  /** Takes the records of a batch; those that came too late for all of their windows are given back. */
  take(batch: Batch<unknown>): unknown[] {
    const { at = ownTime, key: keyOf = oneGroup, size, lateness } = this.#config;
    const time = batch.time as number;
    const values = batch.values();
    const late: unknown[] = [];
    let missed = 0;
    let i = 0;
    try {
      for (; i < batch.length; i++) {
        const record = values[i];
        const happened = checkEventTime(at(record, time));
        let start = this.#startOf(happened);
        if (start + size + lateness <= time) {
          late.push(record);
          continue;
        }
        const key = keyOf(record);
        // From the latest window back, as far as they cover the record and are not over.
        const before = happened - size;
        do {
          this.#add(this.#paneAt(start, time), key, record, time);
          start -= this.#every;
        } while (start > before && start + size + lateness > time);
        if (start > before) missed++;
      }
    } catch (error) {
      throw this.#vertex.blame(error, values[i]);
    }
    if (missed > 0) this.#vertex.drop(missed, "too late for a part of their windows, not for all");
    return late;
  }

  /** Calls `send` with the results of the next time up to `limit` that has some to do; `false` when none has. */
  next(limit: number, send: (time: number, results: unknown[]) => void): boolean {
    const due = this.#agenda.takeFirst(limit);
    if (due === undefined) return false;
    const results: unknown[] = [];
    for (const pane of due.panes) this.#settle(due.time, pane, results);
    send(due.time, results);
    return true;
  }

  kept(): Kept {
    return keptIn(this.#panes);
  }

  /** The windows as plain data. */
  save(): SavedPane[] {
    return Array.from(this.#panes.values(), ({ start, isAwaited, folds, slices }) => [
      start,
      isAwaited,
      [...folds],
      Array.from(slices, ([time, { changed, waiting }]) => [time, [...changed], [...waiting]]),
    ]);
  }

  /** Puts windows back; the notifications that they wait for are the engine's to bring back. */
  load(saved: readonly SavedPane[]): void {
    for (const [start, isAwaited, folds, slices] of saved) {
      const pane = new Pane(start, start + this.#config.size);
      this.#panes.set(start, pane);
      pane.isAwaited = isAwaited;
      for (const [key, accumulated] of folds) pane.folds.set(key, accumulated);
      for (const [time, changed, waiting] of slices) {
        const slice = pane.slice(time);
        for (const key of changed) slice.changed.add(key);
        slice.waiting.push(...waiting);
        this.#agenda.at(time).panes.add(pane);
      }
      if (isAwaited) this.#agenda.at(pane.end - 1).panes.add(pane);
      this.#agenda.at(lastTime(pane.end, this.#config.lateness)).panes.add(pane);
    }
  }

  /** Where the last window with an event time begins. No sum on the way leaves the safe integers. */
  #startOf(happened: number): number {
    const every = this.#every;
    let rest = happened % every - this.#offset;
    while (rest < 0) rest += every;
    return happened - rest;
  }

  #paneAt(start: number, time: number): Pane {
    let pane = this.#last;
    if (pane === null || pane.start !== start) {
      pane = this.#panes.get(start) ?? this.#make(start);
      this.#last = pane;
    }
    if (!pane.isAwaited && time < pane.end) {
      pane.isAwaited = true;
      this.#await(pane.end - 1, pane);
    }
    return pane;
  }

  #make(start: number): Pane {
    const { size, lateness } = this.#config;
    const end = checkSum(start + size, "the end of its window");
    const pane = new Pane(checkSum(start, "the start of its window"), end);
    this.#panes.set(start, pane);
    this.#await(lastTime(end, lateness), pane);
    return pane;
  }

  #await(time: number, pane: Pane): void {
    if (!this.#agenda.has(time)) this.#vertex.notifyAt(time);
    this.#agenda.at(time).panes.add(pane);
  }

  #add(pane: Pane, key: unknown, record: unknown, time: number): void {
    const { early } = this.#config;
    if (time >= pane.end) {
      // Until the time is complete, for results of earlier times must not have it.
      this.#sliceAt(pane, time).waiting.push([key, record]);
    } else if (early === undefined) {
      this.#fold(pane, key, record);
    } else {
      const next = nextMultiple(time, early);
      const due = Math.min(next, pane.end - 1);
      const isFirst = pane.slices.size === 0 || (pane.slices.size === 1 && pane.slices.has(due));
      // At once when no result of an earlier time can still come, be it of records that are still to come.
      if (isFirst && (next < early || this.#vertex.isComplete(next - early))) {
        this.#fold(pane, key, record);
        if (due < pane.end - 1) this.#sliceAt(pane, due).changed.add(key);
      } else {
        this.#sliceAt(pane, due).waiting.push([key, record]);
      }
    }
  }

  #sliceAt(pane: Pane, time: number): Slice {
    if (!pane.slices.has(time)) this.#await(time, pane);
    return pane.slice(time);
  }

  #fold({ folds }: Pane, key: unknown, record: unknown): void {
    const { initial, fold } = this.#config;
    const known = folds.get(key);
    const before = known !== undefined || folds.has(key) ? known : initial(key);
    const after = fold(before, record, key);
    if (after !== known || known === undefined) folds.set(key, after);
  }

  #settle(time: number, pane: Pane, results: unknown[]): void {
    const slice = pane.slices.get(time);
    if (slice !== undefined) {
      pane.slices.delete(time);
      this.#foldWaiting(pane, slice);
    }
    if (pane.isAwaited && time === pane.end - 1) {
      pane.isAwaited = false;
      this.#emit(pane, "onTime", pane.folds.keys(), results);
    } else if (slice !== undefined) {
      this.#emit(pane, time < pane.end ? "early" : "late", slice.changed, results);
    }
    if (time < lastTime(pane.end, this.#config.lateness)) return;
    this.#panes.delete(pane.start);
    if (this.#last === pane) this.#last = null;
  }

  #foldWaiting(pane: Pane, { waiting, changed }: Slice): void {
    for (const [key, record] of waiting) {
      try {
        this.#fold(pane, key, record);
      } catch (error) {
        throw this.#vertex.blame(error, record);
      }
      changed.add(key);
    }
  }

  #emit(
    { start, end, folds }: Pane,
    kind: WindowKind,
    keys: Iterable<unknown>,
    results: unknown[],
  ): void {
    const window = Object.freeze({ start, end, kind });
    for (const key of keys) {
      const accumulated = folds.get(key);
      try {
        results.push(this.#config.emit(key, accumulated, window));
      } catch (error) {
        throw this.#vertex.blame(error, { key, accumulated, window });
      }
    }
  }
}
