import { z } from "zod";
import { anyRecord, defineOperator, type OperatorDefinition } from "./contract/definition.ts";

/** Where records come in from outside; the handle of the running dataflow sends for it. */
export const input: OperatorDefinition<
  Record<string, never>,
  Record<never, never>,
  { readonly out: z.ZodType<unknown> }
> = defineOperator({
  name: "input",
  version: "1.0.0",
  summary: "Takes records from outside",
  config: z.strictObject({}),
  inputs: {},
  outputs: { out: anyRecord },
  create: () => ({ receive: {} }),
});
