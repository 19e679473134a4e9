import { describe, expect, it } from "vitest";
import { inspect } from "../../../operators/records/inspect.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

describe("inspect", () => {
  it("passes everything on unchanged", () => {
    checkResults({
      operator: inspect,
      config: { f: () => {} },
      expected: (traffic) =>
        traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery) })),
    });
  });

  it("calls the function once for each record, in order, with the time", () => {
    const seen: unknown[] = [];
    const test = new OperatorTest(inspect, { f: (record, time) => seen.push([record, time]) }, {
      depth: 2,
    });
    test.send("in", [0, 1], ["a", "b"]);
    test.send("in", [0, 0], Int32Array.of(5));
    expect(seen).toEqual([["a", [0, 1]], ["b", [0, 1]], [5, [0, 0]]]);
  });

  it("gives the time to a function that takes its arguments in any way", () => {
    const seen: unknown[][] = [];
    const ways: ((record: unknown, time: Time) => void)[] = [
      (...args: unknown[]) => seen.push(args),
      (record, time = -1) => seen.push([record, time]),
      function (this: unknown) {
        seen.push([...arguments]);
      },
    ];
    for (const f of ways) {
      const test = new OperatorTest(inspect, { f });
      test.send("in", 3, ["x"]);
    }
    expect(seen).toEqual([["x", 3], ["x", 3], ["x", 3]]);
  });

  it("names the record at which the function threw, and passes nothing of the batch on", () => {
    const test = new OperatorTest(inspect, {
      f: (record) => {
        if (record === 2) throw new Error("two");
      },
    });
    expect(() => test.send("in", 0, [1, 2, 3])).toThrow('"inspect" threw at time 0 on record 2');
    expect(test.sent("out")).toEqual([]);
  });
});
