import fc from "fast-check";
import { OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../../batches/pool.ts";
import type { Data, Transform } from "../../plugin.ts";
import { clamp, histogram, scale, statistics } from "../../packages/numeric/mod.ts";

const pool = new BufferPool({ poison: true });

/** What an operator makes of a batch, as it is, and its records. */
function applied(operator: typeof scale | typeof clamp, config: object, data: Data<number>) {
  const context = { config: operator.config.parse(config), pool, name: "it" };
  const { transform } = operator.create(context as never) as { transform: Transform };
  const results = transform.apply(data, data.length, 0);
  return { results, records: Array.from(results as ArrayLike<number>).slice(0, transform.length) };
}

const small = fc.integer({ min: -1000, max: 1000 });
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 });

describe("operators on numbers", () => {
  it("keep columns, and the kind of them where the results allow it", () => {
    const integers = Int32Array.of(1, -2, 3);
    const kindOf = (operator: typeof scale | typeof clamp, config: object, data: Data<number>) =>
      applied(operator, config, data).results.constructor.name;
    expect(kindOf(scale, { factor: 3 }, integers)).toBe("Int32Array");
    expect(kindOf(scale, { factor: 0.5 }, integers)).toBe("Float64Array");
    expect(kindOf(scale, { factor: 2 ** 31 }, integers)).toBe("Float64Array");
    expect(kindOf(scale, { factor: 3 }, [1, 2])).toBe("Float64Array");
    expect(kindOf(clamp, { least: 0 }, integers)).toBe("Int32Array");
    expect(kindOf(clamp, { least: 0.5 }, integers)).toBe("Float64Array");
    expect(applied(clamp, { least: -5 }, integers).results).toBe(integers);
    // Whatever was taken for results that then were none was given back.
    expect(pool.stats.taken - pool.stats.given).toBe(6);
  });

  it("give what a plain loop gives, in any form", () => {
    fc.assert(fc.property(
      fc.array(small, { maxLength: 40, size: "max" }),
      fc.oneof(small, doubles),
      fc.oneof(small, doubles),
      (records, a, b) => {
        const [least, most] = a < b ? [a, b] : [b, a];
        for (const data of [records, Int32Array.from(records), Float64Array.from(records)]) {
          // There is one zero.
          expect(applied(scale, { factor: a, offset: b }, data).records.map((n) => n + 0))
            .toEqual(records.map((n) => n * a + b + 0));
          expect(applied(clamp, { least, most }, data).records.map((n) => n + 0))
            .toEqual(records.map((n) => (n < least ? least : n > most ? most : n) + 0));
        }
      },
    ));
  });
});

/** Exact, over a common denominator, and rounded at the very end. */
function varianceOf(records: readonly number[]): number {
  const count = BigInt(records.length);
  const sum = records.reduce((all, n) => all + BigInt(n), 0n);
  const squares = records.reduce((all, n) => all + BigInt(n) ** 2n, 0n);
  return Number(count * squares - sum ** 2n) / records.length ** 2;
}

describe("statistics", () => {
  it("are those of exact arithmetic, but for the last digits", () => {
    const far = fc.integer({ min: 1e9, max: 1e9 + 1000 });
    const lists = fc.oneof(fc.array(small, { minLength: 1 }), fc.array(far, { minLength: 1 }));
    fc.assert(fc.property(lists, (records) => {
      const test = new OperatorTest(statistics, {});
      test.send("in", 0, records);
      test.finish();
      const [{ count, mean, variance, least, most }] = test.sent("out");
      expect([count, least, most]).toEqual([
        records.length,
        Math.min(...records),
        Math.max(...records),
      ]);
      const exact = records.reduce((sum, n) => sum + n, 0) / records.length;
      expect(Math.abs(mean - exact)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(exact)));
      const wanted = varianceOf(records);
      // What is left of large means is some of their last digit.
      expect(Math.abs(variance - wanted)).toBeLessThanOrEqual(1e-9 * wanted + 1e-4);
    }));
  });
});

describe("a histogram", () => {
  it("puts every number between the edges that it tells", () => {
    fc.assert(fc.property(
      fc.array(fc.double({ noNaN: true, min: -10, max: 10 }), { minLength: 1 }),
      fc.double({ noNaN: true, min: -5, max: 5 }),
      fc.double({ noNaN: true, min: 0.01, max: 3 }),
      (records, from, width) => {
        const test = new OperatorTest(histogram, { from, width, buckets: 7 });
        test.send("in", 0, records);
        test.finish();
        const wanted = Array.from({ length: 7 }, (_unused, i) => {
          const [low, high] = [from + i * width, from + (i + 1) * width];
          return { from: low, to: high, count: records.filter((n) => n >= low && n < high).length };
        });
        expect(test.sent("out")).toEqual(wanted.filter(({ count }) => count > 0));
        const inside = wanted.reduce((sum, { count }) => sum + count, 0);
        expect((test.dropped.get("outside of the buckets") ?? 0) + inside).toBe(records.length);
      },
    ));
  });
});
