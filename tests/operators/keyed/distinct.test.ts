import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinct } from "../../../operators/keyed/distinct.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { lessThan, type Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import type { TimedRecords } from "../../_support/bags.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { anyTraffic, deliver, type Delivery, recordsOf, run } from "../../_support/traffic.ts";

/** The first record of each value within what `scope` says belongs together. */
function firstOf(scope: (time: Time) => string) {
  return (traffic: readonly Delivery[]): TimedRecords[] => {
    const earliest = new Map<string, { time: Time; records: unknown[] }>();
    for (const delivery of traffic) {
      for (const record of recordsOf(delivery)) {
        const name = `${scope(delivery.time)}|${canonical(record)}`;
        const known = earliest.get(name);
        if (known === undefined || lessThan(delivery.time, known.time)) {
          earliest.set(name, { time: delivery.time, records: [record] });
        }
      }
    }
    return [...earliest.values()];
  };
}

const perTime: Subject = {
  operator: distinct,
  config: {},
  waits: true,
  expected: firstOf((time) => String(time)),
};

const perEpoch: Subject = {
  operator: distinct,
  config: { per: "epoch" },
  waits: true,
  // Within an epoch of depth 1 or 2 times are in one order, so the first is unique.
  expected: firstOf((time) => String(typeof time === "number" ? time : time[0])),
};

describe("distinct", () => {
  it("emits each value once at each time, when the time is complete", () => {
    checkResults(perTime);
    checkSnapshots(perTime);
  });

  it("per epoch, emits each value once at the least iteration in which it occurs", () => {
    checkResults(perEpoch);
    checkSnapshots(perEpoch);
  });

  it("on receipt, emits each value once at each time, at once", () => {
    checkResults({ ...perTime, config: { emit: "receipt" }, waits: false });
    checkSnapshots({ ...perTime, config: { emit: "receipt" } });
    const test = new OperatorTest(distinct, { emit: "receipt" });
    test.send("in", 0, ["a", "b", "a"]);
    expect(test.sent("out")).toEqual(["a", "b"]);
  });

  it("for ever, emits each value once in all, at a time of which none is earlier", () => {
    fc.assert(
      fc.property(anyTraffic(["in"], 2), (traffic) => {
        const test = run(distinct, { per: "forever" }, { depth: 2 }, traffic);
        const values = traffic.flatMap((delivery) =>
          recordsOf(delivery).map((record) => ({ time: delivery.time, name: canonical(record) }))
        );
        const sent = test.batches("out").flatMap(({ time, records }) =>
          records.map((record) => ({ time, name: canonical(record) }))
        );
        expect(sent.map(({ name }) => name).sort()).toEqual(
          [...new Set(values.map(({ name }) => name))].sort(),
        );
        for (const { time, name } of sent) {
          const times = values.filter((value) => value.name === name).map((value) => value.time);
          expect(times.some((other) => String(other) === String(time))).toBe(true);
          expect(times.some((other) => lessThan(other, time))).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("compares by the key, by value, and keeps the first record of a key", () => {
    const test = new OperatorTest(distinct, {
      key: (record) => (record as { tags: unknown }).tags,
    });
    test.send("in", 0, [{ id: 1, tags: ["x", { y: 0 }] }, { id: 2, tags: ["x", { y: -0 }] }]);
    test.send("in", 0, [{ id: 3, tags: ["x", { y: NaN }] }, { id: 4, tags: ["x", { y: NaN }] }]);
    test.finish();
    expect(test.sent("out").map((record) => (record as { id: number }).id)).toEqual([1, 3]);
  });

  it("drops what it remembers of a prefix when the prefix is complete, and not before", () => {
    const test = new OperatorTest(distinct, { per: "epoch" }, { depth: 2 });
    test.send("in", [0, 0], ["a"]);
    test.advance("in", [[0, 1], [1, 0]]);
    expect(test.save().state).toHaveLength(1);
    test.send("in", [0, 4], ["a"]);
    test.send("in", [1, 0], ["a"]);
    test.advance("in", [[1, 0]]);
    expect(test.save().state).toEqual([[1, [], [[[1, 0], [["a", "a"]]]]]]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: [0, 0], records: ["a"] },
      { time: [1, 0], records: ["a"] },
    ]);
    expect(test.save().state).toEqual([]);
  });

  it("gives way when it has many keys to emit", () => {
    const test = new OperatorTest(distinct, {}, { budget: 1, capacity: 10 });
    test.send("in", 0, Array.from({ length: 35 }, (_, i) => i % 30));
    deliver(test, ["in"], []);
    test.finish();
    expect(test.batches("out").map(({ records }) => records.length)).toEqual([10, 10, 10]);
  });

  it("names the record whose key function threw", () => {
    const test = new OperatorTest(distinct, {
      key: () => {
        throw new Error("no key");
      },
    });
    expect(() => test.send("in", 1, ["r"])).toThrow(
      '"distinct" threw at time 1 on record "r": Error: no key',
    );
  });

  it("names the record whose key cannot be compared by value", () => {
    for (const emit of ["complete", "receipt"] as const) {
      const test = new OperatorTest(distinct, { key: () => () => {}, emit });
      expect(() => test.send("in", 1, ["r"])).toThrow(/time 1 on record "r".*MEANDER_KEY/);
    }
  });

  it("refuses a prefix of no coordinates, and words it does not know", () => {
    for (const config of [{ per: 0 }, { per: -1 }, { per: 1.5 }, { per: "day" }, { emit: "now" }]) {
      expect(distinct.config.safeParse(config).success).toBe(false);
    }
  });
});
