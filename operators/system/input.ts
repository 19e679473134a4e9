import { z } from "zod";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { type PaceOptions, paceSchema } from "../contract/pace.ts";

/** How an input's records reach the workers. */
export interface InputConfig {
  /**
   * `pinned`: they come in on the first worker, and stay there until a pact sends them on. `split`: batches
   * come in on all workers in turn.
   */
  readonly source: "pinned" | "split";
  /** How much of what is sent may be on its way before senders are asked to wait. */
  readonly pace?: PaceOptions | undefined;
}

/** Where records come in from outside; the handle of the running dataflow sends for it. */
export const input: OperatorDefinition<
  InputConfig,
  Record<never, never>,
  { readonly out: z.ZodType<unknown> },
  Defaults<InputConfig, "source">
> = defineOperator({
  name: "input",
  version: "1.0.0",
  summary: "Takes records from outside",
  config: z.strictObject({
    source: z.enum(["pinned", "split"]).default("pinned"),
    pace: paceSchema.optional(),
  }),
  inputs: {},
  outputs: { out: anyRecord },
  create: () => ({ receive: {} }),
});
