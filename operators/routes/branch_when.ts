import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import { batchFault } from "../records/batch_fault.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";

/** Divides a stream by its times. Batches go on as they are. */
export const branchWhen: OperatorDefinition<
  { predicate: (time: Time) => unknown },
  { readonly in: z.ZodType<unknown> },
  { readonly yes: z.ZodType<unknown>; readonly no: z.ZodType<unknown> }
> = defineOperator({
  name: "branchWhen",
  version: "1.0.0",
  summary: "Divides a stream by a predicate of its times",
  docs:
    "All records of a time for which `predicate` gives `true` go to `yes`, those of other times to `no`. It is " +
    "asked once for each batch, so that it has to give the same for the same time: else the records of one " +
    "time are divided by chance.",
  example: {
    with: { predicate: "time == 0" },
    inputs: { in: ["a", "b"] },
    outputs: { yes: ["a", "b"], no: [] },
  },
  types: { results: { predicate: { kind: "boolean" } }, outputs: { yes: "in", no: "in" } },
  config: z.strictObject({ predicate: expression<(time: Time) => unknown>("time") }),
  inputs: { in: anyRecord },
  outputs: { yes: anyRecord, no: anyRecord },
  create: ({ config, name, out }) => ({
    receive: {
      in(batch) {
        let yes: unknown;
        try {
          yes = config.predicate(batch.time);
        } catch (error) {
          throw batchFault(error, name, batch.time, batch.length);
        }
        (yes ? out.yes : out.no).forward(batch);
      },
    },
  }),
});
