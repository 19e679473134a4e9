import { z } from "zod";
import { PartLoop } from "../../batches/part_loop.ts";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { dealer } from "./part_dealer.ts";

/** Both sides of a filter. It keeps nothing, and sends at most one batch on each output for a batch. */
export const branch: OperatorDefinition<
  { predicate: (record: unknown, time: Time) => unknown },
  { readonly in: z.ZodType<unknown> },
  { readonly yes: z.ZodType<unknown>; readonly no: z.ZodType<unknown> }
> = defineOperator({
  name: "branch",
  version: "1.0.0",
  summary: "Divides a stream by a predicate",
  docs:
    "A record for which `predicate` gives `true` goes to `yes`, any other to `no`, at its own time and in the " +
    "order of its batch. Numbers in columns stay in columns.",
  example: {
    with: { predicate: "record % 2 == 0" },
    inputs: { in: [1, 2, 3, 4] },
    outputs: { yes: [2, 4], no: [1, 3] },
  },
  types: { results: { predicate: { kind: "boolean" } }, outputs: { yes: "in", no: "in" } },
  config: z.strictObject({
    predicate: expression<(record: unknown, time: Time) => unknown>("record", "time"),
  }),
  inputs: { in: anyRecord },
  outputs: { yes: anyRecord, no: anyRecord },
  create: ({ config, out, pool, blame }) => {
    const loop = new PartLoop(2, config.predicate, { truth: true });
    const ports = [out.no, out.yes] as readonly OutputPort[];
    return { receive: { in: dealer(loop, { ports, pool, blame }) } };
  },
});
