/** The operators at the end of an iteration, each by itself. */
import { decide } from "../../../operators/iterate/decide.ts";
import { difference } from "../../../operators/iterate/difference.ts";
import { rounds } from "../../../operators/iterate/rounds.ts";
import { formatTime, type Time } from "../../../progress/time.ts";
import { bag, type TimedRecords } from "../../_support/bags.ts";
import type { Random } from "../../oracle/random.ts";
import { type Arrival, recordsAt, type Subject } from "../subject.ts";

const counterOf = (time: Time) => (time as readonly number[]).at(-1)!;

function timesOf(arrivals: readonly Arrival[]): Time[] {
  return [...new Map(arrivals.map(({ time }) => [formatTime(time), time])).values()];
}

function recordsOfTime(arrivals: readonly Arrival[], input: string, time: Time): unknown[] {
  return recordsAt(arrivals, input).filter((each) => formatTime(each.time) === formatTime(time))
    .map(({ record }) => record);
}

const boolean = (random: Random) => random.chance(0.5);

export const subjects: readonly Subject[] = [
  {
    name: "rounds",
    operator: rounds,
    config: (random) => ({ iterations: random.between(1, 3) }),
    depths: [2, 3],
    expected(arrivals, { iterations }: { iterations: number }) {
      const isDone = ({ time }: Arrival) => counterOf(time) + 1 >= iterations;
      return {
        again: arrivals.filter((each) => !isDone(each)),
        done: arrivals.filter(isDone),
      };
    },
  },
  {
    name: "difference",
    operator: difference,
    config: () => ({}),
    // Several workers may see a difference each.
    workers: "one",
    waits: true,
    expected(arrivals) {
      const out = timesOf(arrivals).flatMap((time): TimedRecords[] => {
        const [before, after] = ["before", "after"].map((input) =>
          bag(recordsOfTime(arrivals, input, time)).join()
        );
        return before === after ? [] : [{ time, records: [true] }];
      });
      return { out };
    },
  },
  {
    name: "decide",
    operator: decide,
    config: (random) => ({ maxIterations: random.between(1, 3), onLimit: "leave" }),
    record: (random, input) => input === "changed" ? boolean(random) : random.between(-4, 4),
    depths: [2, 3],
    waits: true,
    expected(arrivals, { maxIterations }: { maxIterations: number }) {
      const all = arrivals.filter(({ input }) => input === "in");
      const isAgain = ({ time }: Arrival) =>
        recordsOfTime(arrivals, "changed", time).length > 0 && counterOf(time) + 1 < maxIterations;
      return { again: all.filter(isAgain), done: all.filter((each) => !isAgain(each)) };
    },
  },
];
