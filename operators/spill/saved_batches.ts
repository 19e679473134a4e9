/**
 * Batches that wait, as plain data.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import { timeSchema } from "../contract/schemas.ts";

/** The rows of each batch that waits, by the time under which it does. */
export type SavedBatches = readonly (readonly [time: Time, batches: readonly unknown[][]])[];

/** The form of {@linkcode SavedBatches}. */
export const savedBatches: z.ZodType<SavedBatches> = z.array(
  z.tuple([timeSchema, z.array(z.array(z.unknown()))]),
);
