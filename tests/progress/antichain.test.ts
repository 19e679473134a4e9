import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Antichain, equalTimes, lessEqual, lessThan, Summary } from "../../progress/mod.ts";
import { anySummary, sameDepth } from "./arbitraries.ts";

const times = fc.integer({ min: 0, max: 9 }).chain((count) => sameDepth(count + 1));

describe("Antichain", () => {
  it("keeps exactly the minimal elements", () => {
    fc.assert(fc.property(times, (list) => {
      const { elements } = Antichain.ofTimes(list);
      const minimal = list.filter((time) => !list.some((other) => lessThan(other, time)));
      expect(minimal.every((time) => elements.some((e) => equalTimes(e, time)))).toBe(true);
      expect(elements.every((e) => minimal.some((time) => equalTimes(e, time)))).toBe(true);
      elements.forEach((a, i) =>
        elements.forEach((b, j) => expect(i !== j && lessEqual(a, b)).toBe(false))
      );
    }));
  });

  it("does not depend on the order of insertion", () => {
    fc.assert(fc.property(times, (list) => {
      expect(Antichain.ofTimes(list).equals(Antichain.ofTimes([...list].reverse()))).toBe(true);
    }));
  });

  it("answers for all that was inserted", () => {
    fc.assert(fc.property(times, ([question, ...list]) => {
      const antichain = Antichain.ofTimes(list);
      expect(antichain.lessEqual(question)).toBe(list.some((time) => lessEqual(time, question)));
      expect(antichain.lessThan(question)).toBe(list.some((time) => lessThan(time, question)));
    }));
  });

  it("tells whether an insertion changed it, and never changes what it handed out", () => {
    fc.assert(fc.property(times, ([time, ...list]) => {
      const antichain = Antichain.ofTimes(list);
      const before = antichain.elements;
      const copy = [...before];
      const known = antichain.lessEqual(time);
      expect(antichain.insert(time)).toBe(!known);
      expect(before).toEqual(copy);
      expect(antichain.equals(Antichain.ofTimes(list))).toBe(known);
    }));
  });

  it("holds summaries as well", () => {
    fc.assert(fc.property(fc.array(anySummary(2, 2)), (list) => {
      const { elements } = Antichain.ofSummaries(list);
      for (const a of elements) {
        expect(elements.filter((b) => b.lessEqual(a))).toEqual([a]);
      }
      expect(list.every((s) => elements.some((e) => e.lessEqual(s)))).toBe(true);
    }));
    const reset = new Summary(2, [1], [0]);
    expect(Antichain.ofSummaries([Summary.identity(2), reset]).elements).toHaveLength(2);
  });

  it("is empty at first and holds nothing back", () => {
    const empty = Antichain.ofTimes();
    expect(empty.isEmpty).toBe(true);
    expect(empty.lessEqual(0)).toBe(false);
    expect(empty.equals(Antichain.ofTimes([0]))).toBe(false);
    expect(Antichain.ofTimes([0]).isEmpty).toBe(false);
  });
});
