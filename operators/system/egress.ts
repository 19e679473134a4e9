import { z } from "zod";
import { Summary } from "../../progress/summary.ts";
import { PassTransform } from "../contract/pass.ts";
import { anyRecord, defineOperator, type UnaryOperator } from "../contract/definition.ts";

/** Leaves a loop scope: removes its counter from every time (Naiad, SOSP 2013, section 2.1). */
export const egress: UnaryOperator<{ depth: number }> = defineOperator({
  name: "egress",
  version: "1.0.0",
  summary: "Leaves a loop scope: removes its counter from every time",
  config: z.strictObject({ depth: z.int().min(2).meta({ description: "coordinates inside" }) }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  connects: ({ depth }) => [["in", "out", Summary.egress(depth)]],
  create: () => ({ transform: new PassTransform() }),
});
