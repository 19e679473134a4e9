import { describe, expect, it } from "vitest";
import { groupBy } from "../../../operators/keyed/group_by.ts";
import { range } from "../../../operators/records/range.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

const subject: Subject = {
  operator: groupBy,
  config: {
    key: (record: unknown) => ({ of: record }),
    reduce: (key: unknown, records: readonly unknown[], time: Time) => [
      [key, records.length, time],
      ...records,
    ],
  },
  waits: true,
  expected(traffic) {
    const groups = new Map<string, { time: Time; of: unknown; records: unknown[] }>();
    for (const delivery of traffic) {
      for (const record of recordsOf(delivery)) {
        const { time } = delivery;
        const name = `${time}|${canonical(record)}`;
        if (!groups.has(name)) groups.set(name, { time, of: record, records: [] });
        groups.get(name)!.records.push(record);
      }
    }
    return [...groups.values()].map(({ time, of, records }) => ({
      time,
      records: [[{ of }, records.length, time], ...records],
    }));
  },
};

/** Calls `reduce` for one group and returns the kit. */
function reduced(reduce: () => unknown, options = {}) {
  const test = new OperatorTest(groupBy, { key: () => "k", reduce: reduce as never }, options);
  test.send("in", 3, [1]);
  return test;
}

describe("groupBy", () => {
  it("gives all records of a time and key at once, whatever their order, form and budget", () => {
    checkResults(subject);
    checkSnapshots(subject);
  });

  it("keeps records and keys in the order in which they came, at several open times", () => {
    const test = new OperatorTest(groupBy, {
      key: (word) => (word as string)[0],
      reduce: (key, words) => [`${key}: ${words.join(" ")}`],
    });
    test.send("in", 1, ["cow", "bee"]);
    test.send("in", 0, ["bat", "ant"]);
    test.send("in", 1, ["cat"]);
    test.advance("in", [1]);
    expect(test.sent("out")).toEqual(["b: bat", "a: ant"]);
    test.finish();
    expect(test.sent("out")).toEqual(["b: bat", "a: ant", "c: cow cat", "b: bee"]);
    expect(test.save().state).toEqual([]);
  });

  it("makes results as they are sent, and gives way within those of one key", () => {
    let made = 0;
    function* many() {
      for (let i = 0; i < 10; i++) {
        made++;
        yield i;
      }
    }
    const test = new OperatorTest(groupBy, {
      key: (record) => record,
      reduce: (key) => {
        // What was made before has gone, but for a batch that is being filled.
        expect(made - test.sent("out").length).toBeLessThanOrEqual(4);
        return key === 2 ? [] : many();
      },
    }, { budget: 1, capacity: 4 });
    test.send("in", 0, [1, 2, 3]);
    test.finish();
    expect(test.sent("out")).toHaveLength(20);
    expect(test.batches("out").every(({ records }) => records.length <= 4)).toBe(true);
    expect(test.slices).toBeGreaterThan(4);
  });

  it("takes lists and all that can be iterated but texts, and refuses what cannot", () => {
    for (const results of [[1, 2], new Set([1, 2]), range(1, 3), Int32Array.of(1, 2)]) {
      const test = reduced(() => results);
      test.finish();
      expect(test.sent("out")).toEqual([1, 2]);
    }
    for (const results of ["12", undefined, null, 5, {}]) {
      const test = reduced(() => results);
      expect(() => test.finish()).toThrow(
        /at time 3 on record {"key":"k"}: TypeError: it has to return a list or another iterable/,
      );
    }
  });

  it("names the key at which the reduction threw, also in the middle of its results", () => {
    const fail = () => {
      throw new Error("oh");
    };
    function* late() {
      yield 1;
      fail();
    }
    for (const reduce of [fail, late]) {
      const test = reduced(reduce);
      expect(() => test.finish()).toThrow('at time 3 on record {"key":"k"}: Error: oh');
    }
    const test = new OperatorTest(groupBy, { key: fail, reduce: () => [] });
    expect(() => test.send("in", 1, ["r"])).toThrow('at time 1 on record "r": Error: oh');
  });

  it("tells an iterator that nobody will go through to its end", () => {
    let left = false;
    function* endless() {
      try {
        for (;;) yield "x";
      } finally {
        left = true;
      }
    }
    const gone = new Error("stop");
    const handlers = groupBy.create({
      config: { key: () => 0, reduce: endless },
      out: { out: stuck(gone) },
      notifyAt: () => {},
      blame: (error: unknown) => error,
    } as never) as unknown as {
      receive: { in(batch: unknown): void };
      notify(time: Time): boolean;
      close(): void;
    };
    handlers.receive.in({ time: 0, length: 1, values: () => ["r"] });
    expect(handlers.notify(0)).toBe(true);
    expect(left).toBe(false);
    handlers.close();
    expect(left).toBe(true);
  });
});

/** An output that is full after three records. */
function stuck(gone: Error) {
  let pushed = 0;
  return {
    get isFull() {
      return pushed >= 3;
    },
    push() {
      if (pushed++ >= 3) throw gone;
    },
  };
}
