/**
 * What a vertex keeps beyond its callbacks, as figures.
 *
 * @module
 */
import { estimateBytes, estimateData } from "../../batches/estimate.ts";
import { KeyMap, KeySet } from "../../batches/key_map.ts";
import { Batch } from "./batch.ts";
import { TimeMap } from "./time_map.ts";

/** What is kept, by somebody who can say so. */
export interface Kept {
  /**
   * How many records are kept, or what stands for them: one fold for each key, say. Those that wait and those
   * that are in flight are among them, as far as they are kept.
   */
  readonly records: number;
  /** About how many bytes it takes. */
  readonly bytes?: number | undefined;
  /** Of the records those that wait to be sent on, rather than being what later ones are answered by. */
  readonly waiting?: number | undefined;
  /** How much was let go that has not come back, for operators that limit it. Not among the records. */
  readonly inFlight?: number | undefined;
  /** How many records wait on disk. Not among the records, which are in memory. */
  readonly onDisk?: number | undefined;
}

/** Something that can say what it keeps. */
export interface Keeps {
  /** What it keeps now. It is called between callbacks, often, and must not take long. */
  kept(): Kept;
}

/** Nothing. */
export const NOTHING_KEPT: Kept = Object.freeze({
  ...{ records: 0, bytes: 0, waiting: 0, inFlight: 0, onDisk: 0 },
});

/** What several keep together. */
export function keptTogether(all: Iterable<Kept>): Kept {
  let records = 0;
  let bytes = 0;
  let waiting = 0;
  let inFlight = 0;
  let onDisk = 0;
  for (const kept of all) {
    records += kept.records;
    bytes += kept.bytes ?? 0;
    waiting += kept.waiting ?? 0;
    inFlight += kept.inFlight ?? 0;
    onDisk += kept.onDisk ?? 0;
  }
  return { records, bytes, waiting, inFlight, onDisk };
}

/** What a vertex keeps: in the states that were made for it, and what its `size` says. */
export function keptBy(
  { size }: { readonly size?: () => Kept },
  states: readonly Keeps[] | null,
): Kept {
  if (states === null) return size === undefined ? NOTHING_KEPT : size();
  const inStates = keptTogether(states.map((state) => state.kept()));
  return size === undefined ? inStates : keptTogether([inStates, size()]);
}

/** So many times or prefixes are looked at; of more the first ones stand for all. */
const MOST_LOOKED_AT = 32;
/** How deep containers are looked for within the fields of an object. */
const DEPTH = 2;
/** An entry of a map besides its value, with its key. */
const ENTRY = 56;
/** How many lists stand for all. */
const SAMPLES = 3;
/** A map or a set itself, besides its entries. */
const CONTAINER = 64;

/**
 * What is in containers, for an operator's `size`: entries of maps and sets, elements of lists, records of
 * batches, by the time if they are kept by time. Of a plain object the containers in its fields count, of
 * anything else one record. Counts are exact for up to 32 times; bytes are estimated from a few entries. It
 * takes time by the number of times, not of records.
 *
 * @example
 * ```ts
 * import { keptIn, KeyMap, TimeMap } from "meander";
 * import { expect } from "vitest";
 *
 * const counts = new TimeMap<KeyMap<number>>();
 * counts.set(0, KeyMap.from([["to", 2], ["be", 2]]));
 * counts.set(1, KeyMap.from([["or", 1]]));
 * expect(keptIn(counts).records).toBe(3);
 * ```
 */
export function keptIn(...containers: readonly unknown[]): Kept {
  const sum = new Sum();
  for (const container of containers) sum.add(container, 0, 1);
  return sum.rounded();
}

/** The same of what waits to be sent on. */
export function waitingIn(...containers: readonly unknown[]): Kept {
  return asWaiting(keptIn(...containers));
}

/** The same, all of which waits to be sent on. */
export function asWaiting(kept: Kept): Kept {
  return { ...kept, waiting: kept.records };
}

/** The same of the values of a map, of which the first ones stand for all. */
export function keptInEach(values: Iterable<unknown>, size: number): Kept {
  const sum = new Sum();
  sum.addEach(values, size, 0, 1);
  return sum.rounded();
}

/** Lists of records by key, of which somebody has counted the records. */
export function keptLists(lists: KeyMap<readonly unknown[]>, records: number): Kept {
  let looked = 0;
  let found = 0;
  let bytes = 0;
  let keys = 0;
  for (const [key, list] of lists) {
    found += list.length;
    bytes += estimateData(list, list.length);
    keys += ENTRY + estimateBytes(key);
    if (++looked === SAMPLES) break;
  }
  if (looked === 0) return { records, bytes: 0 };
  // By record, for the lists that came first may well be the longest.
  const each = bytes / Math.max(1, found);
  return { records, bytes: Math.ceil(each * records + keys / looked * lists.size) };
}

class Sum {
  records = 0;
  bytes = 0;
  waiting = 0;
  inFlight = 0;
  onDisk = 0;

  /** What was looked at stands for others, so that sums need not be whole. */
  rounded(): Kept {
    return {
      records: Math.ceil(this.records),
      bytes: Math.ceil(this.bytes),
      waiting: Math.ceil(this.waiting),
      inFlight: Math.ceil(this.inFlight),
      onDisk: Math.ceil(this.onDisk),
    };
  }

  /** One value, as often as `times` says. */
  add(value: unknown, depth: number, times: number): void {
    if (isKeeper(value)) this.#addKept(value.kept(), times);
    else if (value instanceof KeyMap || value instanceof Map) this.#map(value, depth, times);
    else if (value instanceof KeySet || value instanceof Set) {
      this.#entries(value, value.size, times);
    } else if (Array.isArray(value)) this.#list(value, depth, times);
    else if (value instanceof Batch) {
      this.#count(value.length, estimateData(value.data, value.length), times);
    } else if (value instanceof TimeMap) {
      this.#count(0, value.size * ENTRY, times);
      this.addEach(value.someValues(), value.size, depth, times);
    } else if (ArrayBuffer.isView(value)) {
      this.#count((value as Uint8Array).length, value.byteLength, times);
    } else if (typeof value !== "object" || value === null || !this.#fields(value, depth, times)) {
      this.#count(1, estimateBytes(value), times);
    }
  }

  /** So many values, of which the first few are looked at. */
  addEach(values: Iterable<unknown>, size: number, depth: number, times: number): void {
    const each = times * Math.max(1, size / MOST_LOOKED_AT);
    let looked = 0;
    for (const value of values) {
      this.add(value, depth, each);
      if (++looked === MOST_LOOKED_AT) return;
    }
  }

  #list(values: readonly unknown[], depth: number, times: number): void {
    if (values[0] instanceof Batch || isKeeper(values[0])) {
      return this.addEach(values, values.length, depth, times);
    }
    this.#count(values.length, estimateData(values, values.length), times);
  }

  /** By key a value, or something that says itself what it keeps, or a list of that. */
  #map(map: KeyMap<unknown> | Map<unknown, unknown>, depth: number, times: number): void {
    const first: unknown = map.size === 0 ? undefined : map.values().next().value;
    if (!isKeeper(first) && !(Array.isArray(first) && isKeeper(first[0]))) {
      return this.#entries(map, map.size, times);
    }
    this.#count(0, map.size * ENTRY, times);
    this.addEach(map.values(), map.size, depth, times);
  }

  #entries(container: object, size: number, times: number): void {
    this.#count(size, size === 0 ? CONTAINER : estimateBytes(container), times);
  }

  /** The fields of a plain object that are containers; false when none is. */
  #fields(value: object, depth: number, times: number): boolean {
    if (depth === DEPTH) return false;
    let any = false;
    for (const name of Object.keys(value)) {
      const field = Object.getOwnPropertyDescriptor(value, name)?.value;
      if (!isContainer(field)) continue;
      any = true;
      this.add(field, depth + 1, times);
    }
    return any;
  }

  #count(records: number, bytes: number, times: number): void {
    this.records += records * times;
    this.bytes += bytes * times;
  }

  #addKept(kept: Kept, times: number): void {
    const { records, bytes = 0, waiting = 0, inFlight = 0, onDisk = 0 } = kept;
    this.#count(records, bytes, times);
    this.waiting += waiting * times;
    this.inFlight += inFlight * times;
    this.onDisk += onDisk * times;
  }
}

function isKeeper(value: unknown): value is Keeps {
  return typeof value === "object" && value !== null &&
    typeof (value as { kept?: unknown }).kept === "function";
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || value instanceof KeyMap || value instanceof Map ||
    value instanceof KeySet || value instanceof Set || value instanceof TimeMap ||
    value instanceof Batch || isKeeper(value);
}
