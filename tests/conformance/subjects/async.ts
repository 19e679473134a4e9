/** Operators that wait for answers from outside. */
import { mapAsync } from "../../../operators/async/map_async.ts";
import type { Random } from "../../oracle/random.ts";
import { each, recordsAt, type Subject } from "../subject.ts";

const surroundings = (random: Random) => ({
  concurrency: random.between(1, 5),
  ordered: random.chance(0.5),
});

/** An answer that comes the later the larger the number is. */
async function late(n: number): Promise<number> {
  for (let i = 0; i < Math.abs(n); i++) await Promise.resolve();
  return n * 2;
}

async function lateAboveZero(n: number): Promise<number> {
  const answer = await late(n);
  if (n < 0) throw new RangeError(`${n} is below 0`);
  return answer;
}

export const subjects: readonly Subject[] = [
  {
    name: "mapAsync with answers at once",
    operator: mapAsync,
    config: (random) => ({ ...surroundings(random), f: (n: number) => n * 2 }),
    expected: each((n: number) => [n * 2]),
  },
  {
    name: "mapAsync with answers that come later",
    operator: mapAsync,
    config: (random) => ({ ...surroundings(random), f: late }),
    expected: each((n: number) => [n * 2]),
    isAsynchronous: true,
  },
  {
    name: "mapAsync with failures at an output",
    operator: mapAsync,
    config: (random) => ({ ...surroundings(random), f: lateAboveZero, onError: "output" }),
    expected(arrivals) {
      const all = recordsAt(arrivals, "in") as { time: number; record: number }[];
      return {
        out: all.filter(({ record }) => record >= 0)
          .map(({ time, record }) => ({ time, records: [record * 2] })),
        failed: all.filter(({ record }) => record < 0).map(({ time, record }) => ({
          time,
          records: [{ record, error: `RangeError: ${record} is below 0`, attempts: 1 }],
        })),
      };
    },
    isAsynchronous: true,
  },
];
