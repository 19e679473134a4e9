/**
 * What compiled expressions call for values in general: access, equality, order, conversion.
 *
 * @module
 */

import { describe, fail } from "./fault.ts";

/** Values with properties of their own, as records have them. */
export type Keyed = Readonly<Record<string, unknown>>;

/** Whether a value is a map: an object that is not a list. */
export function isMap(value: unknown): value is Keyed {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The boolean, or a failure. */
export function needBoolean(value: unknown): boolean {
  return typeof value === "boolean" ? value : fail(`needs a boolean, got ${describe(value)}`);
}

/** The string, or a failure. */
export function needString(value: unknown): string {
  return typeof value === "string" ? value : fail(`needs a string, got ${describe(value)}`);
}

/** The number, or a failure. */
export function needNumber(value: unknown): number {
  return typeof value === "number" ? value : fail(`needs a number, got ${describe(value)}`);
}

/** The safe integer, or a failure. */
export function needInteger(value: unknown): number {
  return Number.isSafeInteger(value)
    ? value as number + 0
    : fail(`needs an integer, got ${describe(value)}`);
}

/** The list, or a failure. */
export function needList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fail(`needs a list, got ${describe(value)}`);
}

/** What a loop runs over: the elements of a list, the keys of a map. */
export function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isMap(value) ? Object.keys(value) : fail(`needs a list or map, got ${describe(value)}`);
}

/** A field of a value that nothing is known of; inherited properties are none. */
export function field(value: unknown, name: string): unknown {
  if (!isMap(value)) return fail(`no field "${name}" in ${describe(value)}`);
  const found = Object.hasOwn(value, name) ? value[name] : undefined;
  return found === undefined ? fail(`no field "${name}" in ${describe(value)}`) : found;
}

/** A field whose name is also that of an inherited property: null where it is not the object's own. */
export function ownField(value: Keyed, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : null;
}

/** Whether there is such a field. */
export function hasField(value: unknown, name: string): boolean {
  if (!isMap(value)) return fail(`no field "${name}" in ${describe(value)}`);
  return Object.hasOwn(value, name) && value[name] !== undefined;
}

/** An element of a list. */
export function element(list: readonly unknown[], index: number): unknown {
  if (index >= 0 && index < list.length) return list[index];
  return fail(`no element ${index} in a list of ${list.length}`);
}

/** An element, by an index or key that is not known to be one. */
export function at(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) return element(value, needInteger(key));
  if (isMap(value)) return entry(value, needString(key));
  return fail(`needs a list or map, got ${describe(value)}`);
}

/** The value under a key. */
export function entry(map: Keyed, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : fail(`no key ${JSON.stringify(key)}`);
}

/** Adds an entry of a map literal. */
export function putNew(map: Record<string, unknown>, key: unknown, value: unknown): void {
  const name = needString(key);
  if (Object.hasOwn(map, name)) fail(`the key ${JSON.stringify(name)} is there twice`);
  // Assigning to `__proto__` would set the prototype instead.
  Object.defineProperty(map, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Deep equality. NaN is not equal to itself, and a missing value is null. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return (a ?? null) === null && (b ?? null) === null;
  }
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Keyed, b as Keyed];
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

/** Whether something is an element of a list or a key of a map. */
export function isIn(value: unknown, container: unknown): boolean {
  if (Array.isArray(container)) {
    for (const item of container) if (equal(item, value)) return true;
    return false;
  }
  if (!isMap(container)) return fail(`needs a list or map, got ${describe(container)}`);
  return typeof value === "string" && Object.hasOwn(container, value);
}

/** Below, equal or above zero; NaN where there is no order. */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") {
    return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN;
  }
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return fail(`cannot order ${describe(a)} and ${describe(b)}`);
}

/**
 * By code points. UTF-16 units order differently only where a surrogate meets a unit above the surrogates.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
