/**
 * Keys compare by value: structural equality over plain data.
 *
 * Plain data is numbers, strings, booleans, null, undefined, bigints, dates, typed arrays, arrays
 * and plain objects of these. The rules:
 *
 * - -0 equals 0 and NaN equals NaN, also inside arrays, objects, typed arrays and dates.
 * - Values of different types are never equal: 1, 1n and "1" are three keys, and so are a
 *   Uint8Array and an Int32Array with the same entries.
 * - The order of an object's properties does not matter; a property that is undefined differs from
 *   one that is missing. Only own enumerable properties count.
 * - A hole in an array equals undefined.
 *
 * Functions, symbols, objects inside themselves and instances of other classes are refused.
 * @module
 */

import { assertKey, kindOf, MAX_KEY_DEPTH, type Numbers } from "./key_kind.ts";

export { hashKey } from "./key_hash.ts";
export { assertKey, MAX_KEY_DEPTH } from "./key_kind.ts";

/**
 * Whether two keys are equal by value: an equivalence relation on all keys. Throws the TypeError of
 * `assertKey` where it meets a part that cannot be compared; it may decide before it gets there, so
 * values from outside should have passed `assertKey` or `hashKey`.
 */
export function keyEquals(a: unknown, b: unknown): boolean {
  return equals(a, b, 0);
}

function equals(a: unknown, b: unknown, depth: number): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    if (a === b) return isComparable(a);
    return Object.is(a, b);
  }
  if (a === b) return true;
  if (depth >= MAX_KEY_DEPTH) {
    assertKey(a);
    assertKey(b);
    // Both pass only when called from inside a key, so the key itself is too deep.
    throw tooDeep();
  }
  const kind = kindOf(a);
  if (kind === "refused") assertKey(a);
  if (kind !== kindOf(b)) {
    assertKind(b);
    return false;
  }
  switch (kind) {
    case "array":
      return arraysEqual(a as readonly unknown[], b as readonly unknown[], depth + 1);
    case "record":
      return recordsEqual(a as PlainRecord, b as PlainRecord, depth + 1);
    case "date":
      return sameNumber((a as Date).getTime(), (b as Date).getTime());
    default:
      return numbersEqual(a as Numbers, b as Numbers);
  }
}

type PlainRecord = Readonly<Record<string, unknown>>;

/** Throws for functions and symbols, which equal themselves but are no keys. */
function isComparable(value: unknown): true {
  if (typeof value === "function" || typeof value === "symbol") assertKey(value);
  return true;
}

function assertKind(value: object): void {
  if (kindOf(value) === "refused") assertKey(value);
}

function tooDeep(): TypeError {
  return new TypeError(
    `MEANDER_KEY  Cannot compare keys: they are nested deeper than ${MAX_KEY_DEPTH} levels, or ` +
      `contain themselves. Use a flatter key`,
  );
}

function sameNumber(a: number | bigint, b: number | bigint): boolean {
  return a === b || Object.is(a, b);
}

function arraysEqual(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!equals(a[i], b[i], depth)) return false;
  }
  return true;
}

function recordsEqual(a: PlainRecord, b: PlainRecord, depth: number): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  if (names.length !== others.length) return false;
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    // Records of one source have their properties in one order; only the others need the look-up.
    if (name !== others[i] && !Object.prototype.propertyIsEnumerable.call(b, name)) return false;
    if (!equals(a[name], b[name], depth)) return false;
  }
  return true;
}

function numbersEqual(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length || a[Symbol.toStringTag] !== b[Symbol.toStringTag]) return false;
  for (let i = 0; i < a.length; i++) {
    if (!sameNumber(a[i], b[i])) return false;
  }
  return true;
}
