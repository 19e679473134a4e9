/** Operators that bring together what has a key, or nothing but its time, in common. */
import { accumulate } from "../../../operators/times/accumulate.ts";
import { aggregate } from "../../../operators/keyed/aggregate.ts";
import { coGroupBy } from "../../../operators/keyed/co_group_by.ts";
import { count } from "../../../operators/times/count.ts";
import { deduplicate } from "../../../operators/keyed/deduplicate.ts";
import { groupBy } from "../../../operators/keyed/group_by.ts";
import { join } from "../../../operators/keyed/join.ts";
import { max } from "../../../operators/keyed/max.ts";
import { min } from "../../../operators/keyed/min.ts";
import { stateMachine } from "../../../operators/keyed/state_machine.ts";
import { sum } from "../../../operators/keyed/sum.ts";
import { topK } from "../../../operators/keyed/top_k.ts";
import { join as joinTimes, type Time } from "../../../progress/time.ts";
import type { Random } from "../../oracle/random.ts";
import { type Arrival, recordsAt, type Subject } from "../subject.ts";
import { type Group, groupsAt, ofGroups } from "../by_time.ts";

const parity = (n: number) => ({ odd: n % 2 !== 0 });
const firstOf = (time: Time) => typeof time === "number" ? time : time[0];
const town = (random: Random) => ({
  name: random.pick(["Oslo", "Lima", "Bern"]),
  n: random.below(5),
});
type Town = ReturnType<typeof town>;

const total = (numbers: readonly unknown[]) => (numbers as number[]).reduce((a, b) => a + b, 0);

/** Every pair of equal parity whose times agree in what `shared` says, at the join of the times. */
function pairs(shared: (time: Time) => unknown) {
  return (arrivals: readonly Arrival[]) => ({
    out: recordsAt(arrivals, "left").flatMap((l) =>
      recordsAt(arrivals, "right").flatMap((r) => {
        const meet = String(shared(l.time)) === String(shared(r.time)) &&
          (l.record as number) % 2 === 0 === ((r.record as number) % 2 === 0);
        return meet ? [{ time: joinTimes(l.time, r.time), records: [[l.record, r.record]] }] : [];
      })
    ),
  });
}

const joining = {
  leftKey: parity,
  rightKey: parity,
  value: (left: number, right: number) => [left, right],
};

/** How often each parity has come, told at every record; forgotten after the third, within what `scope` says. */
function counted(scope: (time: Time) => unknown) {
  return (arrivals: readonly Arrival[]) => {
    const known = new Map<string, number>();
    return {
      out: ofGroups(groupsAt(arrivals, "in", parity), ({ time, key, records }) => {
        const name = `${scope(time)}|${JSON.stringify(key)}`;
        return records.map(() => {
          const n = (known.get(name) ?? 0) + 1;
          known.set(name, n === 3 ? 0 : n);
          return [key, n];
        });
      }),
    };
  };
}

const counting = {
  key: parity,
  initial: () => ({ n: 0 }),
  fold: (state: { n: number }, _record: number, key: unknown) => {
    const n = state.n + 1;
    return { state: { n }, emit: [[key, n]], drop: n === 3 };
  },
};

/** What is known of a value that is the least, the largest or the sum of those of a time and key. */
function reduced(reduce: (values: number[]) => number) {
  return [
    {
      config: () => ({}),
      expected: (arrivals: readonly Arrival[]) => ({
        out: ofGroups(groupsAt(arrivals, "in"), ({ records }) => [reduce(records as number[])]),
      }),
    },
    {
      config: () => ({ key: ({ name }: Town) => [name], value: ({ n }: Town) => n }),
      record: town,
      expected: (arrivals: readonly Arrival[]) => ({
        out: ofGroups(groupsAt(arrivals, "in", ({ name }: Town) => [name]), (group) => [{
          key: group.key,
          value: reduce(group.records.map((record) => (record as Town).n)),
        }]),
      }),
    },
  ];
}

/** Those that pass, by going through the times of each key. */
function passing(arrivals: readonly Arrival[], { expiry }: { readonly expiry: number }) {
  const last = new Map<unknown, number>();
  return {
    out: ofGroups(groupsAt(arrivals, "in", (n) => n), ({ time, key, records: [first] }) => {
      const epoch = time as number;
      if (last.has(key) && epoch - last.get(key)! <= expiry) return [];
      last.set(key, epoch);
      return [first];
    }),
  };
}

function* told(key: unknown, records: readonly number[]): Generator<unknown> {
  for (const record of records) yield* [[key, record], record];
  yield [records.length];
}

const ranked = (records: readonly unknown[], k: number) =>
  (records as number[]).toSorted((a, b) => b - a).slice(0, k);

export const subjects: readonly Subject[] = [
  {
    name: "count",
    operator: count,
    config: () => ({}),
    expected: (arrivals) => ({
      out: ofGroups(groupsAt(arrivals, "in"), ({ records }) => [records.length]),
    }),
    waits: true,
  },
  {
    name: "accumulate of batches",
    operator: accumulate,
    config: () => ({
      initial: () => [0, 0],
      fold: ([n, sum]: number[], records: number[]) => [n + records.length, sum + total(records)],
    }),
    expected: (arrivals) => ({
      out: ofGroups(groupsAt(arrivals, "in"), ({ records }) => [[records.length, total(records)]]),
    }),
    waits: true,
  },
  {
    name: "aggregate by key",
    operator: aggregate,
    config: () => ({
      key: parity,
      initial: () => 0,
      fold: (sum: number, n: number) => sum + n,
      emit: (key: unknown, sum: number, time: Time) => [key, sum, time],
    }),
    expected: (arrivals) => ({
      out: ofGroups(
        groupsAt(arrivals, "in", parity),
        ({ time, key, records }) => [[key, total(records), time]],
      ),
    }),
    waits: true,
  },
  {
    name: "groupBy",
    operator: groupBy,
    config: () => ({ key: parity, reduce: told }),
    expected: (arrivals) => ({
      out: ofGroups(
        groupsAt(arrivals, "in", parity),
        ({ key, records }) => [...told(key, records as number[])],
      ),
    }),
    waits: true,
  },
  {
    name: "groupBy with many results",
    operator: groupBy,
    config: () => ({
      key: ({ name }: Town) => name,
      reduce: (key: string, records: Town[]) => records.flatMap(({ n }) => new Array(n).fill(key)),
    }),
    record: town,
    expected: (arrivals) => ({
      out: recordsAt(arrivals, "in").map(({ time, record }) => ({
        time,
        records: new Array((record as Town).n).fill((record as Town).name),
      })),
    }),
    waits: true,
  },
  {
    name: "coGroupBy",
    operator: coGroupBy,
    config: () => ({
      leftKey: parity,
      rightKey: (n: number) => parity(n + 1),
      reduce: (key: unknown, lefts: number[], rights: number[], time: Time) => [
        [key, lefts.length, total(lefts), rights.length, total(rights)],
        time,
      ],
    }),
    expected: (arrivals) => {
      const lefts = groupsAt(arrivals, "left", parity);
      const rights = groupsAt(arrivals, "right", (n: number) => parity(n + 1));
      const same = (a: Group, b: Group) =>
        String(a.time) === String(b.time) && JSON.stringify(a.key) === JSON.stringify(b.key);
      const either = [...lefts, ...rights.filter((r) => !lefts.some((l) => same(l, r)))];
      return {
        out: ofGroups(either, (group) => {
          const [l, r] = [lefts, rights].map((side) =>
            side.find((other) => same(other, group))?.records ?? []
          );
          return [[group.key, l.length, total(l), r.length, total(r)], group.time];
        }),
      };
    },
    waits: true,
  },
  {
    name: "join per time",
    operator: join,
    config: () => joining,
    expected: pairs((time) => time),
  },
  {
    name: "join per prefix",
    operator: join,
    config: () => ({ ...joining, per: 1 }),
    expected: pairs(firstOf),
  },
  {
    name: "join for ever",
    operator: join,
    config: () => ({ ...joining, per: "forever" }),
    expected: pairs(() => 0),
  },
  ...reduced((values) => Math.min(...values)).map((subject, i) => ({
    ...subject,
    name: ["min", "min by key"][i],
    operator: min,
    waits: true,
  })),
  ...reduced((values) => Math.max(...values)).map((subject, i) => ({
    ...subject,
    name: ["max", "max by key"][i],
    operator: max,
    waits: true,
  })),
  ...reduced(total).map((subject, i) => ({
    ...subject,
    name: ["sum", "sum by key"][i],
    operator: sum,
    waits: true,
  })),
  {
    name: "sum of fractions, exact in any order",
    operator: sum,
    config: () => ({}),
    // So far apart that plain additions lose the small ones, in one order more than in another.
    record: (random) => random.between(-4, 4) * random.pick([2 ** -40, 1, 2 ** 40]),
    expected: (arrivals) => ({
      out: ofGroups(groupsAt(arrivals, "in"), ({ records }) => {
        const scaled = (records as number[]).map((n) => BigInt(n * 2 ** 40));
        return [Number(scaled.reduce((a, b) => a + b, 0n)) / 2 ** 40];
      }),
    }),
    waits: true,
  },
  {
    name: "topK",
    operator: topK,
    config: (random) => ({ k: random.pick([1, 2, 5, 100]), by: (n: number) => n }),
    expected: (arrivals, { k }: { k: number }) => ({
      out: ofGroups(groupsAt(arrivals, "in"), ({ records }) => ranked(records, k)),
    }),
    waits: true,
  },
  {
    name: "topK by key",
    operator: topK,
    config: (random) => ({ k: random.pick([1, 3]), by: (n: number) => n, key: parity }),
    expected: (arrivals, { k }: { k: number }) => ({
      out: ofGroups(groupsAt(arrivals, "in", parity), ({ records }) => ranked(records, k)),
    }),
    waits: true,
  },
  {
    name: "deduplicate",
    operator: deduplicate,
    config: (random) => ({ expiry: random.below(4) }),
    expected: passing,
    // The epoch of a time with several coordinates is the last of the root's, which differ by surroundings.
    depths: [1],
    waits: true,
  },
  {
    name: "stateMachine for ever",
    operator: stateMachine,
    config: () => counting,
    expected: counted(() => 0),
    // Incomparable times may be taken in either order.
    depths: [1],
    waits: true,
  },
  {
    name: "stateMachine per prefix",
    operator: stateMachine,
    config: () => ({ ...counting, per: 1 }),
    expected: counted(firstOf),
    depths: [1, 2],
    waits: true,
  },
  {
    name: "stateMachine per time",
    operator: stateMachine,
    config: () => ({ ...counting, per: "time" }),
    expected: counted((time) => time),
    waits: true,
  },
];
