/**
 * Going by the keys of records.
 *
 * @module
 */
import type { Batch } from "../contract/batch.ts";

/** What records are compared by when nothing else is said. */
export function itself(record: unknown): unknown {
  return record;
}

/** Calls `take` with each record and its key; what throws is blamed on the record. */
export function eachKeyed(
  batch: Batch<unknown>,
  keyOf: (record: unknown) => unknown,
  blame: (error: unknown, record: unknown) => Error,
  take: (key: unknown, record: unknown) => void,
): void {
  const values = batch.values();
  let i = 0;
  try {
    for (; i < batch.length; i++) take(keyOf(values[i]), values[i]);
  } catch (error) {
    throw blame(error, values[i]);
  }
}
