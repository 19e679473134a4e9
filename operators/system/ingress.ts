import { z } from "zod";
import { Summary } from "../../progress/summary.ts";
import { PassTransform } from "../contract/pass.ts";
import { anyRecord, defineOperator, type UnaryOperator } from "../contract/definition.ts";

/** Enters a loop scope: appends the counter 0 to every time (Naiad, SOSP 2013, section 2.1). */
export const ingress: UnaryOperator<{ depth: number }> = defineOperator({
  name: "ingress",
  version: "1.0.0",
  summary: "Enters a loop scope: appends the counter 0 to every time",
  config: z.strictObject({ depth: z.int().min(1).meta({ description: "coordinates outside" }) }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  connects: ({ depth }) => [["in", "out", Summary.ingress(depth)]],
  create: () => ({ transform: new PassTransform() }),
});
