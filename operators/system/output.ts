import { z } from "zod";
import { anyRecord, defineOperator, type OperatorDefinition } from "../contract/definition.ts";
import { gather } from "../contract/pact.ts";

/**
 * Where records go out; the handle of the running dataflow receives for it. It is watched, because the
 * handle tells which times are complete.
 */
export const output: OperatorDefinition<
  Record<string, never>,
  { readonly in: z.ZodType<unknown> },
  Record<never, never>
> = defineOperator({
  name: "output",
  version: "1.0.0",
  summary: "Hands records to the outside, with their completeness",
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: {},
  interest: "notifications",
  // The handle is on the first worker.
  pacts: () => ({ in: gather }),
  create: () => ({ receive: { in: () => {} } }),
});
