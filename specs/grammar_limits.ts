/**
 * The part of the grammar that is about how much may be on its way at once.
 *
 * @module
 */
import { z } from "zod";
import { isEnough, LEAST_MEMORY, LEAST_MEMORY_EXPECTED } from "./plugin_limits.ts";
import { bytesOf, SIZE, SIZE_EXPECTED } from "./sizes.ts";
import { DURATION, DURATION_EXPECTED, spanOf } from "./spans.ts";
import type { LimitsSpec, NodeLimits, PaceSpec, PluginLimitsSpec } from "./spec.ts";
import { object } from "./strict_object.ts";

const count = () => z.int().min(1);
const budget = () =>
  count().optional().meta({
    description: "Batches after which a node lets what is downstream have its turn",
  });
const capacity = () =>
  count().max(2 ** 30).optional().meta({ description: "Records that a batch collects" });
const size = () => z.string({ error: SIZE_EXPECTED }).regex(SIZE, { error: SIZE_EXPECTED });
const span = () =>
  z.string({ error: DURATION_EXPECTED }).regex(DURATION, { error: DURATION_EXPECTED });
const unlimited = z.literal("unlimited");

/** How much may be on its way. There is one, since the reference names it. */
export const paceSchema: z.ZodType<PaceSpec> = object({
  records: z.union([count(), unlimited], { error: 'expected an integer from 1, or "unlimited"' })
    .optional().meta({ description: "So many records in flight, in the whole dataflow" }),
  bytes: z.union([size(), unlimited], { error: `${SIZE_EXPECTED}, or "unlimited"` })
    .optional().meta({ description: "So many bytes in flight, as they are estimated" }),
  epochs: count().optional().meta({ description: "So many epochs that are not complete" }),
}).meta({ id: "pace" });

/** Limits of the outputs of one node. */
export function nodeLimits(): z.ZodType<NodeLimits> {
  return object({ budget: budget(), capacity: capacity() }).meta({ id: "node limits" });
}

/** Limits of a whole run. */
export function limitsSchema(): z.ZodType<LimitsSpec> {
  return object({
    budget: budget(),
    capacity: capacity(),
    memory: size().optional().meta({
      description:
        "What the dataflow may take: above it nothing is read, and well above it it fails",
    }),
    grace: span().optional().meta({
      description: "How long it may be above memory before it fails; 5s when left out",
    }),
    pace: paceSchema.optional().meta({
      description: "How much may be in flight before inputs wait that do not say so themselves",
    }),
    plugins: pluginLimits().optional().meta({
      description:
        "How much each process of an isolated plugin may take; one that is trusted has none",
    }),
  });
}

/** One process has all vertices of a plugin version, so that no node could have limits of its own. */
function pluginLimits(): z.ZodType<PluginLimitsSpec> {
  return object({
    memory: size().refine((written) => isEnough(bytesOf(written) ?? LEAST_MEMORY), {
      error: LEAST_MEMORY_EXPECTED,
    }).optional().meta({ description: "Beyond that of an empty process; 256MiB when left out" }),
    timeout: span().refine((written) => !DURATION.test(written) || spanOf(written) > 0, {
      error: "expected more than 0",
    })
      .optional().meta({ description: "How long a callback may take; 10s when left out" }),
    restarts: z.int().min(0).max(1000).optional().meta({
      description: "How often one that died is begun anew within a minute; 3 when left out",
    }),
  }).meta({ id: "plugin limits" });
}
