import { z } from "zod";
import { anyRecord, defineOperator, type UnaryOperator } from "../contract/definition.ts";
import { gather as toTheFirst } from "../contract/pact.ts";
import { PassTransform } from "../contract/pass.ts";

/** Brings all records to the first worker. */
export const gather: UnaryOperator<Record<string, never>> = defineOperator({
  name: "gather",
  version: "1.0.0",
  summary: "Brings all records to the first worker",
  docs:
    "What follows sees all records in one place, in the order in which they reach it; records of one worker " +
    "keep theirs. It is for what has to be decided once, and makes that worker do it all. With one worker it " +
    "passes everything on.",
  example: { inputs: { in: [1, 2] }, outputs: { out: [1, 2] } },
  types: { outputs: { out: "in" } },
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  pacts: () => ({ in: toTheFirst }),
  create: () => ({ transform: new PassTransform() }),
});
