/**
 * Numbers, sizes and spans of time on the command line.
 *
 * @module
 */
import { bytesOf, SIZE_EXPECTED } from "../specs/sizes.ts";
import { DURATION, DURATION_EXPECTED, spanOf } from "../specs/spans.ts";

/** An integer from 1. */
export function countFrom(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`expected an integer from 1, not ${text}`);
}

/** Bytes, from a number with its unit. */
export function sizeFrom(text: string): number {
  const bytes = bytesOf(text);
  if (bytes !== undefined) return bytes;
  throw new Error(`${SIZE_EXPECTED}, not ${text}`);
}

/** Milliseconds, from a number with its unit. */
export function spanFrom(text: string): number {
  if (DURATION.test(text)) return spanOf(text);
  throw new Error(`${DURATION_EXPECTED}, not ${text}`);
}

/** One of these, or no limit. */
export function orUnlimited(parse: (text: string) => number): (text: string) => number {
  return (text) => {
    if (text === "unlimited") return Infinity;
    try {
      return parse(text);
    } catch (error) {
      throw new Error((error as Error).message.replace(", not ", ", or unlimited, not "));
    }
  };
}
