import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import { anyRecord, defineOperator, type OperatorDefinition } from "../contract/definition.ts";
import { keptIn } from "../contract/kept.ts";
import { exchangeBy } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { itself } from "../keyed/keys.ts";

/**
 * Whether two streams have different records at a time, as multisets by value: for each time at which they
 * do it sends one `true` (from every worker that sees a difference) once the time is complete, and nothing
 * for the others. Its state is a count for each record of each open time.
 */
export const difference: OperatorDefinition<
  Record<string, never>,
  { readonly before: z.ZodType<unknown>; readonly after: z.ZodType<unknown> },
  { readonly out: z.ZodType<boolean> }
> = defineOperator({
  name: "difference",
  version: "1.0.0",
  summary: "Tells of the times at which two streams have different records",
  config: z.strictObject({}),
  inputs: { before: anyRecord, after: anyRecord },
  outputs: { out: z.boolean() },
  interest: "notifications",
  pacts: () => ({ before: exchangeBy(itself), after: exchangeBy(itself) }),
  state: {
    version: 1,
    schema: z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.int()]))])),
  },
  create: ({ out, notifyAt }) => {
    const surplus = new TimeMap<KeyMap<number>>();
    const take = (batch: Batch<unknown>, sign: number) => {
      let counts = surplus.get(batch.time);
      if (counts === undefined) {
        notifyAt(batch.time);
        surplus.set(batch.time, counts = new KeyMap());
      }
      for (const record of batch) {
        const count = (counts.get(record) ?? 0) + sign;
        if (count === 0) counts.delete(record);
        else counts.set(record, count);
      }
    };
    return {
      receive: {
        before: (batch) => take(batch, -1),
        after: (batch) => take(batch, 1),
      },
      notify(time) {
        if (surplus.take(time)!.size > 0) out.out.send(time, [true]);
      },
      size: () => keptIn(surplus),
      snapshot: () => [...surplus].map(([time, counts]) => [time, [...counts]]),
      restore(saved) {
        for (const [time, entries] of saved as [Time, [unknown, number][]][]) {
          surplus.set(time, KeyMap.from(entries));
        }
      },
    };
  },
});
