import { z } from "zod";
import { anyRecord, defineOperator, type UnaryOperator } from "../contract/definition.ts";
import { PassTransform } from "../contract/pass.ts";

/** All records of every stream that is connected to its one input. */
export const concat: UnaryOperator<Record<string, never>> = defineOperator({
  name: "concat",
  version: "1.0.0",
  summary: "Unites streams",
  docs:
    "Records of all streams that are connected to its one input, each at its own time. Their order among " +
    "each other is not defined.",
  example: { inputs: { in: [1, 2] }, outputs: { out: [1, 2] } },
  types: { outputs: { out: "in" } },
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: () => ({ transform: new PassTransform() }),
});
