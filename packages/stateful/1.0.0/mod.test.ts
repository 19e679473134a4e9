import { checkOperator, OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { totals } from "./mod.ts";

describe("totals", () => {
  it("are those of a time, key by key", () => {
    const test = new OperatorTest(totals, {});
    test.send("in", 0, [{ key: "b", value: 1 }, { key: "a", value: 2 }]);
    test.send("in", 1, [{ key: "a", value: 100 }]);
    test.send("in", 0, [{ key: "b", value: 4 }]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 0, records: [{ key: "a", total: 2 }, { key: "b", total: 5 }] },
      { time: 1, records: [{ key: "a", total: 100 }] },
    ]);
  });

  it("keep the laws", () => {
    checkOperator(totals, {
      inputs: { in: ["a", "b"].flatMap((key) => [1, -4].map((value) => ({ key, value }))) },
    });
  });
});
