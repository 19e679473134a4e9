/**
 * The order of values that operators look for the least or the largest of.
 *
 * @module
 */
import { show } from "../contract/fault.ts";

/** What has an order: numbers but NaN, bigints, strings (by code units), booleans, dates. */
export type Ordered = number | bigint | string | boolean | Date;

/**
 * The value, when it has a place in the order. −0 becomes 0: they are equal, and which of two equal values
 * came first must not show.
 *
 * @throws {TypeError} for anything else, NaN and invalid dates included.
 */
export function ordered(value: unknown): Ordered {
  if (kindOf(value) !== undefined) return value === 0 ? 0 : value as Ordered;
  throw new TypeError(
    `it gave ${show(value)}, which is neither less nor more than another value: an order takes ` +
      `numbers but NaN, bigints, strings, booleans or dates`,
  );
}

/**
 * Negative when `a` comes first, positive when `b` does, 0 when they are equal.
 *
 * @throws {TypeError} for values of different kinds.
 */
export function compareOrdered(a: Ordered, b: Ordered): number {
  if (typeof a !== typeof b || kindOf(a) !== kindOf(b)) {
    throw new TypeError(
      `${show(a)} cannot be compared with ${show(b)}: the values of a group are all of one kind`,
    );
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function kindOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isNaN(value) ? undefined : "number";
    case "string":
    case "bigint":
    case "boolean":
      return typeof value;
    default:
      return value instanceof Date && !Number.isNaN(value.getTime()) ? "date" : undefined;
  }
}
