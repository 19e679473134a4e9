/**
 * Spans of time as specs and the command line write them.
 *
 * @module
 */

/** A span of time: a number with its unit. */
export const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

/** What is said where something else is written. */
export const DURATION_EXPECTED = "expected a span of time, such as 500ms, 5s, 1m, 1h or 1d";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A span of time in milliseconds; a plain number is in the unit of the field that it is about. */
export function spanOf(written: string | number): number {
  if (typeof written === "number") return written;
  const [, number, , unit] = /^(\d+(\.\d+)?)(ms|s|m|h|d)$/.exec(written)!;
  return Math.min(Number.MAX_SAFE_INTEGER, Math.round(Number(number) * UNITS[unit]));
}
