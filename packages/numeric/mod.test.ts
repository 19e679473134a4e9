import { checkOperator, OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { clamp, histogram, scale, statistics } from "./mod.ts";

const HALVES = [-2.5, -1, 0, 0.5, 1, 3, 40];

describe("scale", () => {
  it("answers the same for rows, integers and doubles", () => {
    for (const records of [[1, 2, -3], Int32Array.of(1, 2, -3), Float64Array.of(1, 2, -3)]) {
      const test = new OperatorTest(scale, { factor: 2, offset: 1 });
      test.send("in", 0, records);
      expect(test.sent("out")).toEqual([3, 5, -5]);
    }
  });

  it("leaves small integers when a result is none", () => {
    const test = new OperatorTest(scale, { factor: 2 });
    test.send("in", 0, Int32Array.of(1, 2 ** 30, -(2 ** 31)));
    expect(test.sent("out")).toEqual([2, 2 ** 31, -(2 ** 32)]);
  });

  it("names the record that has no result", () => {
    const test = new OperatorTest(scale, { factor: 1e300 });
    expect(() => test.send("in", 0, [1, 1e10])).toThrow(/10000000000[^]*it is Infinity/);
  });

  it("keeps the laws", () => {
    checkOperator(scale, { config: { factor: -3, offset: 0.5 }, inputs: { in: HALVES } });
  });
});

describe("clamp", () => {
  it("replaces what is beyond a limit, and nothing else", () => {
    const test = new OperatorTest(clamp, { least: 0 });
    test.send("in", 0, [-3, 4, 1e300]);
    test.send("in", 0, Int32Array.of(-3, 4, 0));
    expect(test.sent("out")).toEqual([0, 4, 1e300, 0, 4, 0]);
  });

  it("may have a limit with a fraction, and none at all", () => {
    const test = new OperatorTest(clamp, { most: 2.5 });
    test.send("in", 0, Int32Array.of(2, 3));
    expect(test.sent("out")).toEqual([2, 2.5]);
    const none = new OperatorTest(clamp, {});
    none.send("in", 0, [-1e300, 7]);
    expect(none.sent("out")).toEqual([-1e300, 7]);
  });

  it("refuses limits that leave nothing, and what is no number", () => {
    expect(() => new OperatorTest(clamp, { least: 2, most: 1 })).toThrow("least is 2, which is");
    const test = new OperatorTest(clamp, { least: 0 });
    expect(() => test.send("in", 0, [1, NaN])).toThrow("it is no number");
  });

  it("keeps the laws", () => {
    checkOperator(clamp, { config: { least: 0, most: 2.5 }, inputs: { in: HALVES } });
  });
});

describe("statistics", () => {
  it("is about all numbers of a time, and about no other", () => {
    const test = new OperatorTest(statistics, {});
    test.send("in", 0, [2, 4, 4, 4]);
    test.send("in", 1, [-1]);
    test.send("in", 0, Int32Array.of(5, 5, 7, 9));
    expect(test.sent("out")).toEqual([]);
    test.finish();
    expect(test.sent("out")).toEqual([
      { count: 8, mean: 5, variance: 4, least: 2, most: 9 },
      { count: 1, mean: -1, variance: 0, least: -1, most: -1 },
    ]);
  });

  it("loses nothing to large numbers that are close together", () => {
    const test = new OperatorTest(statistics, {});
    test.send("in", 0, Float64Array.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16));
    test.finish();
    expect(test.sent("out")).toEqual([
      { count: 4, mean: 1e9 + 10, variance: 22.5, least: 1e9 + 4, most: 1e9 + 16 },
    ]);
  });

  it("says nothing of a time without numbers, and counts what is none", () => {
    const test = new OperatorTest(statistics, {});
    test.send("in", 0, [NaN, Infinity]);
    test.send("in", 1, [NaN, 3]);
    test.finish();
    expect(test.batches("out").map(({ time }) => time)).toEqual([1]);
    expect(test.dropped.get("no finite number")).toBe(3);
  });

  it("keeps the laws", () => {
    checkOperator(statistics, { inputs: { in: [...HALVES, NaN] } });
  });
});

describe("histogram", () => {
  it("has a number in the bucket whose edges are around it", () => {
    const test = new OperatorTest(histogram, { from: 0, width: 0.1, buckets: 10 });
    // Three tenths are more than 0.3, as doubles are, and a division says otherwise.
    test.send("in", 0, [0.3, 3 * 0.1, 0.05, 0.95, 1, -0.01]);
    test.finish();
    const found = test.sent("out");
    expect(found.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
    expect(found[1]).toEqual({ from: 0.2, to: 3 * 0.1, count: 1 });
    expect(found[2].from).toBe(3 * 0.1);
    expect(test.dropped.get("outside of the buckets")).toBe(2);
  });

  it("keeps the laws", () => {
    checkOperator(histogram, {
      config: { from: -2, width: 1.5, buckets: 3 },
      inputs: { in: HALVES },
    });
  });
});
