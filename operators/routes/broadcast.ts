import { z } from "zod";
import { anyRecord, defineOperator, type UnaryOperator } from "../contract/definition.ts";
import { PassTransform } from "../contract/pass.ts";

/** Sends each record to every worker. */
export const broadcast: UnaryOperator<Record<string, never>> = defineOperator({
  name: "broadcast",
  version: "1.0.0",
  summary: "Sends each record to every worker",
  docs:
    "Every worker goes on with all records, so that with several workers there are as many of each as there " +
    "are workers. It is for small things that every worker has to know, such as rules or the ticks of a clock; " +
    "what follows must not exchange the copies, or they meet. With one worker it passes everything on.",
  example: { inputs: { in: ["rule"] }, outputs: { out: ["rule"] } },
  types: { outputs: { out: "in" } },
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  pacts: () => ({ in: { kind: "broadcast" } }),
  create: () => ({ transform: new PassTransform() }),
});
