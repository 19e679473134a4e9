import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChangeBatch, formatTime, type Time } from "../../progress/mod.ts";
import { anyTime } from "./arbitraries.ts";

type Change = readonly [slot: number, time: Time, delta: number];

function sums(changes: Iterable<Change>): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [slot, time, delta] of changes) {
    const key = `${slot} ${formatTime(time)}`;
    result[key] = (result[key] ?? 0) + delta;
    if (result[key] === 0) delete result[key];
  }
  return result;
}

function contents(batch: ChangeBatch): Change[] {
  const changes: Change[] = [];
  batch.forEach((slot, time, delta) => changes.push([slot, time, delta]));
  return changes;
}

// Slots below 2 have depth 1, the others depth 2.
const change = fc.nat(3).chain((slot) =>
  fc.tuple(fc.constant(slot), anyTime(slot < 2 ? 1 : 2, 2), fc.integer({ min: -2, max: 2 }))
);
const changes = fc.array(change, { maxLength: 40, size: "max" });

describe("ChangeBatch", () => {
  it("means the sum of the changes at each slot and time", () => {
    fc.assert(fc.property(changes, changes, (first, second) => {
      const batch = new ChangeBatch();
      for (const [slot, time, delta] of first) batch.add(slot, time, delta);
      expect(sums(contents(batch))).toEqual(sums(first));
      batch.clear();
      expect(contents(batch)).toEqual([]);
      for (const [slot, time, delta] of second) batch.add(slot, time, delta);
      expect(sums(contents(batch))).toEqual(sums(second));
    }));
  });

  it("keeps its meaning when compacted, with one entry for each slot and time", () => {
    fc.assert(fc.property(changes, (list) => {
      const batch = new ChangeBatch();
      for (const [slot, time, delta] of list) batch.add(slot, time, delta);
      batch.compact();
      expect(sums(contents(batch))).toEqual(sums(list));
      expect(batch.length).toBe(Object.keys(sums(list)).length);
      batch.add(0, 1, 1);
      expect(sums(contents(batch))).toEqual(sums([...list, [0, 1, 1]]));
    }));
  });

  it("stays small over a long run of hops", () => {
    const batch = new ChangeBatch();
    batch.add(0, 5, -1);
    for (let hop = 1; hop < 1000; hop++) {
      batch.add(hop, [hop, 5], 1);
      batch.add(hop, [hop, 5], -1);
    }
    batch.add(0, 5, 1);
    expect(batch.length).toBe(0);
  });

  it("lets go of times when cleared", () => {
    const batch = new ChangeBatch();
    batch.add(0, [1, 2], 1);
    batch.clear();
    expect(batch.times.some((time) => typeof time !== "number")).toBe(false);
  });
});
