/**
 * What several formats do alike: raw text of bad records, and values as JSON.
 *
 * @module
 */
import { MeanderError, show } from "../contract/fault.ts";
import type { BadRecord } from "./format.ts";

/** How much is kept of the raw text of a record that is too long. */
const START = 1000;

// Deeper values are refused, since what walks through them calls itself.
const MAX_DEPTH = 500;

/** The line or lines without their last line end. */
export function rawLine(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** How a record that is longer than the limit begins, and a note that it goes on. */
export function cutOff(start: string, limit: number): string {
  let end = Math.min(start.length, START);
  // Not between the halves of a pair.
  if (/[\ud800-\udbff]/.test(start[end - 1] ?? "")) end--;
  return `${start.slice(0, end)}… (cut off: longer than ${limit} bytes)`;
}

/** The bad record that a line of too many bytes is. */
export function tooLongRecord(line: number, raw: string, limit: number): BadRecord {
  return {
    line,
    column: 1,
    why: `is longer than ${limit} bytes`,
    hint: "Check that the file has line ends, or raise maxLineBytes",
    raw,
  };
}

/** A value as JSON that reads back equal; -0 becomes 0. Place is the record, such as "record 3". */
export function jsonText(value: unknown, place: string): string {
  const fault = findUnwritable(value, 0);
  if (fault === undefined) return JSON.stringify(value);
  throw new MeanderError(
    "MEANDER_ENCODE",
    `Cannot write ${place} as JSON${
      fault.path.length === 0 ? "" : `, at ${formatPath(fault.path)}`
    } (${show(fault.value)}): ${fault.why}`,
    { where: place, hint: fault.hint },
  );
}

/** Where in a value: `the record`, `price`, `legs[2].origin`. */
export function formatPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return "the record";
  const text = path.map((part) =>
    typeof part === "number"
      ? `[${part}]`
      : /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(part)
      ? `.${part}`
      : `[${JSON.stringify(part)}]`
  );
  const whole = text.join("").replace(/^\./, "");
  return whole.length <= 80 ? whole : `${whole.slice(0, 79)}…`;
}

interface Unwritable {
  readonly path: (string | number)[];
  readonly value: unknown;
  readonly why: string;
  readonly hint: string;
}

const MAP_FIRST = "Map the records first to ones without it";

function refusal(value: unknown, why: string, hint: string = MAP_FIRST): Unwritable {
  return { path: [], value, why, hint };
}

/** The first part of a value that JSON.stringify would leave out, change or fail on. */
function findUnwritable(value: unknown, depth: number): Unwritable | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      if (Number.isFinite(value)) return undefined;
      return refusal(value, "JSON has no such number", "Filter such records out, or use null");
    case "object":
      return value === null ? undefined : findInObject(value, depth);
    case "bigint":
      return refusal(value, "JSON readers would round it", "Use a number or a string");
    case "undefined":
      return refusal(value, "JSON would lose it", "Use null, or leave the field out");
    default:
      return refusal(value, `JSON has no ${typeof value}`);
  }
}

function findInObject(value: object, depth: number): Unwritable | undefined {
  if (depth === MAX_DEPTH) {
    return refusal(null, `it is nested deeper than ${MAX_DEPTH} levels, or contains itself`);
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const fault = findUnwritable(value[i], depth + 1);
      if (fault !== undefined) return within(i, fault);
    }
    return undefined;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    // A field of that name is not data: JSON.stringify would call it.
    return findUnwritable(value.toJSON(), depth + 1);
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return refusal(value, `JSON has no ${value.constructor?.name || "such object"}`);
  }
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const part = record[key];
    // The call is saved for what most fields hold.
    if (typeof part === "string") continue;
    const fault = findUnwritable(part, depth + 1);
    if (fault !== undefined) return within(key, fault);
  }
  return undefined;
}

function within(part: string | number, fault: Unwritable): Unwritable {
  fault.path.unshift(part);
  return fault;
}
