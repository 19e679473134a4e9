/**
 * Copies of records for functions that change what they are given.
 *
 * @module
 */
import { MeanderError, show } from "../contract/fault.ts";

/**
 * A copy of plain data that shares nothing with it that can change: nested lists, objects, maps, sets, dates
 * and typed arrays are copied as well. What is frozen is not in the copy.
 *
 * @throws {MeanderError} `MEANDER_COPY` for an instance of any other class, of which only the class itself
 * knows how to make another.
 */
export function copyRecord<T>(record: T, where: string): T {
  return isObject(record) ? copyObject(record, where) as T : record;
}

function copyObject(value: object, where: string): object {
  const prototype = Object.getPrototypeOf(value);
  // Spreading, unlike assigning, keeps a field called __proto__ a field.
  if (prototype === Object.prototype) return copyFields({ ...value }, where);
  if (Array.isArray(value)) return copyItems(value.slice(), where);
  if (prototype === null) return copyFields(Object.assign(Object.create(null), value), where);
  if (value instanceof Map) {
    const entries = Array.from(
      value,
      ([key, each]) => [copyRecord(key, where), copyRecord(each, where)] as const,
    );
    return new Map(entries);
  }
  if (value instanceof Set) return new Set(Array.from(value, (each) => copyRecord(each, where)));
  if (value instanceof Date) return new Date(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value);
  throw new MeanderError(
    "MEANDER_COPY",
    `Cannot copy ${show(value)} in "${where}": it is no plain data, but of class ` +
      `${show(value.constructor?.name)}`,
    { where, hint: "Use map, and return a new record" },
  );
}

function copyFields(copy: Record<string, unknown>, where: string): object {
  // The fastest way through the names, by far; it sees those of a tampered prototype as well.
  for (const name in copy) {
    if (isObject(copy[name]) && Object.hasOwn(copy, name)) {
      copy[name] = copyObject(copy[name], where);
    }
  }
  return copy;
}

function copyItems(copy: unknown[], where: string): object {
  for (let i = 0; i < copy.length; i++) {
    const item = copy[i];
    if (isObject(item)) copy[i] = copyObject(item, where);
  }
  return copy;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
