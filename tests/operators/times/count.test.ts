import { describe, expect, it } from "vitest";
import { count } from "../../../operators/times/count.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

const subject: Subject = {
  operator: count,
  config: {},
  waits: true,
  expected(traffic) {
    const totals = new Map<string, { time: Time; records: number[] }>();
    for (const delivery of traffic) {
      const name = String(delivery.time);
      const entry = totals.get(name) ?? { time: delivery.time, records: [0] };
      totals.set(name, entry);
      entry.records[0] += recordsOf(delivery).length;
    }
    return [...totals.values()];
  },
};

describe("count", () => {
  it("counts the records of each time, once, when the time is complete", () => {
    checkResults(subject);
  });

  it("survives a snapshot at any moment", () => {
    checkSnapshots(subject);
  });

  it("says nothing of a time without records", () => {
    const test = new OperatorTest(count, {});
    test.send("in", 5, ["a"]);
    test.finish();
    expect(test.notified).toEqual([5]);
    expect(test.sent("out")).toEqual([1]);
  });

  it("answers incomparable times each when its own is complete", () => {
    const test = new OperatorTest(count, {}, { depth: 2 });
    test.send("in", [0, 1], ["a"]);
    test.send("in", [1, 0], ["b", "c"]);
    test.advance("in", [[1, 0]]);
    expect(test.batches("out")).toEqual([{ time: [0, 1], records: [1] }]);
    test.advance("in", [[1, 1]]);
    expect(test.batches("out")).toHaveLength(2);
    test.finish();
    expect(test.sent("out")).toEqual([1, 2]);
  });
});
