import { z } from "zod";
import { anyRecord, defineOperator, type UnaryOperator } from "./contract/definition.ts";
import { PassTransform } from "./contract/pass.ts";

/** All records of every stream that is connected to its one input. */
export const concat: UnaryOperator<Record<string, never>> = defineOperator({
  name: "concat",
  version: "1.0.0",
  summary: "Unites streams",
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: () => ({ transform: new PassTransform() }),
});
