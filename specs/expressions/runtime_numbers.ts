/**
 * What compiled expressions call for numbers: the failures of typed arithmetic, all of untyped
 * arithmetic, conversions.
 *
 * @module
 */

import { describe, fail } from "./fault.ts";
import { needNumber } from "./runtime_values.ts";

/** Known here so that generated code does not look names up globally. */
export const truncate: (value: number) => number = Math.trunc;

/** Compiled in place by V8; it notices what is no number at all, too. */
export const isSafe: (value: unknown) => boolean = Number.isSafeInteger;

/** The failure of integer arithmetic, whose operands may not even be numbers. */
export function overflow(a: unknown, operator: string, b: unknown): never {
  for (const side of [a, b]) {
    if (!Number.isSafeInteger(side)) fail(`needs an integer, got ${describe(side)}`);
  }
  fail(`integer overflow: ${a} ${operator} ${b} is beyond the integers up to 2^53 - 1`);
}

/** The failure of `/` and `%` on integers. */
export function divisionByZero(a: unknown, operator: string): never {
  fail(operator === "/" ? "division by zero" : `modulus by zero: ${describe(a)} % 0`);
}

/** `+` where a side is untyped: numbers, strings and lists. */
export function add(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return kept(a, "+", b, a + b);
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return a.concat(b);
  return fail(`cannot add ${describe(a)} and ${describe(b)}`);
}

/** `-` where a side is untyped. */
export function subtract(a: unknown, b: unknown): number {
  const [left, right] = [needNumber(a), needNumber(b)];
  return kept(left, "-", right, left - right);
}

/** `*` where a side is untyped. */
export function multiply(a: unknown, b: unknown): number {
  const [left, right] = [needNumber(a), needNumber(b)];
  return kept(left, "*", right, left * right);
}

/** Unary minus on something untyped. */
export function negate(value: unknown): number {
  return 0 - needNumber(value);
}

/**
 * Two integers have an exact result or none, and no -0; everything else is IEEE arithmetic. Numbers from
 * 2^53 on have no fraction either, but they are none of the integers that there are here.
 */
function kept(a: number, operator: string, b: number, result: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return result;
  return Number.isSafeInteger(result) ? result + 0 : overflow(a, operator, b);
}

/** A double as an integer, by one of the roundings. */
function whole(value: number, rounded: number): number {
  return Number.isSafeInteger(rounded)
    ? rounded + 0
    : fail(`${value} has no integer within 2^53 - 1`);
}

/** `int(double)` and `int(any)`, towards zero. */
export function toInteger(value: unknown): number {
  if (typeof value === "number") return whole(value, Math.trunc(value));
  if (typeof value !== "string") return fail(`cannot make an integer of ${describe(value)}`);
  const number = /^[+-]?[0-9]+$/.test(value) ? Number(value) : NaN;
  return Number.isSafeInteger(number)
    ? number + 0
    : fail(`cannot make an integer of ${describe(value)}`);
}

/** `double(…)`. */
export function toDouble(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return fail(`cannot make a number of ${describe(value)}`);
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(value)) return Number(value);
  const special = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(value);
  if (special === null) return fail(`cannot make a number of ${describe(value)}`);
  if (special[2] === undefined) return NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}

/** `bool(…)`. */
export function toBoolean(value: unknown): boolean {
  switch (value) {
    case true:
    case "true":
    case "True":
    case "TRUE":
    case "t":
    case "1":
      return true;
    case false:
    case "false":
    case "False":
    case "FALSE":
    case "f":
    case "0":
      return false;
    default:
      return fail(`cannot make a boolean of ${describe(value)}`);
  }
}

/** `string(…)`. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return textOf(value);
  return fail(`cannot make a string of ${describe(value)}`);
}

function textOf(value: number | boolean): string {
  if (Object.is(value, -0)) return "-0";
  // As CEL and Go write them.
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
}

/** `floor(x)`. */
export function floor(value: unknown): number {
  const number = needNumber(value);
  return whole(number, Math.floor(number));
}

/** `ceil(x)`. */
export function ceil(value: unknown): number {
  const number = needNumber(value);
  return whole(number, Math.ceil(number));
}

/** `round(x)`: halves away from zero. */
export function round(value: unknown): number {
  const number = needNumber(value);
  // Adding a half first would round 0.49999999999999994 up.
  const size = Math.abs(number);
  const down = Math.floor(size);
  return whole(number, Math.sign(number) * (size - down >= 0.5 ? down + 1 : down));
}

/** `abs(x)`. */
export function abs(value: unknown): number {
  return Math.abs(needNumber(value));
}

/** `min(a, b)`. */
export function min(a: unknown, b: unknown): number {
  return Math.min(needNumber(a), needNumber(b));
}

/** `max(a, b)`. */
export function max(a: unknown, b: unknown): number {
  return Math.max(needNumber(a), needNumber(b));
}
