import { defineOperator, Emission, gather, keptIn, TimeMap, timeSchema, z } from "meander/plugin";

const config = z.strictObject({
  from: z.number().default(0).describe("Where the first bucket begins"),
  width: z.number().positive().describe("How wide each of them is"),
  buckets: z.int().min(1).max(10_000).default(10).describe("How many there are"),
});

/** How many numbers of a time fall into each of some intervals. */
export const histogram = defineOperator({
  name: "histogram",
  version: "1.0.0",
  summary: "Counts the numbers of each time in buckets of equal width",
  docs:
    "One record for each bucket that had numbers, the lowest first, once the time is complete. A bucket has the " +
    "numbers from `from` up to but not including `to`. Numbers outside of all buckets are counted as dropped. " +
    "It keeps one number for each bucket and open time.",
  example: {
    with: { width: 10, buckets: 3 },
    inputs: { in: [1, 12, 15, 29, 31] },
    outputs: {
      out: [{ from: 0, to: 10, count: 1 }, { from: 10, to: 20, count: 2 }, {
        from: 20,
        to: 30,
        count: 1,
      }],
    },
  },
  config,
  inputs: { in: z.number() },
  outputs: { out: z.object({ from: z.number(), to: z.number(), count: z.int() }) },
  interest: "notifications",
  pacts: () => ({ in: gather }),
  state: { version: 1, schema: z.array(z.tuple([timeSchema, z.array(z.int())])) },
  create: ({ config: { from, width, buckets }, out, notifyAt, drop }) => {
    const byTime = new TimeMap<number[]>();
    const emission = new Emission<{ from: number; to: number; count: number }>(out.out);
    const edge = (i: number) => from + i * width;
    return {
      receive: {
        in(batch) {
          if (!byTime.has(batch.time)) notifyAt(batch.time);
          const counts = byTime.getOrInsert(batch.time, () => new Array(buckets).fill(0));
          const values = batch.values();
          let outside = 0;
          for (let i = 0; i < batch.length; i++) {
            const at = placeOf(values[i], edge, Math.floor((values[i] - from) / width));
            if (at >= 0 && at < buckets) counts[at]++;
            else outside++;
          }
          if (outside > 0) drop(outside, "outside of the buckets");
        },
      },
      notify(time) {
        const counts = byTime.take(time)!;
        emission.add(
          time,
          counts.flatMap((count, i) =>
            count === 0 ? [] : [{ from: edge(i), to: edge(i + 1), count }]
          ),
        );
        return emission.run();
      },
      resume: () => emission.run(),
      size: () => keptIn(byTime, emission),
      snapshot: () => [...byTime].map(([time, counts]) => [time, [...counts]]),
      restore: (state) =>
        byTime.load((state as [number, number[]][]).map(([time, counts]) => [time, [...counts]])),
    };
  },
});

/** A division rounds, and may miss by one what the edges say. */
function placeOf(value: number, edge: (i: number) => number, guess: number): number {
  if (value < edge(guess)) return guess - 1;
  return value >= edge(guess + 1) ? guess + 1 : guess;
}
