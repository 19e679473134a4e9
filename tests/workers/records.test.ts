/**
 * Records of every kind arrive on other threads as what they were. The threads are those of Deno.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { columnsFrom, execute } from "../../mod.ts";
import { columns, travels } from "./programs/pacts.ts";
import { splitWords } from "./programs/words.ts";
import { quietly, threaded } from "./support.ts";

const shared = { twice: true };

/** Batches, for what is sent together travels in one frame, as columns where it can. */
const batches: readonly (readonly unknown[])[] = [
  [1, 2, 3, -2147483648, 2147483647],
  [-0, 0, NaN, Infinity, -Infinity, 0.1, 2 ** 53, 5e-324],
  [1, "one", null],
  [true, false],
  [undefined],
  [null],
  [undefined, null, undefined],
  [10n ** 40n, -1n],
  [new Date(0), new Date("2026-02-28T12:00:00.5Z"), new Date(NaN)],
  [new Uint8Array([0, 255]), new Float32Array([0.5]), new ArrayBuffer(3)],
  ["", "é", "𝄞 clef", "\ud83d", "\ude00 half", "zero\u0000inside", "\ufeffmark"],
  [new Map<unknown, unknown>([[{ a: 1 }, [1]], [NaN, undefined]]), new Set([1, "1", -0])],
  [{ a: 1, b: "x" }, { a: 2, b: "y" }],
  [{ a: 1, b: "x" }, { b: "y", a: 2 }, { a: undefined }, {}],
  [{ deep: { deeper: [{ deepest: [[], {}, [null, undefined, -0]] }] } }],
  [{
    at: new Date(5),
    n: 7n,
    u: undefined,
    z: -0,
    s: new Set([new Map()]),
    bytes: new Uint8Array(2),
  }],
  [[1, [2, [3, []]]], []],
  [{ left: shared, right: shared }],
  [/a+b/gi, new RangeError("no")],
  ["x".repeat(3_000_000)],
];

describe.each([2, 3])("Among %i workers", (workers) => {
  it("records of every kind are the same after three ways across", async () => {
    await using run = execute(travels, { workers, threads: true });
    const received = quietly(Array.fromAsync(run.handles.out));
    batches.forEach((batch, time) => run.handles.records.sendAt(time, batch));
    const rows = [{ city: "Oslo", count: 2, near: true }, { city: "Lima", count: -3, near: false }];
    const schema = { city: "string", count: "i32", near: "bool" } as const;
    run.handles.records.sendAt(batches.length, columnsFrom(schema, rows));
    run.handles.records.close();
    const byTime = new Map(Map.groupBy(await received, ({ time }) => time));
    for (const [time, batch] of batches.entries()) {
      const records = byTime.get(time)!.flatMap(({ records }) => records);
      expect(records).toStrictEqual(batch);
    }
    expect(byTime.get(batches.length)!.flatMap(({ records }) => records)).toStrictEqual(rows);
    expect(byTime.size).toBe(batches.length + 1);
    await run.done;
  });
});

describe.each([2, 3])("Spread over %i workers,", (workers) => {
  it("columns arrive as columns, and big batches whole", async () => {
    const engine = threaded(workers);
    await using run = engine.install(columns);
    const arrived = quietly(Array.fromAsync(run.handles.arrived));
    const ints = Int32Array.from({ length: 100_000 }, (_unused, i) => i);
    const doubles = Float64Array.from(ints, (n) => n + 0.5);
    const { numbers } = run.handles;
    await numbers.sendAt(0, ints);
    await numbers.sendAt(1, doubles);
    await numbers.sendAt(2, Array.from(ints));
    numbers.close();
    const byTime = Map.groupBy(await arrived, ({ time }) => time);
    const sums = [0, 1, 2].map((time) => {
      const all = byTime.get(time)!.flatMap(({ records }) => records);
      expect(all.length, `shards at ${time}`).toBe(workers);
      return {
        records: all.reduce((sum, { records }) => sum + records, 0),
        sum: all.reduce((sum, each) => sum + each.sum, 0),
        ints: all.every(({ ints, doubles, rows }) => ints > 0 && doubles === 0 && rows === 0),
        doubles: all.every(({ ints, doubles, rows }) => ints === 0 && doubles > 0 && rows === 0),
      };
    });
    const sum = 100_000 * 99_999 / 2;
    expect(sums[0]).toEqual({ records: 100_000, sum, ints: true, doubles: false });
    expect(sums[1]).toEqual({ records: 100_000, sum: sum + 50_000, ints: false, doubles: true });
    expect(sums[2]).toMatchObject({ records: 100_000, sum });
    await run.done;
  });

  it("arrive one by one and all at once", async () => {
    const engine = threaded(workers, { capacity: 7 });
    await using single = engine.install(splitWords);
    await using big = engine.install(splitWords);
    const found = Promise.all([single, big].map((run) => run.handles.counts.toArray()));
    const all = Array.from({ length: 20_000 }, (_unused, i) => `w${i % 100}`);
    for (const word of all.slice(0, 1000)) await single.handles.text.send([word]);
    await big.handles.text.send(all);
    for (const run of [single, big]) run.handles.text.close();
    const [few, many] = await found;
    expect(few.map(({ n }) => n)).toEqual(new Array(100).fill(10));
    expect(many.map(({ n }) => n)).toEqual(new Array(100).fill(200));
    await Promise.all([single.done, big.done]);
  });
});
