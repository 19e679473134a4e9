/**
 * The plugin `stateful` at version 1.0.0: what it keeps is one sum for each key.
 *
 * @module
 */
import {
  defineOperator,
  definePlugin,
  Emission,
  exchangeByField,
  keptIn,
  TimeMap,
  timeSchema,
  z,
} from "meander/plugin";

/** A key and the sum of its values. */
const total = z.object({ key: z.string(), total: z.number() });
type Total = z.infer<typeof total>;

/** By time, what each key has so far: the form of state version 1. */
const saved = z.array(z.tuple([timeSchema, z.array(z.tuple([z.string(), z.number()]))]));

/** The sum of each key's values. */
export const totals = defineOperator({
  name: "totals",
  version: "1.0.0",
  summary: "Adds up the values of each key",
  docs:
    "One record for each key of a time, in the order of the keys, once the time is complete. It keeps one " +
    "number for each key and open time.",
  example: {
    inputs: { in: [{ key: "b", value: 1 }, { key: "a", value: 2 }, { key: "b", value: 4 }] },
    outputs: { out: [{ key: "a", total: 2 }, { key: "b", total: 5 }] },
  },
  config: z.strictObject({}),
  inputs: { in: z.object({ key: z.string(), value: z.number() }) },
  outputs: { out: total },
  interest: "notifications",
  pacts: () => ({ in: exchangeByField("key") }),
  state: { version: 1, schema: saved },
  create: ({ out, notifyAt }) => {
    const byTime = new TimeMap<Map<string, number>>();
    const emission = new Emission<Total>(out.out);
    return {
      receive: {
        in(batch) {
          if (!byTime.has(batch.time)) notifyAt(batch.time);
          const sums = byTime.getOrInsert(batch.time, () => new Map());
          for (const { key, value } of batch) sums.set(key, (sums.get(key) ?? 0) + value);
        },
      },
      notify(time) {
        const sums = [...byTime.take(time)!].sort(([a], [b]) => a < b ? -1 : 1);
        emission.add(time, sums.map(([key, total]) => ({ key, total })));
        return emission.run();
      },
      resume: () => emission.run(),
      size: () => keptIn(byTime, emission),
      snapshot: () => [...byTime].map(([time, sums]) => [time, [...sums]]),
      restore: (state) =>
        byTime.load(saved.parse(state).map(([time, sums]) => [time, new Map(sums)] as const)),
    };
  },
});

export default definePlugin({ name: "stateful", version: "1.0.0", operators: [totals] });
