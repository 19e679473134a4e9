import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Antichain,
  compareTimes,
  type CountedAntichain,
  countedAntichain,
  equalTimes,
  GridCounts,
  LineCounts,
  type Time,
} from "../../progress/mod.ts";
import { allTimes, anyTime } from "./arbitraries.ts";

/** A multiset as a plain list, with the frontier computed from all of it. */
class NaiveCounts {
  readonly list: [Time, number][] = [];

  update(time: Time, delta: number): void {
    const entry = this.list.find(([other]) => equalTimes(other, time));
    if (entry) entry[1] += delta;
    else this.list.push([time, delta]);
  }

  entries(): [Time, number][] {
    return this.list.filter(([, n]) => n !== 0).sort(([a], [b]) => compareTimes(a, b));
  }

  frontier(): Time[] {
    const positive = this.list.filter(([, n]) => n > 0).map(([time]) => time);
    return [...Antichain.ofTimes(positive).elements].sort(compareTimes);
  }
}

function agree(counts: CountedAntichain, updates: readonly (readonly [Time, number])[]): void {
  const naive = new NaiveCounts();
  for (const [time, delta] of updates) {
    const before = naive.frontier();
    const handedOut = counts.frontier();
    naive.update(time, delta);
    const changed = counts.update(time, delta);
    expect(handedOut).toEqual(before);
    expect(counts.frontier()).toEqual(naive.frontier());
    expect(changed).toBe(JSON.stringify(before) !== JSON.stringify(naive.frontier()));
    expect([...counts.entries()]).toEqual(naive.entries());
    expect(counts.count(time)).toBe(naive.list.find(([t]) => equalTimes(t, time))![1]);
  }
}

const anyDelta = fc.integer({ min: -2, max: 2 });

// The laws hold for both implementations of the interface.
for (const depth of [1, 2, 3, 4]) {
  describe(`counted antichain at depth ${depth}`, () => {
    it("agrees with a plain multiset, negative counts included", () => {
      for (const largest of [2, 30]) {
        const updates = fc.array(fc.tuple(anyTime(depth, largest), anyDelta), {
          maxLength: 60,
          size: "max",
        });
        fc.assert(
          fc.property(updates, (list) => {
            agree(countedAntichain(depth), list);
          }),
          { numRuns: 150 },
        );
      }
    });

    it("does not depend on the order of updates", () => {
      const updates = fc.array(fc.tuple(anyTime(depth), anyDelta), { maxLength: 30, size: "max" });
      fc.assert(fc.property(updates, (list) => {
        const forwards = countedAntichain(depth);
        const backwards = countedAntichain(depth);
        list.forEach(([time, delta]) => forwards.update(time, delta));
        list.toReversed().forEach(([time, delta]) => backwards.update(time, delta));
        expect(forwards.frontier()).toEqual(backwards.frontier());
        expect([...forwards.entries()]).toEqual([...backwards.entries()]);
      }));
    });

    it("answers whether something is at or before a time", () => {
      const updates = fc.array(fc.tuple(anyTime(depth), anyDelta), { maxLength: 12, size: "max" });
      fc.assert(fc.property(updates, anyTime(depth), (list, time) => {
        const counts = countedAntichain(depth);
        list.forEach(([t, delta]) => counts.update(t, delta));
        expect(counts.lessEqual(time)).toBe(Antichain.ofTimes(counts.frontier()).lessEqual(time));
      }));
    });
  });
}

describe("LineCounts", () => {
  it("agrees over long runs of open times that move on, with something left behind", () => {
    const updates: [number, number][] = [[0, 1]];
    for (let t = 1; t < 60; t++) updates.push([t, 1]);
    for (let t = 1; t < 400; t++) updates.push([t, -1], [t + 59, 1]);
    // Out of order, around the middle.
    for (let t = 440; t > 405; t -= 2) updates.push([t, -1]);
    for (let t = 405; t < 440; t += 3) updates.push([t, -1], [t, 3]);
    updates.push([0, -1]);
    agree(new LineCounts(), updates);
  });

  it("has the frontier's time as min, Infinity when there is none", () => {
    const counts = new LineCounts();
    expect(counts.min).toBe(Infinity);
    counts.update(4, 1);
    counts.update(2, -1);
    expect(counts.min).toBe(4);
    counts.update(2, 2);
    expect(counts.min).toBe(2);
    counts.update(2, -1);
    counts.update(4, -1);
    expect(counts.min).toBe(Infinity);
    expect(counts.lessEqual(Infinity)).toBe(false);
  });
});

describe("GridCounts", () => {
  it("agrees while every time of a grid comes and goes, from either end", () => {
    const times = allTimes(2, 7);
    const all = times.map((time) => [time, 1] as const);
    const forwards = times.map((time) => [time, -1] as const);
    agree(new GridCounts(), [...all, ...forwards, ...all, ...forwards.toReversed()]);
  });

  it("agrees over a long run whose first times leave", () => {
    const updates: [Time, number][] = [];
    for (let t = 0; t < 300; t++) {
      updates.push([[t, t % 3], 1]);
      if (t >= 80) updates.push([[t - 80, (t - 80) % 3], -1]);
    }
    agree(new GridCounts(), updates);
  });
});
