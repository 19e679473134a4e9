import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Data } from "../../batches/data.ts";
import { MOST_PARTS, PartLoop } from "../../batches/part_loop.ts";
import { BufferPool } from "../../batches/pool.ts";

/** The records of each part, after one `choose` and one `deal`; buffers go back at once. */
function dealt(loop: PartLoop, values: ArrayLike<unknown>, pool: BufferPool): unknown[][] {
  const parts: unknown[][] = Array.from({ length: loop.parts }, () => []);
  loop.deal(values, values.length, pool, (part, data: Data<unknown>, length) => {
    expect(parts[part]).toEqual([]);
    expect(length).toBeGreaterThan(0);
    parts[part] = Array.from({ length }, (_unused, i) => (data as ArrayLike<unknown>)[i]);
    pool.give(data);
  });
  return parts;
}

const forms: readonly ((numbers: readonly number[]) => ArrayLike<number>)[] = [
  (numbers) => [...numbers],
  (numbers) => Int32Array.from(numbers),
  (numbers) => Float64Array.from(numbers),
];

const remainder = (parts: number) => (n: number) => Math.abs(n) % parts;

describe("PartLoop", () => {
  it("deals every value out to its part, in order, and gives back what it takes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1, maxLength: 300 }),
        fc.nat(2),
        fc.constantFrom(1, 2, 5, MOST_PARTS),
        (numbers, form, parts) => {
          const values = forms[form](numbers);
          const pool = new BufferPool({ poison: true });
          const loop = new PartLoop(parts, remainder(parts));
          for (let round = 0; round < 2; round++) {
            expect(loop.choose(values, values.length, undefined)).toBe(true);
            const expected = Array.from(
              { length: parts },
              (_unused, part) => numbers.filter((n) => remainder(parts)(n) === part),
            );
            const whole = expected.findIndex((part) => part.length === numbers.length);
            expect(loop.whole(numbers.length)).toBe(whole);
            expect(dealt(loop, values, pool)).toEqual(expected);
          }
          expect(pool.stats.taken).toBe(pool.stats.given);
        },
      ),
    );
  });

  it("stops at the first result that names no part, and says which it was", () => {
    const loop = new PartLoop(2, (n: number) => n);
    expect(loop.choose([1, 0, 2, 5], 4, undefined)).toBe(false);
    expect(loop.fault).toEqual({ index: 2, value: 2 });
    expect(loop.choose([1, 1], 2, undefined)).toBe(true);
    expect(loop.fault.index).toBe(-1);
  });

  it("says at which value its function threw, and deals out the next values as if nothing was", () => {
    for (const truth of [false, true]) {
      const loop = new PartLoop(2, (n: number) => {
        if (n === 7) throw new Error("seven");
        return n;
      }, { truth });
      expect(() => loop.choose([1, 1, 7], 3, undefined)).toThrow("seven");
      expect(loop.fault.index).toBe(2);
      expect(loop.choose([1, 0], 2, undefined)).toBe(true);
      expect(dealt(loop, [1, 0], new BufferPool())).toEqual([[0], [1]]);
    }
  });

  it("decides by truth, and hands the second argument on to a function that decides", () => {
    const seen: unknown[] = [];
    const loop = new PartLoop(2, (value: unknown, extra: unknown) => {
      seen.push(extra);
      return value;
    }, { truth: true });
    const values = ["", "a", 0, -1, null, NaN, {}];
    expect(loop.choose(values, values.length, "extra")).toBe(true);
    expect(dealt(loop, values, new BufferPool())).toEqual([["", 0, null, NaN], ["a", -1, {}]]);
    expect(seen).toEqual(values.map(() => "extra"));
  });

  it("refuses a number of parts that it cannot keep", () => {
    for (const parts of [0, MOST_PARTS + 1, 1.5, NaN]) {
      expect(() => new PartLoop(parts, () => 0)).toThrow("MEANDER_PARTS");
    }
  });
});
