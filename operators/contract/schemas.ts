/**
 * Schemas that configurations and states of operators share.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import type { Per } from "./state.ts";

const coordinate = z.int().min(0);

/** A timestamp: a plain number with one coordinate, an array with more. */
export const timeSchema: z.ZodType<Time> = z.union([coordinate, z.array(coordinate).min(2)]);

/** What one state belongs to: `time`, `epoch`, `forever`, or a prefix of so many coordinates. */
export const perSchema: z.ZodType<Per, Per> = z.union([
  z.enum(["time", "epoch", "forever"]),
  z.int().min(1),
]);
