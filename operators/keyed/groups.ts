/**
 * Records by key, as operators keep them that want all records of a key at once.
 *
 * @module
 */
import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Batch } from "../contract/batch.ts";
import { type Keeps, type Kept, keptLists } from "../contract/kept.ts";
import { eachKeyed } from "./keys.ts";

/** The records of each key, in the order in which they came; keys in the order in which they came first. */
export class Groups<T = unknown> implements Keeps, Iterable<[unknown, T[]]> {
  readonly #byKey = new KeyMap<T[]>();
  #records = 0;

  /** Groups with these records. */
  static of<T>(entries: Iterable<readonly [key: unknown, records: readonly T[]]>): Groups<T> {
    const groups = new Groups<T>();
    for (const [key, records] of entries) {
      groups.#byKey.set(key, [...records]);
      groups.#records += records.length;
    }
    return groups;
  }

  /** Adds a record to its group. */
  add(key: unknown, record: T): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) known.push(record);
    else this.#byKey.set(key, [record]);
    this.#records++;
  }

  /** The records of a key. */
  get(key: unknown): T[] | undefined {
    return this.#byKey.get(key);
  }

  /** Whether a key has records. */
  has(key: unknown): boolean {
    return this.#byKey.has(key);
  }

  /** Removes a group. */
  delete(key: unknown): void {
    this.#records -= this.#byKey.get(key)?.length ?? 0;
    this.#byKey.delete(key);
  }

  [Symbol.iterator](): MapIterator<[unknown, T[]]> {
    return this.#byKey[Symbol.iterator]();
  }

  kept(): Kept {
    return keptLists(this.#byKey, this.#records);
  }
}

/** The form of groups in snapshots. */
export const savedGroups: z.ZodType<(readonly [key: unknown, records: unknown[]])[]> = z.array(
  z.tuple([z.unknown(), z.array(z.unknown())]),
);

/** Adds the records of a batch to the groups of their keys. */
export function fileByKey(
  batch: Batch<unknown>,
  keyOf: (record: unknown) => unknown,
  groups: Groups,
  blame: (error: unknown, record: unknown) => Error,
): void {
  eachKeyed(batch, keyOf, blame, (key, record) => groups.add(key, record));
}
