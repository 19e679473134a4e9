/** Operators that matter for where records go. */
import { branch } from "../../../operators/routes/branch.ts";
import { branchWhen } from "../../../operators/routes/branch_when.ts";
import { broadcast } from "../../../operators/routes/broadcast.ts";
import { concat } from "../../../operators/routes/concat.ts";
import { exchange } from "../../../operators/routes/exchange.ts";
import { gather } from "../../../operators/routes/gather.ts";
import { partition } from "../../../operators/routes/partition.ts";
import type { Time } from "../../../progress/time.ts";
import type { Random } from "../../oracle/random.ts";
import { type Answers, type Arrival, each, recordsAt, type Subject } from "../subject.ts";

interface Parts {
  readonly parts: number;
  readonly f: (record: never) => number;
}

interface Question {
  readonly predicate: (record: never, time: Time) => boolean;
}

const town = (random: Random) => ({
  name: random.pick(["Oslo", "Lima", "Bern"]),
  n: random.below(5),
});

const firstOf = (time: Time) => typeof time === "number" ? time : time[0];

function parted(arrivals: readonly Arrival[], { parts, f }: Parts): Answers {
  const records = recordsAt(arrivals, "in");
  return Object.fromEntries(
    Array.from({ length: parts }, (_unused, part) => [
      `p${part}`,
      records.filter(({ record }) => f(record as never) === part)
        .map(({ time, record }) => ({ time, records: [record] })),
    ]),
  );
}

/** Every record on one of the two sides. */
function answered(isYes: (record: unknown, time: Time) => boolean) {
  return (arrivals: readonly Arrival[]): Answers => {
    const side = (yes: boolean) =>
      recordsAt(arrivals, "in").filter(({ time, record }) => isYes(record, time) === yes)
        .map(({ time, record }) => ({ time, records: [record] }));
    return { yes: side(true), no: side(false) };
  };
}

export const subjects: readonly Subject[] = [
  {
    name: "concat",
    operator: concat,
    config: () => ({}),
    expected: each((record: unknown) => [record]),
  },
  {
    name: "partition of numbers",
    operator: partition,
    config: (random) => {
      const parts = random.pick([1, 2, 3, 9, 64]);
      return { parts, f: (n: number) => (n + 4) % parts };
    },
    expected: parted,
  },
  {
    name: "partition of objects",
    operator: partition,
    config: () => ({ parts: 5, f: ({ n }: { n: number }) => n }),
    record: town,
    expected: parted,
  },
  {
    name: "branch by record",
    operator: branch,
    config: (random) => {
      const least = random.between(-5, 5);
      return { predicate: (n: number) => n >= least };
    },
    expected: (arrivals, { predicate }: Question) =>
      answered((record, time) => predicate(record as never, time))(arrivals),
  },
  {
    name: "branch by record and time",
    operator: branch,
    config: () => ({ predicate: ({ n }: { n: number }, time: Time) => n < firstOf(time) }),
    record: town,
    expected: answered((record, time) => (record as { n: number }).n < firstOf(time)),
  },
  {
    name: "branchWhen",
    operator: branchWhen,
    config: () => ({ predicate: (time: Time) => firstOf(time) % 2 === 0 }),
    expected: answered((_record, time) => firstOf(time) % 2 === 0),
  },
  {
    name: "exchange",
    operator: exchange,
    config: () => ({ key: ({ name }: { name: string }) => name }),
    record: town,
    expected: each((record: unknown) => [record]),
  },
  {
    name: "gather",
    operator: gather,
    config: () => ({}),
    expected: each((record: unknown) => [record]),
  },
  {
    name: "broadcast",
    operator: broadcast,
    config: () => ({}),
    // As many of each as there are workers.
    workers: "one",
    expected: each((record: unknown) => [record]),
  },
];
