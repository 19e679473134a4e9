import { describe, expect, it } from "vitest";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { topK } from "../../../operators/keyed/top_k.ts";
import type { Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

const kind = (record: unknown) => typeof record;

function subjectOf(k: number): Subject {
  return {
    operator: topK,
    // Records that rank the same are the same.
    config: { k, by: canonical, key: kind },
    waits: true,
    expected(traffic) {
      const groups = new Map<string, { time: Time; records: unknown[] }>();
      for (const delivery of traffic) {
        for (const record of recordsOf(delivery)) {
          const name = `${delivery.time}|${kind(record)}`;
          if (!groups.has(name)) groups.set(name, { time: delivery.time, records: [] });
          groups.get(name)!.records.push(record);
        }
      }
      return [...groups.values()].map(({ time, records }) => ({
        time,
        records: records.toSorted((a, b) => canonical(a) < canonical(b) ? 1 : -1).slice(0, k),
      }));
    },
  };
}

describe("topK", () => {
  it("sends the k largest of each time and key, when the time is complete", () => {
    for (const k of [1, 3, 50]) checkResults(subjectOf(k));
  });

  it("survives a snapshot at any moment", () => {
    for (const k of [1, 3]) checkSnapshots(subjectOf(k));
  });

  it("sends the largest first, as many as there are, and of ties those that came first", () => {
    const test = new OperatorTest(topK, { k: 3, by: (record) => (record as [number])[0] });
    test.send("in", 0, [[1, "a"], [5, "b"], [5, "c"]]);
    test.send("in", 0, [[5, "d"], [0, "e"], [7, "f"], [5, "g"], [7, "h"]]);
    test.send("in", 1, [[2, "z"]]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 0, records: [[7, "f"], [7, "h"], [5, "b"]] },
      { time: 1, records: [[2, "z"]] },
    ]);
  });

  it("keeps no more than twice as many records as are asked for", () => {
    const test = new OperatorTest(topK, { k: 5, by: (n) => n as number });
    for (let i = 0; i < 100; i++) test.send("in", 0, [i, 1000 - i, i % 7]);
    const [[, groups]] = test.save().state as [[Time, [unknown, unknown[]][]]];
    expect(groups.map(([, entries]) => entries.length)).toEqual([5]);
    test.finish();
    expect(test.sent("out")).toEqual([1000, 999, 998, 997, 996]);
  });

  it("refuses a k below one, ranks without an order, and two kinds in one group", () => {
    for (const k of [0, -1, 1.5, Infinity]) {
      expect(topK.config.safeParse({ k, by: () => 0 }).success).toBe(false);
    }
    const test = new OperatorTest(topK, { k: 2, by: (record) => record });
    expect(() => test.send("in", 2, [1, NaN])).toThrow(
      /at time 2 on record .*: TypeError: it gave/,
    );
    const other = new OperatorTest(topK, { k: 2, by: (record) => record });
    expect(() => other.send("in", 2, [1, "1"])).toThrow(
      /on record "1": .* cannot be compared with/,
    );
  });
});
