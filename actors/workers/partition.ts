/**
 * Which worker gets which record, and the loops that sort records by worker.
 *
 * @module
 */
import { hashKey } from "../../batches/key_hash.ts";
import { show } from "../../batches/show.ts";
import type { Values } from "../../batches/data.ts";
import { Specialized } from "../../batches/specialize.ts";
import type { Pact } from "../../operators/contract/pact.ts";

type Key = (record: unknown) => unknown;

/** What spreads records: a pact that is not `pipeline`. */
export interface Partition {
  /** Whether every worker gets every record, and `assign` has nothing to say. */
  readonly isBroadcast: boolean;
  /**
   * Writes the worker of each of the first `length` records. When the user's function throws, the entry of
   * its record and all behind it are −1.
   */
  assign(values: Values<unknown>, length: number, where: Int32Array): void;
}

/** The partition of a pact among so many workers. `first` is the worker whose turn it is to begin with. */
export function partitionOf(pact: Pact, workers: number, first: number): Partition {
  switch (pact.kind) {
    case "exchange":
      return new ByKey(pact.key as Key, workers);
    case "route":
      return new ByFunction(pact.to as (record: unknown, workers: number) => number, workers);
    case "balance":
      return new InTurn(workers, first);
    case "broadcast":
      return { isBroadcast: true, assign: () => {} };
    default:
      return { isBroadcast: false, assign: (_values, length, where) => where.fill(0, 0, length) };
  }
}

/** Records with equal keys go to one worker, by the hash that is stable across workers and runs. */
class ByKey implements Partition {
  readonly isBroadcast = false;
  readonly #key: Key;
  readonly #workers: number;
  readonly #loop = new Specialized(assignByKey);

  constructor(key: Key, workers: number) {
    this.#key = key;
    this.#workers = workers;
  }

  assign(values: Values<unknown>, length: number, where: Int32Array): void {
    where.fill(-1, 0, length);
    this.#loop.for(length)(values, length, this.#key, hashKey, this.#workers, where);
  }
}

/** The user says where each record goes. */
class ByFunction implements Partition {
  readonly isBroadcast = false;
  readonly #to: (record: unknown, workers: number) => number;
  readonly #workers: number;

  constructor(to: (record: unknown, workers: number) => number, workers: number) {
    this.#to = to;
    this.#workers = workers;
  }

  assign(values: Values<unknown>, length: number, where: Int32Array): void {
    where.fill(-1, 0, length);
    for (let i = 0; i < length; i++) {
      const worker = this.#to(values[i], this.#workers);
      if (!(Number.isInteger(worker) && worker >= 0 && worker < this.#workers)) {
        throw new RangeError(
          `MEANDER_PACT  Cannot send a record to worker ${show(worker)}: the workers are 0 to ${
            this.#workers - 1
          }`,
        );
      }
      where[i] = worker;
    }
  }
}

/** One batch to each worker, and from the first again. */
class InTurn implements Partition {
  readonly isBroadcast = false;
  readonly #workers: number;
  #next: number;

  constructor(workers: number, first: number) {
    this.#workers = workers;
    this.#next = first;
  }

  assign(_values: Values<unknown>, length: number, where: Int32Array): void {
    where.fill(this.#next, 0, length);
    this.#next = (this.#next + 1) % this.#workers;
  }
}

/**
 * A closed loop (see `specialize`). The hash of small integers is that of `key_hash.ts`, written out: a call
 * for each record would cost more than all the rest.
 */
function assignByKey(
  values: Values<unknown>,
  length: number,
  key: Key,
  hash: (key: unknown) => number,
  workers: number,
  where: Int32Array,
): void {
  const mask = (workers & (workers - 1)) === 0 ? workers - 1 : -1;
  for (let i = 0; i < length; i++) {
    const k = key(values[i]);
    let h: number;
    if (typeof k === "number" && (k | 0) === k) {
      h = k ^ 0x9e3779b9;
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      h ^= h >>> 16;
    } else h = hash(k);
    where[i] = mask >= 0 ? h & mask : (h >>> 0) % workers;
  }
}

/** What the sorting loops fill: a list or a column for each worker, and how much is in it. */
export type Bins = (unknown[] | Int32Array | Float64Array)[];

/**
 * Puts records from `from` on into the bin of their worker, until one may be full or all are in; returns the
 * place behind the last one. There is an instance for each kind of bin, so that each sees one kind only.
 */
export type Sort = (
  values: Values<unknown>,
  from: number,
  length: number,
  where: Int32Array,
  bins: Bins,
  counts: Int32Array,
  capacity: number,
) => number;

/** A closed loop; see `Sort`. It goes as far as no bin can be full, so that it need not look. */
function sortInto(
  values: Values<unknown>,
  from: number,
  length: number,
  where: Int32Array,
  bins: Bins,
  counts: Int32Array,
  capacity: number,
): number {
  let fullest = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i] > fullest) fullest = counts[i];
  const end = Math.min(length, from + capacity - fullest);
  for (let i = from; i < end; i++) {
    const worker = where[i];
    const at = counts[worker];
    bins[worker][at] = values[i] as number;
    counts[worker] = at + 1;
  }
  return end;
}

/**
 * The same for two columns. Every number is written to both, and only one of them moves on: a branch that
 * nobody can predict would cost more.
 */
function sortBetweenTwo(
  values: Values<unknown>,
  from: number,
  length: number,
  where: Int32Array,
  bins: Bins,
  counts: Int32Array,
  capacity: number,
): number {
  const [left, right] = bins;
  let l = counts[0];
  let r = counts[1];
  const end = Math.min(length, from + capacity - Math.max(l, r));
  for (let i = from; i < end; i++) {
    const value = values[i] as number;
    const worker = where[i];
    left[l] = value;
    right[r] = value;
    l += 1 - worker;
    r += worker;
  }
  counts[0] = l;
  counts[1] = r;
  return end;
}

/** One loop of its own for each kind of record that an edge carries. */
export class Sorting {
  readonly #rows = new Specialized<Sort>(sortInto);
  readonly #ints: Specialized<Sort>;
  readonly #doubles: Specialized<Sort>;

  /** Sorts between so many workers. */
  constructor(workers: number) {
    const columns = workers === 2 ? sortBetweenTwo : sortInto;
    this.#ints = new Specialized<Sort>(columns);
    this.#doubles = new Specialized<Sort>(columns);
  }

  /** The loop for so many records of a kind. */
  for(values: Values<unknown>, records: number): Sort {
    if (values instanceof Int32Array) return this.#ints.for(records);
    if (values instanceof Float64Array) return this.#doubles.for(records);
    return this.#rows.for(records);
  }
}
