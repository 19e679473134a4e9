import { z } from "zod";
import { EachLoop } from "../batches/loops.ts";
import type { Time } from "../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "./contract/definition.ts";

/** Calls a function for each record and passes all on unchanged. */
export const inspect: UnaryOperator<{ f: (record: unknown, time: Time) => void }> = defineOperator({
  name: "inspect",
  version: "1.0.0",
  summary: "Calls a function for each record and passes all on unchanged",
  config: z.strictObject({
    f: expression<(record: unknown, time: Time) => void>("record", "time"),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config, out, blame }) => {
    let time: Time = 0;
    const { f } = config;
    // A function that does not ask for the time goes into the loop itself and can be inlined there.
    const loop = new EachLoop<unknown>(
      f.length < 2 ? f as (record: unknown) => void : (record) => f(record, time),
    );
    return {
      receive: {
        in(batch) {
          const values = batch.values();
          time = batch.time;
          try {
            loop.run(values, batch.length);
          } catch (error) {
            throw blame(error, values[loop.fault.index]);
          }
          out.out.forward(batch);
        },
      },
    };
  },
});
