/**
 * Values for the property tests of the batches room.
 * @module
 */

import fc from "fast-check";

const shared = { shared: true };

/** Numbers with the awkward ones in good supply: -0, NaN, the borders of 32 bits, infinities. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.integer() },
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    2147483647,
    2147483648,
    -2147483648,
    -2147483649,
  ),
);

/** Anything a record can be, also what no loop expects. */
export const anyRecord: fc.Arbitrary<unknown> = fc.oneof(
  anyNumber,
  fc.string(),
  fc.bigInt(),
  fc.constantFrom<unknown>(undefined, null, true, shared, Symbol.iterator, Math.max),
  fc.record({ n: fc.integer() }),
);

/** Lengths about the border between small and large batches, and about a capacity of 64. */
export const anyLength: fc.Arbitrary<number> = fc.constantFrom(
  0,
  1,
  2,
  31,
  32,
  33,
  63,
  64,
  65,
  200,
);

/**
 * Values of which most are of one sort, with others strewn in: what makes a form loosen in the
 * middle of a batch. A length from `anyLength`.
 */
export const mixedRecords: fc.Arbitrary<unknown[]> = fc.tuple(
  anyLength,
  fc.constantFrom<"int" | "number" | "any">("int", "number", "any"),
  fc.array(fc.tuple(fc.nat(199), anyRecord), { maxLength: 3 }),
  fc.array(fc.tuple(fc.nat(199), anyNumber), { maxLength: 3 }),
).map(([length, sort, strewn, numbers]) => {
  const values: unknown[] = Array.from({ length }, (_, i) => sort === "number" ? i / 2 : i);
  for (const [at, value] of numbers) if (at < length) values[at] = value;
  if (sort === "any") { for (const [at, value] of strewn) if (at < length) values[at] = value; }
  return values;
});

/** The first value that differs by Object.is, or undefined: faster than a deep comparison. */
export function firstDifference(
  actual: ArrayLike<unknown>,
  expected: readonly unknown[],
): string | undefined {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      return `at ${i}: ${String(actual[i])} for ${String(expected[i])}`;
    }
  }
  return undefined;
}

/** Values that loosen integers, each at places before, at and after the border of small batches. */
export const awkward: readonly (readonly [value: unknown, at: number])[] = [
  ...[-0, NaN, Infinity, 2147483648, -2147483649, 0.5, 1e300, "a", undefined, null, 1n, true],
].flatMap((value) => [0, 5, 30, 31, 32, 33, 63].map((at) => [value, at] as const));
