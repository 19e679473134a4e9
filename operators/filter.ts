import { z } from "zod";
import { FilterLoop } from "../batches/loops.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "./contract/definition.ts";

/** The records that a predicate accepts. A batch of which all are accepted is passed on as it is. */
export const filter: UnaryOperator<{ predicate: (record: unknown) => unknown }> = defineOperator({
  name: "filter",
  version: "1.0.0",
  summary: "Keeps the records that a predicate accepts",
  config: z.strictObject({ predicate: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config, out, pool, blame }) => {
    const loop = new FilterLoop(config.predicate, { forwardWhole: true });
    return {
      receive: {
        in(batch) {
          const values = batch.values();
          try {
            const kept = loop.run(values, batch.length, pool);
            if (loop.sameAsInput) out.out.forward(batch);
            else out.out.sendBuffer(batch.time, kept, loop.kept);
          } catch (error) {
            throw loop.fault.index < 0 ? error : blame(error, values[loop.fault.index]);
          }
        },
      },
    };
  },
});
