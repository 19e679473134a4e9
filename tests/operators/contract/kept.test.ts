import { describe, expect, it } from "vitest";
import { KeyMap, KeySet } from "../../../batches/key_map.ts";
import { Batch } from "../../../operators/contract/batch.ts";
import {
  keptBy,
  keptIn,
  keptLists,
  keptTogether,
  waitingIn,
} from "../../../operators/contract/kept.ts";
import { TimeMap } from "../../../operators/contract/time_map.ts";

function timeMap<V>(entries: readonly (readonly [number | readonly number[], V])[]): TimeMap<V> {
  const map = new TimeMap<V>();
  map.load(entries);
  return map;
}

describe("keptIn", () => {
  it("counts entries, elements and records of batches, and one for anything else", () => {
    const counts = [
      new Map([[1, 2]]),
      new Set([1, 2]),
      KeyMap.from([[[1], "a"], [[2], "b"]]),
      KeySet.from([1, 2, 3]),
      ["a", "b"],
      new Float64Array(5),
      new Batch(0, [1, 2, 3]),
      [new Batch(0, [1, 2]), new Batch(1, new Int32Array(8), 3)],
      { rows: ["a", "b"], isChanged: true, seen: new Set([1]) },
      { total: 5 },
      7,
    ].map((container) => keptIn(container).records);
    expect(counts).toEqual([1, 2, 2, 3, 2, 5, 3, 5, 3, 1, 1]);
  });

  it("looks below times of any depth, and adds what it is given", () => {
    const byTime = timeMap([[0, ["a", "b"]], [4, ["c"]]]);
    const deep = timeMap([[[0, 1], new KeyMap()], [[0, 2], KeyMap.from([[1, 1]])]]);
    expect(keptIn(byTime, deep, ["x"]).records).toBe(5);
    expect(keptIn(new TimeMap()).records).toBe(0);
    expect(keptIn(new TimeMap(), [], new KeyMap()).records).toBe(0);
  });

  it("takes the first times for all when they are many, and whoever says it himself at his word", () => {
    const many = timeMap(Array.from({ length: 1000 }, (_unused, i) => [i, ["a", "b"]] as const));
    expect(keptIn(many).records).toBe(2000);
    const keeper = { kept: () => ({ records: 7, waiting: 3, inFlight: 2, bytes: 100, onDisk: 4 }) };
    expect(keptIn(KeyMap.from([[1, keeper], [2, keeper]]), [keeper]))
      .toMatchObject({ records: 21, waiting: 9, inFlight: 6, onDisk: 12 });
  });

  it("estimates bytes that grow with what is kept", () => {
    const few = keptIn(timeMap([[0, new Array(10).fill("text")]]));
    const many = keptIn(timeMap([[0, new Array(1000).fill("text")]]));
    expect(many.bytes! / few.bytes!).toBeGreaterThan(40);
  });
});

describe("what waits", () => {
  it("is all of it", () => {
    expect(waitingIn(["a", "b"], new Set([1]))).toMatchObject({ records: 3, waiting: 3 });
  });

  it("is added up with what does not", () => {
    expect(keptTogether([waitingIn(["a"]), { records: 2, inFlight: 1 }]))
      .toMatchObject({ records: 3, waiting: 1, inFlight: 1 });
    expect(keptBy({ size: () => ({ records: 2 }) }, [{ kept: () => ({ records: 3 }) }]).records)
      .toBe(5);
    expect(keptBy({}, null).records).toBe(0);
  });
});

describe("keptLists", () => {
  it("does not take the longest list, which came first, for the measure of all", () => {
    const lists = new KeyMap<string[]>();
    lists.set("most", new Array(10_000).fill("text"));
    for (let i = 0; i < 1000; i++) lists.set(i, ["text"]);
    const { records, bytes } = keptLists(lists, 11_000);
    expect(records).toBe(11_000);
    expect(bytes!).toBeLessThan(11_000 * 40 + 1001 * 200);
    expect(bytes!).toBeGreaterThan(11_000 * 8);
  });
});
