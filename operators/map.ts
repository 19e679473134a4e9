import { z } from "zod";
import { MapLoop } from "../batches/loops.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "./contract/definition.ts";

/** One result for each record. Numbers stay in typed columns as long as every result is one. */
export const map: UnaryOperator<{ f: (record: unknown) => unknown }> = defineOperator({
  name: "map",
  version: "1.0.0",
  summary: "Sends what a function makes of each record",
  config: z.strictObject({ f: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config, out, pool, blame }) => {
    const loop = new MapLoop(config.f);
    return {
      receive: {
        in(batch) {
          const values = batch.values();
          try {
            out.out.sendBuffer(batch.time, loop.run(values, batch.length, pool), batch.length);
          } catch (error) {
            throw loop.fault.index < 0 ? error : blame(error, values[loop.fault.index]);
          }
        },
      },
    };
  },
});
