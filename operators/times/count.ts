import { z } from "zod";
import { anyRecord, defineOperator, type OperatorDefinition } from "../contract/definition.ts";
import { keptIn } from "../contract/kept.ts";
import { gather } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";

/**
 * The number of records of each time, once the time is complete; nothing for a time without records.
 * Its state is one number for each open time.
 */
export const count: OperatorDefinition<
  Record<string, never>,
  { readonly in: z.ZodType<unknown> },
  { readonly out: z.ZodType<number> }
> = defineOperator({
  name: "count",
  version: "1.0.0",
  summary: "Emits the number of records of a time once the time is complete",
  docs:
    "One number for each time that had records; nothing for a time without. It keeps one number for each open time. " +
    "All records go to the first worker, and there is one number for a time; where that is too much, count by " +
    "key with `aggregate`.",
  example: { inputs: { in: ["a", "b", "c"] }, outputs: { out: [3] } },
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: z.int() },
  interest: "notifications",
  // One number for all records, wherever they are.
  pacts: () => ({ in: gather }),
  state: { version: 1, schema: z.array(z.tuple([timeSchema, z.int()])) },
  create: ({ out, notifyAt }) => {
    const totals = new TimeMap<number>();
    return {
      receive: {
        in(batch) {
          if (!totals.has(batch.time)) notifyAt(batch.time);
          totals.update(batch.time, 0, (n) => n + batch.length);
        },
      },
      notify(time) {
        out.out.send(time, [totals.take(time)!]);
      },
      size: () => keptIn(totals),
      snapshot: () => [...totals],
      restore: (state) => totals.load(state as [number, number][]),
    };
  },
});
