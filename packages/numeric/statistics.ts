import { defineOperator, gather, keptIn, TimeMap, timeSchema, z } from "meander/plugin";

/** What is known of the numbers of a time so far; `squares` are those of the distances from the mean. */
const soFar = z.object({
  count: z.int(),
  mean: z.number(),
  squares: z.number(),
  least: z.number(),
  most: z.number(),
});
type SoFar = z.infer<typeof soFar>;

/** How many numbers a time had, and how they are spread. */
export const statistics = defineOperator({
  name: "statistics",
  version: "1.0.0",
  summary: "Sends count, mean, variance, least and most of the numbers of each time",
  docs:
    "One record for each time that had numbers, once the time is complete: it is about all of them. `variance` " +
    "is that of the numbers themselves (divided by their count). It keeps five numbers for each open time. The " +
    "last digits of `mean` and `variance` may depend on the order of the numbers. What is no number, or is " +
    "not finite, is counted as dropped.",
  example: {
    inputs: { in: [2, 4, 4, 4, 5, 5, 7, 9] },
    outputs: { out: [{ count: 8, mean: 5, variance: 4, least: 2, most: 9 }] },
  },
  config: z.strictObject({}),
  inputs: { in: z.number() },
  outputs: {
    out: z.object({
      count: z.int(),
      mean: z.number(),
      variance: z.number(),
      least: z.number(),
      most: z.number(),
    }),
  },
  interest: "notifications",
  pacts: () => ({ in: gather }),
  state: { version: 1, schema: z.array(z.tuple([timeSchema, soFar])) },
  create: ({ out, notifyAt, drop }) => {
    const byTime = new TimeMap<SoFar>();
    return {
      receive: {
        in(batch) {
          const before = byTime.get(batch.time);
          const all = before ??
            { count: 0, mean: 0, squares: 0, least: Infinity, most: -Infinity };
          const bad = addAll(all, batch.values(), batch.length);
          if (bad > 0) drop(bad, "no finite number");
          if (before !== undefined || all.count === 0) return;
          byTime.set(batch.time, all);
          notifyAt(batch.time);
        },
      },
      notify(time) {
        const { count, mean, squares, least, most } = byTime.take(time)!;
        out.out.send(time, [{ count, mean, variance: squares / count, least, most }]);
      },
      size: () => keptIn(byTime),
      snapshot: () => [...byTime].map(([time, all]) => [time, { ...all }]),
      restore: (state) => byTime.load(state as [number, SoFar][]),
    };
  },
});

/**
 * Welford's way: the mean moves by the part of the distance that a number has in it, so that nothing large is ever
 * taken from something large. Returns how many were left out.
 */
function addAll(all: SoFar, values: ArrayLike<number>, length: number): number {
  let { count, mean, squares, least, most } = all;
  let bad = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      bad++;
      continue;
    }
    count++;
    const distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  Object.assign(all, { count, mean, squares, least, most });
  return bad;
}
