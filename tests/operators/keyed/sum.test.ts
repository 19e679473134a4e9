import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addTo, beginSum, type ExactSum, valueOf } from "../../../operators/keyed/exact_sum.ts";
import { sum } from "../../../operators/keyed/sum.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

function added(terms: readonly unknown[]): number | bigint {
  const [first, ...rest] = terms;
  return valueOf(rest.reduce<ExactSum>(addTo, beginSum(first)));
}

/** All doubles are whole multiples of this power of two. */
const UNIT = 1074n;

/** A finite double in units of 2^-1074. */
function inUnits(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = (word >> 52n) & 0x7ffn;
  const fraction = word & ((1n << 52n) - 1n);
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return word >> 63n === 1n ? -size : size;
}

/** The double that is nearest to a number of units, the even one of two. */
function nearest(units: bigint): number {
  // The engine rounds a bigint to a double correctly, but only below the largest double.
  const shift = BigInt(Math.max(0, (units < 0n ? -units : units).toString(2).length - 53));
  if (shift === 0n) return fromUnits(units);
  const half = 1n << (shift - 1n);
  const size = units < 0n ? -units : units;
  let kept = size >> shift;
  const rest = size - (kept << shift);
  if (rest > half || (rest === half && kept % 2n === 1n)) kept++;
  return fromUnits((units < 0n ? -kept : kept) << shift);
}

/** A double that is known to be one. */
function fromUnits(units: bigint): number {
  const size = units < 0n ? -units : units;
  const zeros = BigInt(Math.max(0, size.toString(2).length - 53));
  let value = Number(size >> zeros);
  for (let power = Number(zeros - UNIT); power !== 0;) {
    const by = Math.max(-1000, Math.min(1000, power));
    value *= 2 ** by;
    power -= by;
  }
  return units < 0n ? -value : value;
}

const anyTerms = fc.array(
  fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
    fc.integer({ min: -5, max: 5 }),
    fc.maxSafeInteger(),
    fc.constantFrom(0.1, -0.1, 1e16, -1e16, 5e-324, -5e-324, 2 ** -1022, 2 ** 53, 1 + 2 ** -52),
  ),
  { minLength: 1, maxLength: 40 },
);

describe("An exact sum", () => {
  it("is the double nearest to the sum of its terms", () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const exact = terms.reduce((all, term) => all + inUnits(term), 0n);
        expect(added(terms)).toBe(nearest(exact) + 0);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same in every order, with infinities and NaN as well", () => {
    const awkward = fc.array(
      fc.oneof(fc.constantFrom(Infinity, -Infinity, NaN, 1, 0.1), fc.double({ max: 1e300 })),
      { minLength: 1, maxLength: 8 },
    );
    const cases = fc.oneof(anyTerms, awkward).chain((terms) =>
      fc.tuple(
        fc.constant(terms),
        fc.shuffledSubarray(terms, { minLength: terms.length, maxLength: terms.length }),
      )
    );
    fc.assert(
      fc.property(cases, ([terms, other]) => {
        expect(added(other)).toBe(added(terms));
      }),
      { numRuns: 300 },
    );
  });

  it("knows what is known of sums", () => {
    expect(added(new Array(10).fill(0.1))).toBe(1);
    expect(added([1e16, 1, -1e16])).toBe(1);
    expect(added([1, 1e100, 1, -1e100])).toBe(2);
    expect(added([Number.MAX_SAFE_INTEGER, 2, -3])).toBe(Number.MAX_SAFE_INTEGER - 1);
    expect(added([Infinity, -1e308, 5])).toBe(Infinity);
    expect(added([Infinity, 1, -Infinity])).toBe(NaN);
    expect(added([1e308, 1e308])).toBe(Infinity);
    expect(Object.is(added([-0, -0]), 0)).toBe(true);
    expect(Object.is(added([0.1, -0.1]), 0)).toBe(true);
    expect(added([2n ** 64n, -1n])).toBe(2n ** 64n - 1n);
  });

  it("half way between two doubles goes to the even one, unless a small part says otherwise", () => {
    expect(added([1, 2 ** -53])).toBe(1);
    expect(added([1 + 2 ** -52, 2 ** -53])).toBe(1 + 2 ** -51);
    expect(added([1, 2 ** -53, 2 ** -200])).toBe(1 + 2 ** -52);
    expect(added([1 + 2 ** -52, 2 ** -53, -(2 ** -200)])).toBe(1 + 2 ** -52);
  });
});

describe("sum", () => {
  it("adds by time and key, and sends when the time is complete", () => {
    const test = new OperatorTest(sum, {
      key: (record) => (record as { city: string[] }).city,
      value: (record) => (record as { n: number }).n,
    });
    test.send("in", 1, [{ city: ["Oslo"], n: 10 }]);
    test.send("in", 0, [{ city: ["Oslo"], n: 0.1 }, { city: ["Lima"], n: 2 }]);
    test.send("in", 0, [{ city: ["Oslo"], n: 0.2 }]);
    test.advance("in", [1]);
    expect(test.batches("out")).toEqual([{
      time: 0,
      records: [{ key: ["Oslo"], value: 0.1 + 0.2 }, { key: ["Lima"], value: 2 }],
    }]);
    test.finish();
    expect(test.batches("out")).toHaveLength(2);
    expect(test.save().state).toEqual([]);
  });

  it("carries every kind of sum over a snapshot", () => {
    const first = new OperatorTest(sum, { key: (n) => typeof n });
    first.send("in", 0, [1e16, 0.25, 2n ** 70n]);
    first.send("in", 0, new Float64Array([1, -1e16]));
    const second = new OperatorTest(sum, { key: (n) => typeof n }).restore(first.save());
    second.send("in", 0, [0.5, 1n]);
    second.finish();
    expect(second.sent("out")).toEqual([
      { key: "number", value: 1.75 },
      { key: "bigint", value: 2n ** 70n + 1n },
    ]);
  });

  it("refuses what cannot be added, naming the record", () => {
    for (
      const [records, message] of [
        [[1, "2"], /on record "2": TypeError: it gave "2", which cannot be added to numbers/],
        [["2"], /on record "2": TypeError: it gave "2", which cannot be added to numbers/],
        [[1n, 2], /on record 2: TypeError: it gave 2, which cannot be added to bigints/],
        [[1, 2n], /on record 2n: TypeError: it gave 2n, which cannot be added to numbers/],
        [[null], /it gave null, which cannot be added/],
        [[0.5, undefined], /it gave undefined, which cannot be added/],
      ] as const
    ) {
      const test = new OperatorTest(sum, {});
      expect(() => test.send("in", 0, records)).toThrow(message);
    }
  });
});
