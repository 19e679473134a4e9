import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { type SavedBatches, savedBatches } from "../spill/saved_batches.ts";
import { spillOption, type SpillOptions } from "../spill/spill_options.ts";
import { Spool } from "../spill/spool.ts";
import { SpoolEmission } from "../spill/spool_emission.ts";
import { laterTime } from "./later_time.ts";

interface DelayBatchConfig {
  readonly f: (time: Time) => Time;
  readonly spill?: SpillOptions | undefined;
}

/**
 * Moves whole batches to a later time. They are kept as they are until that time is complete, and then
 * passed on in the order in which they came.
 */
export const delayBatch: UnaryOperator<DelayBatchConfig> = defineOperator({
  name: "delayBatch",
  version: "1.0.0",
  summary: "Moves whole batches to a later time and sends them when that time is complete",
  docs:
    "`f` gives the time to which the batches of a time are moved, at or after it; an earlier one is refused. " +
    "It is asked once for each batch and should give the same time for the same time. Where the new time " +
    "does not depend on the record this is cheaper than `delay`: it keeps the batches themselves and copies " +
    "nothing. Timely's `delay_total` is `delay` under an assumption that saves work there and none here: " +
    "`delay` is its name as well. With `spill` so many records stay in memory, and the others wait on disk.",
  example: { with: { f: "time + 1" }, inputs: { in: ["a"] }, outputs: { out: ["a"] } },
  types: { outputs: { out: "in" } },
  config: z.strictObject({
    f: expression<(time: Time) => Time>("time"),
    spill: spillOption,
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  state: { version: 1, schema: savedBatches },
  create: ({ config, name, out, notifyAt, blame }) => {
    const held = new Spool(name, config.spill);
    const emission = new SpoolEmission(out.out);
    return {
      receive: {
        in(batch) {
          let later: Time;
          try {
            later = laterTime(config.f(batch.time), batch.time, "batch");
          } catch (error) {
            throw blame(error, batch.rows());
          }
          if (held.push(later, batch)) notifyAt(later);
        },
      },
      notify(time) {
        emission.add(time, held.take(time));
        return emission.run();
      },
      resume: () => emission.run(),
      close: () => held[Symbol.dispose](),
      size: () => held.kept(),
      snapshot: () => held.save(),
      restore: (saved) => held.load(saved as SavedBatches),
    };
  },
});
