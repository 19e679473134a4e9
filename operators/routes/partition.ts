import { z } from "zod";
import { PartLoop } from "../../batches/part_loop.ts";
import { formatTime } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { MeanderError, show } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { dealer } from "./part_dealer.ts";

/** More outputs than these are a mistake, or a case for keys. */
export const MOST_OUTPUTS = 64;

/** How many parts there are, and which one a record belongs to. */
export interface PartitionConfig {
  readonly parts: number;
  readonly f: (record: unknown) => unknown;
}

/**
 * Deals records out to as many outputs as the configuration says. It keeps nothing, and sends at most one
 * batch on each output for a batch.
 */
export const partition: OperatorDefinition<
  PartitionConfig,
  { readonly in: z.ZodType<unknown> },
  Readonly<Record<string, z.ZodType<unknown>>>
> = defineOperator({
  name: "partition",
  version: "1.0.0",
  summary: "Deals records out to several outputs, each to the one that a function names",
  docs:
    "Has the outputs `p0`, `p1`, … up to `parts` of them (1 to 64). `f` gives the index of the part that a " +
    "record goes to, at its own time and in the order of its batch; anything but an integer from 0 up to, and " +
    "not including, `parts` is an error that names the record. Numbers in columns stay in columns. It says " +
    "nothing about workers: `exchange` is for that.",
  example: {
    with: { parts: 3, f: "record % 3" },
    inputs: { in: [1, 2, 3, 4] },
    outputs: { p0: [3], p1: [1, 4], p2: [2] },
  },
  types: { results: { f: { kind: "integer" } }, outputs: { "*": "in" } },
  config: z.strictObject({
    parts: z.int().min(1).max(MOST_OUTPUTS),
    f: expression<(record: unknown) => unknown>("record"),
  }),
  inputs: { in: anyRecord },
  // Of any configuration; `outputsFor` has the others.
  outputs: partsOf(1),
  outputsFor(config) {
    const parts: unknown = (config as Partial<PartitionConfig> | null | undefined)?.parts;
    if (!Number.isInteger(parts) || (parts as number) < 1 || (parts as number) > MOST_OUTPUTS) {
      return undefined;
    }
    return partsOf(parts as number);
  },
  create: ({ config: { parts, f }, name, out, pool, blame }) => {
    const ports = Array.from({ length: parts }, (_unused, part) => out[`p${part}`] as OutputPort);
    const loop = new PartLoop(parts, f);
    const refuse = (part: unknown, record: unknown, { time }: Batch<unknown>) =>
      new MeanderError(
        "MEANDER_PARTITION",
        `Cannot send record ${show(record)} to part ${show(part)} of "${name}" at time ` +
          `${formatTime(time)}: it has parts 0 to ${parts - 1}`,
        { where: name, hint: "Let f give an integer of that range for every record" },
      );
    return { receive: { in: dealer(loop, { ports, pool, blame, refuse }) } };
  },
});

function partsOf(parts: number): Readonly<Record<string, z.ZodType<unknown>>> {
  const names = Array.from({ length: parts }, (_unused, part) => `p${part}`);
  return Object.fromEntries(names.map((name) => [name, anyRecord]));
}
