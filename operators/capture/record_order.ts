/**
 * A total order of plain records, for results that are compared or shown.
 *
 * @module
 */

/** Kinds in the order in which they sort. */
const KINDS = [
  "undefined",
  "boolean",
  "number",
  "bigint",
  "string",
  "symbol",
  "function",
  "object",
];

/**
 * Compares two records by value: first by kind, then numbers by size (NaN last), texts by code unit, dates
 * by their time, lists, sets and maps item by item and then by length, objects by their sorted names and
 * values. What is none of these is equal to all of its kind.
 */
export function compareRecords(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  const kinds = compareScalars(kindOf(a), kindOf(b));
  if (kinds !== 0) return kinds;
  if (typeof a === "object") return a === null ? 0 : compareObjects(a, b as object);
  return typeof a === "symbol" || typeof a === "function"
    ? 0
    : compareScalars(a as string, b as string);
}

function kindOf(value: unknown): number {
  return value === null ? 0.5 : KINDS.indexOf(typeof value);
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function compareScalars<S extends string | number | bigint | boolean>(a: S, b: S): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareObjects(a: object, b: object): number {
  const kinds = compareScalars(tagOf(a), tagOf(b));
  if (kinds !== 0) return kinds;
  if (a instanceof Date) return compareNumbers(a.getTime(), (b as Date).getTime());
  return compareLists(itemsOf(a), itemsOf(b));
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function itemsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const isList = value instanceof Map || value instanceof Set ||
    ArrayBuffer.isView(value) && Symbol.iterator in value;
  if (isList) return Array.from(value as Iterable<unknown>);
  return Object.keys(value).sort().flatMap((name) => [
    name,
    (value as Record<string, unknown>)[name],
  ]);
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const items = compareRecords(a[i], b[i]);
    if (items !== 0) return items;
  }
  return a.length - b.length;
}
