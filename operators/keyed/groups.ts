/**
 * Records by key, as operators keep them that want all records of a key at once.
 *
 * @module
 */
import { z } from "zod";
import type { KeyMap } from "../../batches/key_map.ts";
import type { Batch } from "../contract/batch.ts";
import { eachKeyed } from "./keys.ts";

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
  eachKeyed(batch, keyOf, blame, (key, record) => {
    const known = groups.get(key);
    if (known !== undefined) known.push(record);
    else groups.set(key, [record]);
  });
}
