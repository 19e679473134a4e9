/**
 * Records by key, as operators keep them that want all records of a key at once.
 *
 * @module
 */
import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Batch } from "../contract/batch.ts";

/** The records of each key, in the order in which they came. */
export type Groups = KeyMap<unknown[]>;

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
  const values = batch.values();
  let i = 0;
  try {
    for (; i < batch.length; i++) {
      const key = keyOf(values[i]);
      const known = groups.get(key);
      if (known !== undefined) known.push(values[i]);
      else groups.set(key, [values[i]]);
    }
  } catch (error) {
    throw blame(error, values[i]);
  }
}

/** Groups from a snapshot. */
export function reviveGroups(entries: Iterable<readonly [unknown, unknown[]]>): Groups {
  const groups: Groups = new KeyMap();
  for (const [key, records] of entries) groups.set(key, records);
  return groups;
}
