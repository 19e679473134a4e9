import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { waitingIn } from "../contract/kept.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { spillOption, type SpillOptions } from "../spill/spill_options.ts";
import { laterTime } from "./later_time.ts";
import { type SavedRows, SpilledRows } from "./spilled_rows.ts";

interface DelayConfig {
  readonly f: (record: unknown, time: Time) => Time;
  readonly spill?: SpillOptions | undefined;
}

/**
 * Moves each record to a later time. The records of a time are kept until that time is complete, and
 * then sent in the order in which they came.
 */
export const delay: UnaryOperator<DelayConfig> = defineOperator({
  name: "delay",
  version: "1.0.0",
  summary: "Moves each record to a later time and sends it when that time is complete",
  docs:
    "`f` gives the time to which a record is moved, at or after its own. It is how records of many times are " +
    "brought together in one: moved to the end of their minute, all records of a minute have one time. Records are " +
    "kept until their new time is complete; a time that is not at or after a record's own is an error that " +
    "names the record. With `spill` so many records stay in memory, and the others wait on disk.",
  example: { with: { f: "time + 1" }, inputs: { in: ["a"] }, outputs: { out: ["a"] } },
  types: { outputs: { out: "in" } },
  config: z.strictObject({
    f: expression<(record: unknown, time: Time) => Time>("record", "time"),
    spill: spillOption,
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  state: { version: 1, schema: z.array(z.tuple([timeSchema, z.array(z.unknown())])) },
  create: ({ config, name, out, notifyAt, blame }) => {
    // With a spool it has no more than the callback's own.
    const stash = new TimeMap<unknown[]>();
    const { spill } = config;
    const spilled = spill === undefined ? null : new SpilledRows(name, spill, out.out);
    const emission = new Emission<unknown>(out.out);
    return {
      receive: {
        in(batch) {
          for (const record of batch) {
            let later: Time;
            try {
              later = laterTime(config.f(record, batch.time), batch.time, "record");
            } catch (error) {
              throw blame(error, record);
            }
            const rows = stash.get(later);
            if (rows !== undefined) {
              rows.push(record);
            } else {
              notifyAt(later);
              stash.set(later, [record]);
            }
          }
          spilled?.keep(stash);
        },
      },
      notify(time) {
        if (spilled !== null) return spilled.send(time);
        emission.add(time, stash.take(time) ?? []);
        return emission.run();
      },
      resume: () => spilled === null ? emission.run() : spilled.run(),
      close: () => spilled?.[Symbol.dispose](),
      size: () => waitingIn(stash, spilled ?? emission),
      snapshot: () => spilled?.save() ?? [...stash],
      restore(state) {
        if (spilled === null) stash.load(state as [Time, unknown[]][]);
        else spilled.load(state as SavedRows);
      },
    };
  },
});
