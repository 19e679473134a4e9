/**
 * Keys for the property tests, and a naive oracle of their equality.
 * @module
 */

import fc from "fast-check";

const leaf = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.constantFrom<unknown>(0, -0, NaN, null, undefined, true, false, "", "a", "1", 1n, 0n, 2 ** 53),
  fc.string({ maxLength: 3 }),
  fc.constantFrom(0, 1, NaN).map((ms) => new Date(ms)),
  fc.array(fc.constantFrom(0, 1, -0), { maxLength: 2 }).map((list) => Uint8Array.from(list)),
  fc.array(fc.constantFrom(0, -0, NaN), { maxLength: 2 }).map((list) => Float64Array.from(list)),
  fc.array(fc.constantFrom(0n, 1n), { maxLength: 2 }).map((list) => BigInt64Array.from(list)),
);
const name = fc.constantFrom("a", "b", "__proto__", "constructor", "0");

/** Keys out of a small world, so that equal ones are frequent. */
export const anyKey: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  key: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("key"), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(name, tie("key")), { selector: ([n]) => n, maxLength: 3 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).key;

/** An equal key made of other objects: properties in another order, other zeros and NaNs. */
export function twin(key: unknown): unknown {
  if (key === 0) return Object.is(key, -0) ? 0 : -0;
  if (typeof key !== "object" || key === null) return key;
  if (Array.isArray(key)) return key.map(twin);
  if (key instanceof Date) return new Date(key.getTime());
  if (ArrayBuffer.isView(key)) return (key as Float64Array).map((n) => n === 0 ? -n : n);
  const entries = Object.entries(key).reverse().map(([n, value]) => [n, twin(value)]);
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

/** One string per value: the naive oracle of equality. */
export function canonical(key: unknown): string {
  if (typeof key === "number") return `n${key === 0 ? 0 : key}`;
  if (typeof key !== "object" || key === null) return `${typeof key}${JSON.stringify(String(key))}`;
  if (Array.isArray(key)) return `[${key.map(canonical).join()}]`;
  if (key instanceof Date) return `d${key.getTime()}`;
  if (ArrayBuffer.isView(key)) {
    return `${key.constructor.name}[${Array.from(key as Float64Array, canonical).join()}]`;
  }
  const entries = Object.entries(key).map(([n, value]) =>
    `${JSON.stringify(n)}:${canonical(value)}`
  );
  return `{${entries.sort().join()}}`;
}
