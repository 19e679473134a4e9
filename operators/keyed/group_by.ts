import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { exchangeBy } from "../contract/pact.ts";
import { ANY } from "../contract/record_type.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { GroupEmission } from "./group_emission.ts";
import { fileByKey, Groups, savedGroups } from "./groups.ts";
import { keptIn } from "../contract/kept.ts";

/** Which records belong together, and what comes of them. */
export interface GroupByOptions<T, K, O> {
  /** What the records of a group have in common; keys compare by value. */
  readonly key: (record: T) => K;
  /** What is sent for a group: any number of results, as a list, a generator or another iterable. */
  readonly reduce: (key: K, records: readonly T[], time: Time) => Iterable<O>;
}

/**
 * All records of each time and key together, once the time is complete, and any number of results of
 * them. It keeps all records of every open time; a fold that can do with less is `aggregate`.
 */
export const groupBy: UnaryOperator<GroupByOptions<unknown, unknown, unknown>> = defineOperator({
  name: "groupBy",
  version: "1.0.0",
  summary: "Sends what a function makes of all records of each time and key",
  docs:
    "When a time is complete, `reduce` is called once for each key of it, with all of its records in the order " +
    "in which they came, and its results are sent one by one. Keys come in the order in which they came " +
    "first. However many results there are, the vertex gives way to what is downstream when its output " +
    "budget is spent, also within the results of one key when they are an iterator's. All records of open " +
    "times are kept: what can be folded record by record is cheaper with `aggregate`. A function that " +
    "returns no list is refused, `undefined` included; for nothing it returns an empty one.",
  example: {
    with: {
      key: "record.city",
      reduce: "records.filter(r, r.n > 1).map(r, {'city': key, 'n': r.n, 'of': size(records)})",
    },
    inputs: { in: [{ city: "Oslo", n: 1 }, { city: "Lima", n: 2 }, { city: "Oslo", n: 3 }] },
    outputs: { out: [{ city: "Oslo", n: 3, of: 2 }, { city: "Lima", n: 2, of: 1 }] },
  },
  types: {
    parameters: { key: "key" },
    results: { reduce: { kind: "list", of: ANY } },
    outputs: { out: "reduce[]" },
  },
  config: z.strictObject({
    key: expression<(record: unknown) => unknown>("record"),
    reduce: expression<
      (key: unknown, records: readonly unknown[], time: Time) => Iterable<unknown>
    >("key", "records", "time"),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: ({ key }) => ({ in: exchangeBy(key) }),
  state: { version: 1, schema: z.array(z.tuple([timeSchema, savedGroups])) },
  create: ({ config, out, notifyAt, blame }) => {
    const groups = new TimeMap<Groups>();
    const emission = new GroupEmission<readonly [unknown, unknown[]]>(out.out, {
      resultsOf: ([key, records], time) => config.reduce(key, records, time),
      blame: (error, [key]) => blame(error, { key }),
    });
    return {
      receive: {
        in(batch) {
          if (!groups.has(batch.time)) {
            notifyAt(batch.time);
            groups.set(batch.time, new Groups());
          }
          fileByKey(batch, config.key, groups.get(batch.time)!, blame);
        },
      },
      notify: (time) => emission.start(time, groups.take(time) ?? []),
      resume: () => emission.run(),
      close: () => emission.close(),
      size: () => keptIn(groups, emission),
      snapshot: () => [...groups].map(([time, each]) => [time, [...each]]),
      restore(saved) {
        for (const [time, entries] of saved as [Time, [unknown, unknown[]][]][]) {
          groups.set(time, Groups.of(entries));
        }
      },
    };
  },
});
