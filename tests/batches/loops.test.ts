import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BufferPool,
  EachLoop,
  FilterLoop,
  mapInt32,
  MapLoop,
  specialize,
  Specialized,
  type Values,
} from "../../batches/mod.ts";
import { awkward, firstDifference, mixedRecords } from "./arbitraries.ts";

const count = (length: number) => Array.from({ length }, (_, i) => i);

/** The same values as a larger typed array with garbage beyond them, where they are numbers. */
function asInput(values: unknown[], typed: boolean): Values<unknown> {
  if (!typed || values.some((value) => typeof value !== "number")) return values;
  const numbers = values as number[];
  const ints = numbers.every((value) => Object.is(value | 0, value));
  const input = ints ? new Int32Array(values.length + 9) : new Float64Array(values.length + 9);
  input.fill(99);
  input.set(numbers);
  return input;
}

describe("MapLoop", () => {
  it("keeps every result exactly and calls the function once per record, in order", () => {
    const batches = fc.array(fc.tuple(mixedRecords, fc.boolean()), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(batches, (list) => {
      const pool = new BufferPool({ poison: true });
      let results: unknown[] = [];
      let seen: unknown[] = [];
      const loop = new MapLoop<unknown, unknown>((value) => {
        seen.push(value);
        return results[seen.length - 1];
      });
      for (const [values, typed] of list) {
        results = values;
        seen = [];
        const input = asInput(values, typed);
        const data = loop.run(input, values.length, pool) as ArrayLike<unknown>;
        expect(seen.length).toBe(values.length);
        expect(firstDifference(seen, values)).toBe(undefined);
        expect(firstDifference(data, values)).toBe(undefined);
        if (Array.isArray(data)) expect(data.length).toBe(values.length);
        expect(loop.fault).toEqual({ index: -1, value: undefined });
        pool.give(data);
      }
      expect(pool.stats.taken).toBe(pool.stats.given);
    }));
  });

  it("keeps each awkward result at each place", () => {
    for (const [value, at] of awkward) {
      const pool = new BufferPool({ poison: true });
      const loop = new MapLoop<unknown, unknown>((x) => x);
      for (const place of [99, at, 40]) {
        const values: unknown[] = count(64);
        if (place < 64) values[place] = value;
        const data = loop.run(values, 64, pool) as ArrayLike<unknown>;
        expect(firstDifference(data, values)).toBe(undefined);
        pool.give(data);
      }
      expect(pool.stats.taken).toBe(pool.stats.given);
    }
  });

  it("loosens its form and never tightens it", () => {
    const pool = new BufferPool();
    const loop = new MapLoop<unknown, unknown>((value) => value);
    expect(loop.run(count(32), 32, pool)).toBeInstanceOf(Int32Array);
    expect(Array.isArray(loop.run(count(31), 31, pool))).toBe(true);
    expect(loop.run([...count(40), -0], 41, pool)).toBeInstanceOf(Float64Array);
    expect(loop.run(count(40), 40, pool)).toBeInstanceOf(Float64Array);
    // A small batch says nothing about the large ones.
    expect(loop.run(["a"], 1, pool)).toEqual(["a"]);
    expect(loop.run(count(40), 40, pool)).toBeInstanceOf(Float64Array);
    expect(loop.run([...count(40), "a"], 41, pool)).toEqual([...count(40), "a"]);
    expect(Array.isArray(loop.run(count(40), 40, pool))).toBe(true);
  });

  it("names the record whose function threw, passes the error on and gives buffers back", () => {
    const at = fc.integer({ min: 0, max: 99 });
    fc.assert(fc.property(mixedRecords, at, (values, failing) => {
      const pool = new BufferPool({ poison: true });
      const failure = new Error("mine");
      let calls = 0;
      const loop = new MapLoop<unknown, unknown>((value) => {
        if (calls++ === failing) throw failure;
        return value;
      });
      let caught: unknown;
      let data: unknown;
      try {
        data = loop.run(values, values.length, pool);
      } catch (error) {
        caught = error;
      }
      const fails = failing < values.length;
      expect(caught).toBe(fails ? failure : undefined);
      expect(loop.fault.index).toBe(fails ? failing : -1);
      expect(calls).toBe(fails ? failing + 1 : values.length);
      pool.give(data);
      expect(pool.stats.taken).toBe(pool.stats.given);
    }));
  });

  it("gives the same results before and after it gets machine code of its own", () => {
    const pool = new BufferPool();
    const loop = new MapLoop<number, number>((value) => value * 3);
    const input = Int32Array.from(count(1000));
    for (let round = 0; round < 8; round++) {
      const data = loop.run(input, 1000, pool) as Int32Array;
      expect(firstDifference(data, count(1000).map((value) => value * 3))).toBe(undefined);
      pool.give(data);
    }
    const fails = new MapLoop<number, number>((value) => {
      if (value === 777) throw new Error("mine");
      return value;
    });
    for (let round = 0; round < 8; round++) {
      expect(() => fails.run(input, 1000, pool)).toThrow("mine");
      expect(fails.fault.index).toBe(777);
    }
    fails.run(input, 777, pool);
    expect(fails.fault.index).toBe(-1);
  });
});

describe("FilterLoop", () => {
  it("keeps what a naive filter keeps, in the form it came in", () => {
    const batches = fc.array(fc.tuple(mixedRecords, fc.boolean()), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(batches, fc.func(fc.boolean()), fc.boolean(), (list, choose, forward) => {
      const pool = new BufferPool({ poison: true });
      let seen: unknown[] = [];
      const loop = new FilterLoop<unknown>((value) => {
        seen.push(value);
        return choose(typeof value === "symbol" ? "symbol" : value) ? "yes" : "";
      }, { forwardWhole: forward });
      for (const [values, typed] of list) {
        seen = [];
        const input = asInput(values, typed);
        const data = loop.run(input, values.length, pool) as ArrayLike<unknown>;
        const expected = values.filter((value) =>
          choose(typeof value === "symbol" ? "symbol" : value)
        );
        expect(loop.kept).toBe(expected.length);
        expect(firstDifference(data, expected)).toBe(undefined);
        expect(firstDifference(seen, values)).toBe(undefined);
        expect(loop.sameAsInput).toBe((data as unknown) === input);
        if (!forward) expect(loop.sameAsInput).toBe(false);
        if (Array.isArray(data)) expect(data.length).toBe(expected.length);
        if (ArrayBuffer.isView(input) && !loop.sameAsInput) {
          expect(data.constructor).toBe(expected.length >= 32 ? input.constructor : Array);
        }
        if (!loop.sameAsInput) pool.give(data);
      }
      expect(pool.stats.taken).toBe(pool.stats.given);
    }));
  });

  it("returns its input only when asked to, and only when all was kept", () => {
    const pool = new BufferPool();
    const input = Int32Array.from(count(64));
    const plain = new FilterLoop<number>(() => true);
    expect(plain.run(input, 64, pool)).not.toBe(input);
    const forwarding = new FilterLoop<number>((value) => value < 64, { forwardWhole: true });
    expect(forwarding.run(input, 64, pool)).toBe(input);
    expect([forwarding.kept, forwarding.sameAsInput]).toEqual([64, true]);
    // Rows longer than the batch are no data of a batch of that length.
    const rows = count(50);
    expect(forwarding.run(rows, 40, pool)).toEqual(count(40));
    expect(forwarding.sameAsInput).toBe(false);
  });

  it("names the record whose predicate threw and gives buffers back", () => {
    for (const input of [count(100), Int32Array.from(count(100)), Float64Array.from(count(100))]) {
      const pool = new BufferPool({ poison: true });
      const loop = new FilterLoop<number>((value) => {
        if (value === 70) throw new Error("mine");
        return true;
      });
      expect(() => loop.run(input, 100, pool)).toThrow("mine");
      expect(loop.fault.index).toBe(70);
      const kept = loop.run(input, 70, pool);
      expect(Array.from(kept as ArrayLike<number>).slice(0, loop.kept)).toEqual(count(70));
      expect(loop.fault.index).toBe(-1);
      expect(pool.stats.taken - pool.stats.given).toBe(Array.isArray(input) ? 0 : 1);
    }
  });
});

describe("EachLoop", () => {
  it("calls the function once per record and names the one that threw", () => {
    const seen: number[] = [];
    const loop = new EachLoop<number>((value) => {
      if (value === 5) throw new Error("mine");
      seen.push(value);
    });
    loop.run(count(9), 5);
    expect(seen).toEqual(count(5));
    expect(() => loop.run(count(9), 9)).toThrow("mine");
    expect(loop.fault.index).toBe(5);
  });
});

describe("specialize", () => {
  it("makes a fresh instance that does the same", () => {
    const one = specialize(mapInt32);
    const other = specialize(mapInt32);
    expect(one).not.toBe(mapInt32);
    expect(one).not.toBe(other);
    const output = new Int32Array(4);
    const fault = { index: -1, value: undefined as unknown };
    expect(one((value: number) => value + 1, [1, 2, "x"] as number[], output, 0, 3, fault)).toBe(2);
    expect([...output]).toEqual([2, 3, 0, 0]);
    expect(fault).toEqual({ index: -1, value: "x1" });
  });

  it("is put off until a use has seen some records", () => {
    const use = new Specialized(mapInt32, 100);
    expect(use.for(60)).toBe(mapInt32);
    expect(use.for(40)).toBe(mapInt32);
    const own = use.for(1);
    expect(own).not.toBe(mapInt32);
    expect(use.for(1000)).toBe(own);
  });
});
