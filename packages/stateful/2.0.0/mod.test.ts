import { checkOperator, OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import plugin, { migrateTotals, totals } from "./mod.ts";

describe("totals", () => {
  it("are those of a time, with averages", () => {
    const test = new OperatorTest(totals, {});
    test.send("in", 0, [{ key: "b", value: 1 }, { key: "a", value: 2 }]);
    test.send("in", 0, [{ key: "b", value: 4 }]);
    test.finish();
    expect(test.sent("out")).toEqual([
      { key: "a", total: 2, average: 2, of: 1 },
      { key: "b", total: 5, average: 2.5, of: 2 },
    ]);
  });

  it("go on from what version 1 has saved", () => {
    const fresh = new OperatorTest(totals, {});
    const state = plugin.migrate!.totals([[0, [["a", 2], ["b", 5]]]], 1);
    fresh.restore({ ...fresh.save(), state, requests: [] });
    fresh.send("in", 0, [{ key: "b", value: 10 }]);
    expect(fresh.save().state).toEqual([[0, [
      ["a", { sum: 0, count: 0, before: 2 }],
      ["b", { sum: 10, count: 1, before: 5 }],
    ]]]);
  });

  it("refuse a state that they do not know", () => {
    expect(() => migrateTotals([], 7)).toThrow("no state version 7");
    expect(() => migrateTotals([[0, [["a", "two"]]]], 1)).toThrow();
    expect(() => migrateTotals({ a: 1 }, 1)).toThrow();
  });

  it("keep the laws", () => {
    checkOperator(totals, {
      inputs: { in: ["a", "b"].flatMap((key) => [1, -4].map((value) => ({ key, value }))) },
    });
  });
});
