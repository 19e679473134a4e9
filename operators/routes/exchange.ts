import { z } from "zod";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { exchangeBy } from "../contract/pact.ts";
import { PassTransform } from "../contract/pass.ts";

/** Sends each record to the worker that its key belongs to. */
export const exchange: UnaryOperator<{ key: (record: unknown) => unknown }> = defineOperator({
  name: "exchange",
  version: "1.0.0",
  summary: "Sends each record to the worker that its key belongs to",
  docs:
    "With several workers every operator that needs equal keys in one place exchanges its records itself; " +
    "this one is for operators that do not. With one worker it passes everything on.",
  example: {
    with: { key: "record.city" },
    inputs: { in: [{ city: "Oslo" }] },
    outputs: { out: [{ city: "Oslo" }] },
  },
  types: { outputs: { out: "in" } },
  config: z.strictObject({ key: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  pacts: ({ key }) => ({ in: exchangeBy(key) }),
  create: () => ({ transform: new PassTransform() }),
});
