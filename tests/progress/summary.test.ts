import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { depthOf, equalTimes, lessEqual, Summary } from "../../progress/mod.ts";
import { allTimes, anySummary, anyTime, summaryPath } from "./arbitraries.ts";

const twoAlike = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([source, target]) => fc.tuple(anySummary(source, target), anySummary(source, target)));

const largest = Number.MAX_SAFE_INTEGER;

describe("Summary", () => {
  it("applies the normal form: keep, add, append", () => {
    expect(new Summary(3, [0, 2], [7, 8]).apply([4, 5, 6])).toEqual([4, 7, 7, 8]);
    expect(Summary.ingress(1).apply(5)).toEqual([5, 0]);
    expect(Summary.ingress(2).apply([5, 6])).toEqual([5, 6, 0]);
    expect(Summary.egress(2).apply([5, 6])).toBe(5);
    expect(Summary.egress(3).apply([5, 6, 7])).toEqual([5, 6]);
    expect(Summary.feedback(1).apply(5)).toBe(6);
    expect(Summary.feedback(3, 2).apply([5, 6, 7])).toEqual([5, 6, 9]);
    expect(new Summary(2, [], [3]).apply([5, 6])).toBe(3);
  });

  it("returns the very time from the identity", () => {
    const time = [1, 2];
    expect(Summary.identity(2).apply(time)).toBe(time);
  });

  it("is monotone and ends at its target depth", () => {
    const cases = summaryPath(1).chain(([s]) =>
      fc.tuple(fc.constant(s), anyTime(s.sourceDepth), anyTime(s.sourceDepth))
    );
    fc.assert(fc.property(cases, ([s, a, b]) => {
      expect(depthOf(s.apply(a))).toBe(s.targetDepth);
      if (lessEqual(a, b)) expect(lessEqual(s.apply(a), s.apply(b))).toBe(true);
    }));
  });

  it("composes as application one after the other", () => {
    const cases = summaryPath(2).chain(([a, b]) =>
      fc.tuple(fc.constant(a), fc.constant(b), anyTime(a.sourceDepth))
    );
    fc.assert(fc.property(cases, ([a, b, time]) => {
      expect(a.followedBy(b).apply(time)).toEqual(b.apply(a.apply(time)));
    }));
  });

  it("composes associatively, with the identity as neutral element", () => {
    fc.assert(fc.property(summaryPath(3), ([a, b, c]) => {
      expect(a.followedBy(b).followedBy(c).equals(a.followedBy(b.followedBy(c)))).toBe(true);
      expect(Summary.identity(a.sourceDepth).followedBy(a).equals(a)).toBe(true);
      expect(a.followedBy(Summary.identity(a.targetDepth)).equals(a)).toBe(true);
    }));
  });

  it("is at or below another exactly when its results are, for every time", () => {
    fc.assert(fc.property(twoAlike, ([a, b]) => {
      // Additions and constants are at most 2, so that coordinates up to 3 show every difference.
      const times = allTimes(a.sourceDepth, 3);
      const everywhere = times.every((time) => lessEqual(a.apply(time), b.apply(time)));
      expect(a.lessEqual(b)).toBe(everywhere);
      expect(a.equals(b)).toBe(times.every((time) => equalTimes(a.apply(time), b.apply(time))));
    }));
  });

  it("stays in order when composed on either side", () => {
    const cases = twoAlike.chain(([a, b]) =>
      fc.tuple(
        fc.constant(a),
        fc.constant(b),
        anySummary(2, a.sourceDepth),
        anySummary(a.targetDepth, 2),
      )
    );
    fc.assert(fc.property(cases, ([a, b, before, after]) => {
      if (!a.lessEqual(b)) return;
      expect(before.followedBy(a).lessEqual(before.followedBy(b))).toBe(true);
      expect(a.followedBy(after).lessEqual(b.followedBy(after))).toBe(true);
    }));
  });

  it("lies below the identity when it leaves a loop and enters it again", () => {
    const again = Summary.egress(2).followedBy(Summary.ingress(1));
    expect(again.lessEqual(Summary.identity(2))).toBe(true);
    expect(Summary.identity(2).lessEqual(again)).toBe(false);
  });

  it("does not compare paths between other depths", () => {
    expect(Summary.identity(1).lessEqual(Summary.identity(2))).toBe(false);
    expect(Summary.ingress(1).lessEqual(Summary.identity(1))).toBe(false);
  });

  it("knows the identity and the levels it increases", () => {
    expect(Summary.feedback(2, 0).isIdentity).toBe(true);
    expect(Summary.feedback(2, 1).isIdentity).toBe(false);
    const advance = new Summary(3, [1, 0], [9]);
    expect([1, 2, 3, 4].map((level) => advance.increasesAt(level)))
      .toEqual([true, false, false, false]);
  });

  it("reports leaving the safe integers", () => {
    expect(() => Summary.feedback(1).apply(largest)).toThrow("Cannot advance 9007199254740991 by");
    expect(() => Summary.feedback(2).apply([0, largest])).toThrow(
      "[a,b+1]: a coordinate would pass",
    );
    expect(Summary.feedback(2).tryApply([0, largest])).toBeUndefined();
    expect(Summary.feedback(1).tryApply(largest)).toBeUndefined();
    expect(Summary.feedback(2, 2).apply([largest, largest - 2])).toEqual([largest, largest]);
    expect(() => Summary.feedback(1, largest).followedBy(Summary.feedback(1)))
      .toThrow("MEANDER_SUMMARY");
  });

  it("refuses a time of another depth", () => {
    expect(() => Summary.identity(2).apply(5)).toThrow("the time has 1 coordinates");
    expect(() => Summary.egress(2).apply([1, 2, 3])).toThrow("the path starts at 2");
  });

  it("refuses what is no path", () => {
    expect(() => new Summary(1, [0, 0])).toThrow("its times have only 1");
    expect(() => new Summary(1, [])).toThrow("without a result");
    expect(() => new Summary(0, [], [1])).toThrow("source depth 0");
    expect(() => new Summary(1, [-1])).toThrow("safe integer of 0 or more");
    expect(() => new Summary(1, [0], [0.5])).toThrow("MEANDER_SUMMARY");
    expect(() => Summary.egress(1)).toThrow("without a result");
    expect(() => Summary.ingress(1).followedBy(Summary.ingress(1)))
      .toThrow("the first ends at depth 2, the second starts at 1");
  });

  it("prints what becomes of the coordinates", () => {
    expect(String(new Summary(3, [0, 2], [7]))).toBe("[a,b+2,7]");
    expect(String(Summary.identity(28)).endsWith("z,t27,t28]")).toBe(true);
  });
});
