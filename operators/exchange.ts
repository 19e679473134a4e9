import { z } from "zod";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "./contract/definition.ts";
import { exchangeBy } from "./contract/pact.ts";
import { PassTransform } from "./contract/pass.ts";

/** Sends each record to the worker that its key belongs to. */
export const exchange: UnaryOperator<{ key: (record: unknown) => unknown }> = defineOperator({
  name: "exchange",
  version: "1.0.0",
  summary: "Sends each record to the worker that its key belongs to",
  config: z.strictObject({ key: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  pacts: ({ key }) => ({ in: exchangeBy(key) }),
  create: () => ({ transform: new PassTransform() }),
});
