import { describe, expect, it } from "vitest";
import { max } from "../../../operators/keyed/max.ts";
import { min } from "../../../operators/keyed/min.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import { checkResults, checkSnapshots } from "../../_support/operator_laws.ts";
import { type Delivery, recordsOf } from "../../_support/traffic.ts";

/** A number of anything; infinite ones included. */
const valueOf = (record: unknown): number => {
  if (typeof record === "object") return (record as { n: number }).n;
  return typeof record === "string" ? record.length : Number.isNaN(record) ? 0 : record as number;
};
const keyOf = (record: unknown) => typeof record;

function expectedBy(best: (values: number[]) => number) {
  return (traffic: readonly Delivery[]) => {
    const groups = new Map<string, { time: Time; key: unknown; values: number[] }>();
    for (const delivery of traffic) {
      for (const record of recordsOf(delivery)) {
        const { time } = delivery;
        const key = keyOf(record);
        const name = `${time}|${canonical(key)}`;
        if (!groups.has(name)) groups.set(name, { time, key, values: [] });
        groups.get(name)!.values.push(valueOf(record));
      }
    }
    return [...groups.values()].map(({ time, key, values }) => ({
      time,
      records: [{ key, value: best(values) }],
    }));
  };
}

const cases = [
  {
    name: "min",
    operator: min,
    best: (values: number[]) => Math.min(...values),
    first: 2,
    last: 0,
  },
  {
    name: "max",
    operator: max,
    best: (values: number[]) => Math.max(...values),
    first: 5,
    last: 9,
  },
];

describe.each(cases)("$name of values", ({ operator, best, first, last }) => {
  const subject = {
    operator,
    config: { key: keyOf, value: valueOf },
    waits: true,
    expected: expectedBy(best),
  };

  it("is that of the values of each time and key, when the time is complete", () => {
    checkResults(subject);
    checkSnapshots(subject);
  });

  it("without a key is the value alone, of all records of a time", () => {
    const test = new OperatorTest(operator, {});
    test.send("in", 1, [9, 0]);
    test.send("in", 0, [5, 3, 2]);
    test.send("in", 1, [4]);
    test.finish();
    expect(test.batches("out")).toEqual([{ time: 0, records: [first] }, {
      time: 1,
      records: [last],
    }]);
    expect(test.save().state).toEqual([]);
  });

  it("orders numbers, bigints, strings, booleans and dates", () => {
    const kinds = [
      [-Infinity, 1.5, 1e308],
      [-(2n ** 70n), 0n, 3n],
      ["", "B", "a"],
      [false, true],
      [new Date(0), new Date(5), new Date(7)],
    ];
    for (const sorted of kinds) {
      const test = new OperatorTest(operator, {});
      test.send("in", 0, sorted.toReversed());
      test.send("in", 0, sorted);
      test.finish();
      expect(test.sent("out")).toEqual([operator === min ? sorted[0] : sorted.at(-1)]);
    }
  });

  it("tells 0 and -0 no more apart than the order does", () => {
    for (const records of [[0, -0], [-0, 0]]) {
      const test = new OperatorTest(operator, {});
      test.send("in", 0, records);
      test.finish();
      expect(Object.is(test.sent("out")[0], 0)).toBe(true);
    }
  });
});

describe.each(cases)("$name as an operator", ({ operator }) => {
  it("refuses what has no place in an order, and two kinds in one group", () => {
    for (const value of [NaN, null, undefined, {}, [1], new Date(NaN), Symbol("s")]) {
      const test = new OperatorTest(operator, { value: () => value });
      expect(() => test.send("in", 3, ["r"])).toThrow(
        /at time 3 on record "r": TypeError: it gave .*, which is neither less nor more than/,
      );
    }
    for (const [one, other] of [[1, "1"], [1, 1n], [0, false], [1, new Date(1)]]) {
      const test = new OperatorTest(operator, { key: () => "k" });
      test.send("in", 3, [one]);
      expect(() => test.send("in", 3, [other])).toThrow(/cannot be compared with .*: the values/);
      // Groups have nothing to do with each other.
      const apart = new OperatorTest(operator, { key: (record) => typeof record });
      apart.send("in", 3, [one, String(other)]);
    }
  });

  it("gives way when there are many keys", () => {
    const test = new OperatorTest(operator, { key: (n) => n }, { budget: 1, capacity: 10 });
    test.send("in", 0, Array.from({ length: 35 }, (_unused, i) => i % 30));
    test.finish();
    expect(test.batches("out").map(({ records }) => records.length)).toEqual([10, 10, 10]);
  });

  it("names the record at which one of its functions threw", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const part of ["key", "value"]) {
      const test = new OperatorTest(operator, { [part]: fail });
      expect(() => test.send("in", 2, ["x"])).toThrow('threw at time 2 on record "x": Error: oh');
    }
  });
});
