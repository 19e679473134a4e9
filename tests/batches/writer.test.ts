import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../../batches/pool.ts";
import { Writer } from "../../batches/writer.ts";
import { awkward, firstDifference, mixedRecords } from "./arbitraries.ts";

function write(values: Iterable<unknown>, writer: Writer): void {
  for (const value of values) writer.push(value);
}

const count = (length: number) => Array.from({ length }, (_, i) => i);

describe("Writer", () => {
  it("starts with integers, then doubles, then rows, and never goes back", () => {
    const writer = new Writer(new BufferPool(), 64);
    write(count(40), writer);
    expect(writer.take()).toBeInstanceOf(Int32Array);
    write([...count(40), 0.5], writer);
    expect(writer.take()).toBeInstanceOf(Float64Array);
    write(count(40), writer);
    expect(writer.take()).toBeInstanceOf(Float64Array);
    write([...count(40), "a"], writer);
    expect(writer.take()).toEqual([...count(40), "a"]);
    write(count(40), writer);
    expect(writer.take()).toEqual(count(40));
  });

  it("hands over small batches as rows", () => {
    const pool = new BufferPool();
    const writer = new Writer(pool);
    write(count(31), writer);
    expect(writer.take()).toEqual(count(31));
    expect(pool.stats.taken).toBe(0);
    write(count(32), writer);
    expect(writer.take()).toBeInstanceOf(Int32Array);
    write(count(31), writer);
    expect(writer.take()).toEqual(count(31));
    expect(writer.take()).toEqual([]);
    expect(pool.stats.taken - pool.stats.given).toBe(1);
  });

  it("keeps every value exactly, whatever the mixture, the batch sizes and the capacity", () => {
    const batches = fc.array(mixedRecords, { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(batches, fc.constantFrom(1, 31, 32, 64, 200), (lists, capacity) => {
      const pool = new BufferPool({ poison: true });
      const writer = new Writer(pool, capacity);
      const check = (expected: unknown[]) => {
        expect(writer.length).toBe(expected.length);
        const data = writer.take() as ArrayLike<unknown>;
        expect(firstDifference(data, expected)).toBe(undefined);
        if (expected.length < 32) expect(Array.isArray(data)).toBe(true);
        if (Array.isArray(data)) expect(data.length).toBe(expected.length);
        pool.give(data);
      };
      for (const list of lists) {
        let since: unknown[] = [];
        for (const value of list) {
          writer.push(value);
          since.push(value);
          expect(writer.isFull).toBe(since.length === capacity);
          if (!writer.isFull) continue;
          check(since);
          since = [];
        }
        check(since);
      }
      expect(pool.stats.taken).toBe(pool.stats.given);
    }));
  });

  it("keeps each awkward value at each place, in small and large, first and later batches", () => {
    for (const [value, at] of awkward) {
      for (const length of [at + 1, 64]) {
        for (const other of [0, 0.25]) {
          const pool = new BufferPool({ poison: true });
          const writer = new Writer(pool, 64);
          for (const places of [[at], [], [at, 40]]) {
            const values: unknown[] = count(length).map((i) => i + other);
            for (const place of places) if (place < length) values[place] = value;
            write(values, writer);
            const data = writer.take() as ArrayLike<unknown>;
            expect(firstDifference(data, values)).toBe(undefined);
            pool.give(data);
          }
          write(count(64), writer);
          pool.give(writer.take());
          write([...count(40), value], writer);
          const data = writer.take() as ArrayLike<unknown>;
          expect(firstDifference(data, [...count(40), value])).toBe(undefined);
        }
      }
      const later = new Writer(new BufferPool(), 64);
      write(count(64), later);
      later.take();
      const values: unknown[] = count(64);
      values[at] = value;
      write(values, later);
      expect(firstDifference(later.take() as ArrayLike<unknown>, values)).toBe(undefined);
    }
  });

  it("writes ranges like single integers, among other values", () => {
    const bounds = fc.constantFrom(
      -5,
      -0,
      0,
      7,
      2147483600,
      2147483648,
      -2147483700,
      2 ** 53 - 300,
    );
    const item = fc.oneof(
      fc.record({ from: bounds, length: fc.integer({ min: -1, max: 150 }) }),
      mixedRecords.map((values) => values[0]),
    );
    fc.assert(fc.property(fc.array(item, { maxLength: 12, size: "max" }), (items) => {
      const pool = new BufferPool({ poison: true });
      const writer = new Writer(pool, 100);
      const written: unknown[] = [];
      const expected: unknown[] = [];
      const flush = () => {
        const length = writer.length;
        const data = writer.take() as ArrayLike<unknown>;
        for (let i = 0; i < length; i++) written.push(data[i]);
        pool.give(data);
      };
      for (const value of items) {
        if (writer.isFull) flush();
        if (typeof value !== "object" || value === null || !("from" in value)) {
          writer.push(value);
          expected.push(value);
          continue;
        }
        const { from, length } = value as { from: number; length: number };
        for (let i = 0; i < length; i++) expected.push(from + i === 0 ? 0 : from + i);
        let at = from;
        while (at < from + length) {
          at += writer.pushRange(at, from + length);
          if (writer.isFull) flush();
        }
        expect(writer.pushRange(at, at)).toBe(0);
      }
      flush();
      expect(written.length).toBe(expected.length);
      expect(firstDifference(written, expected)).toBe(undefined);
      expect(pool.stats.taken).toBe(pool.stats.given);
    }));
  });

  it("keeps to the pooled buffer for large batches of integers", () => {
    const pool = new BufferPool();
    const writer = new Writer(pool, 1000);
    expect(writer.pushRange(0, 5000)).toBe(1000);
    expect(writer.pushRange(0, 5000)).toBe(0);
    const data = writer.take();
    expect(data).toBeInstanceOf(Int32Array);
    pool.give(data);
    for (let round = 0; round < 10; round++) {
      write(count(1000), writer);
      pool.give(writer.take());
    }
    expect(pool.stats.allocated).toBe(1);
  });

  it("gives its buffer back when the values are discarded, and goes on", () => {
    const pool = new BufferPool({ poison: true });
    const writer = new Writer(pool);
    write(count(100), writer);
    writer.discard();
    expect(writer.length).toBe(0);
    expect(pool.stats.taken).toBe(pool.stats.given);
    write([1, 2], writer);
    expect(writer.take()).toEqual([1, 2]);
  });

  it("refuses a value beyond its capacity, whatever its form, and keeps the others", () => {
    for (const sample of [1, 0.5, "a"]) {
      for (const capacity of [2, 40]) {
        const writer = new Writer(new BufferPool(), capacity);
        for (let round = 0; round < 2; round++) {
          write(Array(capacity).fill(sample), writer);
          expect(() => writer.push(sample)).toThrow(`holds ${capacity} values`);
          expect(writer.length).toBe(capacity);
          writer.take();
        }
      }
    }
  });

  it("refuses capacities and ranges that make no sense", () => {
    for (const capacity of [0, 1.5, NaN, 2 ** 31]) {
      expect(() => new Writer(new BufferPool(), capacity)).toThrow("MEANDER_WRITER_CAPACITY");
    }
    expect(() => new Writer(new BufferPool()).pushRange(0.5, 3)).toThrow("MEANDER_WRITER_RANGE");
    expect(() => new Writer(new BufferPool()).pushRange(0, Infinity)).toThrow("2^53");
  });
});
