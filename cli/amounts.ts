/**
 * Numbers, sizes and spans of time on the command line.
 *
 * @module
 */
import { isEnough, LEAST_MEMORY_EXPECTED } from "../specs/plugin_limits.ts";
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

/** Bytes in which a plugin can be loaded. */
export function pluginSizeFrom(text: string): number {
  const bytes = sizeFrom(text);
  if (isEnough(bytes)) return bytes;
  throw new Error(`${LEAST_MEMORY_EXPECTED}, not ${text}`);
}

/** Milliseconds, more than none. */
export function longSpanFrom(text: string): number {
  const ms = spanFrom(text);
  if (ms > 0) return ms;
  throw new Error(`expected more than 0, not ${text}`);
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
