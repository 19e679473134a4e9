import { describe, expect, it } from "vitest";
import { feedback } from "../../../operators/system/feedback.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

describe("feedback", () => {
  it("adds to the counter of its scope, and to no other coordinate", () => {
    const flat = new OperatorTest(feedback, { depth: 1, by: 3 });
    flat.send("in", 4, ["a"]);
    expect(flat.batches("out")).toEqual([{ time: 7, records: ["a"] }]);
    const nested = new OperatorTest(feedback, { depth: 3 }, { depth: 3 });
    nested.send("in", [1, 2, 3], ["b"]);
    expect(nested.batches("out")).toEqual([{ time: [1, 2, 4], records: ["b"] }]);
  });

  it("drops and counts, with the reason, the records whose counter would reach maxIterations", () => {
    const test = new OperatorTest(feedback, { depth: 2, maxIterations: 3 }, { depth: 2 });
    test.send("in", [9, 1], ["kept"]);
    test.send("in", [9, 2], ["cut", "cut too"]);
    test.send("in", [9, 7], ["cut as well"]);
    expect(test.batches("out")).toEqual([{ time: [9, 2], records: ["kept"] }]);
    expect([...test.dropped]).toEqual([["maxIterations 3", 3]]);
  });

  it("fails at the limit instead, naming loop, time and number of records, when asked to", () => {
    const test = new OperatorTest(
      feedback,
      { depth: 2, maxIterations: 1, onLimit: "fail" },
      { depth: 2 },
    );
    expect(() => test.send("in", [4, 0], ["x", "y"])).toThrow(
      /^MEANDER_ITERATIONS {2}Cannot begin iteration \[4,1\] at "feedback" with 2 records/,
    );
    expect(test.dropped.size).toBe(0);
  });

  it("reports a counter that would leave the safe integers, and loses nothing silently", () => {
    const test = new OperatorTest(feedback, { depth: 2 }, { depth: 2 });
    expect(() => test.send("in", [0, Number.MAX_SAFE_INTEGER], ["x"])).toThrow("MEANDER_TIME");
    expect(test.sent("out")).toEqual([]);
  });

  it("refuses negative and fractional steps and limits", () => {
    for (const config of [{ by: -1 }, { by: 0.5 }, { maxIterations: 0 }, { maxIterations: 1.5 }]) {
      expect(feedback.config.safeParse({ depth: 2, ...config }).success).toBe(false);
    }
  });
});
