import {
  defineOperator,
  Emission,
  exchangeByField,
  keptIn,
  type Migration,
  TimeMap,
  timeSchema,
  z,
} from "meander/plugin";

/** `before` is a sum that came from state version 1, where nobody counted. */
const sums = z.object({ sum: z.number(), count: z.int(), before: z.number() });
type Sums = z.infer<typeof sums>;

/** By time, what each key has so far: the form of state version 2. */
const saved = z.array(z.tuple([timeSchema, z.array(z.tuple([z.string(), sums]))]));

/** The same in state version 1. */
const savedFirst = z.array(z.tuple([timeSchema, z.array(z.tuple([z.string(), z.number()]))]));

/** The sum and the average of each key's values. */
export const totals = defineOperator({
  name: "totals",
  version: "2.0.0",
  summary: "Adds up the values of each key, and says their average",
  docs:
    "One record for each key of a time, in the order of the keys, once the time is complete. It keeps three " +
    "numbers for each key and open time. Version 1 did not count: when its state was taken over, `total` has what " +
    "came before, and `average` is that of the `of` values that came since, or null without any.",
  example: {
    inputs: { in: [{ key: "b", value: 1 }, { key: "a", value: 2 }, { key: "b", value: 4 }] },
    outputs: {
      out: [{ key: "a", total: 2, average: 2, of: 1 }, { key: "b", total: 5, average: 2.5, of: 2 }],
    },
  },
  config: z.strictObject({}),
  inputs: { in: z.object({ key: z.string(), value: z.number() }) },
  outputs: {
    out: z.object({
      key: z.string(),
      total: z.number(),
      average: z.number().nullable(),
      of: z.int(),
    }),
  },
  interest: "notifications",
  pacts: () => ({ in: exchangeByField("key") }),
  state: { version: 2, schema: saved },
  create: ({ out, notifyAt }) => {
    const byTime = new TimeMap<Map<string, Sums>>();
    const emission = new Emission<ReturnType<typeof answer>>(out.out);
    return {
      receive: {
        in(batch) {
          if (!byTime.has(batch.time)) notifyAt(batch.time);
          const byKey = byTime.getOrInsert(batch.time, () => new Map());
          for (const { key, value } of batch) {
            const { sum, count, before } = byKey.get(key) ?? { sum: 0, count: 0, before: 0 };
            byKey.set(key, { sum: sum + value, count: count + 1, before });
          }
        },
      },
      notify(time) {
        const all = [...byTime.take(time)!].sort(([a], [b]) => a < b ? -1 : 1);
        emission.add(time, all.map(([key, each]) => answer(key, each)));
        return emission.run();
      },
      resume: () => emission.run(),
      size: () => keptIn(byTime, emission),
      snapshot: () => [...byTime].map(([time, byKey]) => [time, [...byKey]]),
      restore: (state) =>
        byTime.load(saved.parse(state).map(([time, byKey]) => [time, new Map(byKey)] as const)),
    };
  },
});

function answer(key: string, { sum, count, before }: Sums) {
  const average = count === 0 ? null : sum / count;
  return { key, total: before + sum, average, of: count };
}

/** What version 1 has saved, in the form of version 2. How many values a sum is of cannot be known any more. */
export const migrateTotals: Migration = (state, from) => {
  if (from !== 1) throw new RangeError(`totals has no state version ${from} to come from`);
  return savedFirst.parse(state).map(([time, byKey]) => [
    time,
    byKey.map(([key, before]) => [key, { sum: 0, count: 0, before }]),
  ]);
};
