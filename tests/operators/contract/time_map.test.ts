import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimeMap } from "../../../operators/contract/time_map.ts";
import { compareTimes, type Time } from "../../../progress/time.ts";

type Action = readonly ["set" | "get" | "take" | "delete" | "update" | "has", number[]];

const name = (time: Time) => String(time);
const asTime = (coordinates: readonly number[]): Time =>
  coordinates.length === 1 ? coordinates[0] : [...coordinates];

function anyActions(depth: number): fc.Arbitrary<Action[]> {
  const action = fc.constantFrom<Action[0]>("set", "get", "take", "delete", "update", "has");
  const time = fc.array(fc.nat(2), { minLength: depth, maxLength: depth });
  return fc.array(fc.tuple(action, time), { maxLength: 30, size: "max" });
}

/** One action on the map and on a plain Map of names; both answers. */
function act(map: TimeMap<number>, model: Map<string, [Time, number]>, action: Action, n: number) {
  const [what, coordinates] = action;
  const time = asTime(coordinates);
  const known = model.get(name(time))?.[1];
  switch (what) {
    case "set":
      model.set(name(time), [time, n]);
      return [map.set(time, n), undefined];
    case "update":
      model.set(name(time), [time, (known ?? 100) + n]);
      return [map.update(time, 100, (value) => value + n), undefined];
    case "get":
      return [map.get(time), known];
    case "has":
      return [map.has(time), known !== undefined];
    case "take":
      model.delete(name(time));
      return [map.take(time), known];
    case "delete":
      model.delete(name(time));
      return [map.delete(time), known !== undefined];
  }
}

describe("TimeMap", () => {
  it.each([1, 2, 3])("equals a plain map by value at depth %i", (depth) => {
    fc.assert(
      fc.property(anyActions(depth), (actions) => {
        const map = new TimeMap<number>();
        const model = new Map<string, [Time, number]>();
        actions.forEach((action, n) => {
          const [actual, expected] = act(map, model, action, n);
          expect(actual).toEqual(expected);
          expect(map.size).toBe(model.size);
        });
        const entries = [...model.values()].sort((a, b) => compareTimes(a[0], b[0]));
        expect([...map]).toEqual(entries);
        const copy = new TimeMap<number>();
        copy.set(asTime(new Array(depth).fill(9)), -1);
        copy.load(map);
        expect([...copy]).toEqual(entries);
      }),
    );
  });

  it("may be changed while it is iterated", () => {
    const map = new TimeMap<string>();
    map.load([[2, "b"], [1, "a"]]);
    const seen: unknown[] = [];
    for (const [time, value] of map) {
      map.delete(time);
      map.set((time as number) + 10, value);
      seen.push([time, value]);
    }
    expect(seen).toEqual([[1, "a"], [2, "b"]]);
    expect(map.size).toBe(2);
  });

  it("makes a missing value once", () => {
    const map = new TimeMap<number[]>();
    map.getOrInsert([0, 1], () => []).push(1);
    map.getOrInsert([0, 1], () => {
      throw new Error("made twice");
    }).push(2);
    expect(map.get([0, 1])).toEqual([1, 2]);
  });

  it("holds falsy values apart from missing ones", () => {
    const map = new TimeMap<unknown>();
    for (const [time, value] of [0, "", false, null, NaN].entries()) map.set(time, value);
    expect(map.size).toBe(5);
    expect(map.has(0)).toBe(true);
    expect(map.take(3)).toBe(null);
    expect(map.has(3)).toBe(false);
  });
});
