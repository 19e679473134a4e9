import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { keptIn } from "../contract/kept.ts";
import { gather } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";

/** How the batches of a time become one value. */
export interface AccumulateOptions<T, A> {
  /** The value that a time begins with; made anew for each time. */
  readonly initial: () => A;
  /** One more batch. How records are cut into batches must not matter. */
  readonly fold: (accumulated: A, records: readonly T[], time: Time) => A;
}

/**
 * Folds the batches of each time into one value, sent when the time is complete. Its state is one value
 * for each open time.
 */
export const accumulate: UnaryOperator<AccumulateOptions<unknown, unknown>> = defineOperator({
  name: "accumulate",
  version: "1.0.0",
  summary: "Folds the batches of each time into one value and emits it when the time is complete",
  docs:
    "`initial` is what a time begins with, and `fold` takes one batch more, as a list of records. How records " +
    "are cut into batches is not the program's to say, and on several workers neither is the order of " +
    "batches: a fold for which either matters gives answers that may differ. All records go to the first " +
    "worker, and there is one value for each time that had records; Timely's `accumulate` gives one for each " +
    "worker and time instead. What can be folded by key is better spread over workers with `aggregate`.",
  example: {
    with: { initial: "0", fold: "accumulated + size(records)" },
    inputs: { in: ["a", "b", "c"] },
    outputs: { out: [3] },
  },
  types: {
    parameters: { accumulated: "initial" },
    results: { fold: "initial" },
    outputs: { out: "initial" },
  },
  config: z.strictObject({
    initial: expression<() => unknown>(),
    fold: expression<(accumulated: unknown, records: readonly unknown[], time: Time) => unknown>(
      "accumulated",
      "records",
      "time",
    ),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: () => ({ in: gather }),
  state: { version: 1, schema: z.array(z.tuple([timeSchema, z.tuple([z.unknown()])])) },
  create: ({ config, out, notifyAt, blame }) => {
    // In a list of one, because `undefined` may be accumulated like anything else.
    const values = new TimeMap<[unknown]>();
    return {
      receive: {
        in(batch) {
          const { time } = batch;
          const known = values.get(time);
          try {
            const before = known === undefined ? config.initial() : known[0];
            const after = config.fold(before, batch.rows(), time);
            if (known !== undefined) known[0] = after;
            else values.set(time, [after]);
          } catch (error) {
            throw blame(error, batch.rows());
          }
          if (known === undefined) notifyAt(time);
        },
      },
      notify: (time) => out.out.send(time, values.take(time)!),
      size: () => keptIn(values),
      snapshot: () => [...values],
      restore: (saved) => values.load(saved as [Time, [unknown]][]),
    };
  },
});
