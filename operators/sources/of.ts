import { z } from "zod";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";

/** What a source of given records is configured with. */
export interface OfConfig {
  /** The records; a function is called for the record it gives. */
  readonly records: unknown[];
}

/**
 * A source that sends given records at the least time, and ends. In a spec each text is an expression, so that
 * a record can be made of `params`; everything else is a record as it stands.
 */
export const of: OperatorDefinition<
  OfConfig,
  Record<never, never>,
  { readonly out: z.ZodType<unknown> }
> = defineOperator({
  name: "of",
  version: "1.0.0",
  summary: "Sends given records, and ends",
  docs:
    "Texts among `records` are expressions (a text itself is written `\"'Oslo'\"`) that may use `params`; " +
    "numbers, lists and objects stand for themselves. All are sent at the least time.",
  example: {
    with: { records: ["{'node': 'SEA', 'hops': 1 - 1}", 7] },
    outputs: { out: [{ node: "SEA", hops: 0 }, 7] },
  },
  types: { outputs: { out: "records[]" } },
  config: z.strictObject({ records: z.array(z.union([expression<() => unknown>(), z.unknown()])) }),
  inputs: {},
  outputs: { out: anyRecord },
  create: ({ config, out, later, retain }) => {
    const emission = new Emission<unknown>(out.out);
    const right = retain();
    const run = (): boolean => {
      if (emission.run()) return true;
      right.drop();
      return false;
    };
    later(() => {
      const records = config.records.map((each) => typeof each === "function" ? each() : each);
      emission.add(right.time, records);
      return run();
    });
    return { receive: {}, resume: run };
  },
});
