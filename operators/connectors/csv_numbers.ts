/**
 * Numbers from the bytes of a CSV field.
 *
 * @module
 */

// Powers of ten up to here are doubles without rounding.
const POWERS = Float64Array.from({ length: 16 }, (_, n) => Number(`1e${n}`));
const EXACT_DIGITS = 15;

const INTEGER = /^-?\d+$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The number that stands in the bytes, or NaN when they are none. Up to 15 digits are read here: digits
 * and power of ten are then exact doubles, and one division rounds as the language does (Clinger).
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === 45;
  if (isNegative) at++;
  const first = at;
  let value = 0;
  let fraction = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (bytes[at] === 46 && fraction === 0 && at > first && at + 1 < end) fraction = at + 1;
    else return parseRare(bytes, start, end, NUMBER);
  }
  if (at === first || at - first > EXACT_DIGITS) return parseRare(bytes, start, end, NUMBER);
  if (fraction > 0) value /= POWERS[end - fraction];
  return isNegative ? -value : value;
}

/** The integer that stands in the bytes, or NaN when they are none or one beyond 2^53. */
export function parseInteger(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === 45;
  if (isNegative) at++;
  const first = at;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  if (at === first) return NaN;
  if (at - first > EXACT_DIGITS) value = Math.abs(parseRare(bytes, start, end, INTEGER));
  // There is no integer -0.
  return isNegative && value !== 0 ? -value : value;
}

/** By the language itself, after a check of the form. What cannot be kept exactly enough is NaN. */
function parseRare(bytes: Uint8Array, start: number, end: number, form: RegExp): number {
  const text = latin(bytes, start, end);
  if (!form.test(text)) return NaN;
  const value = Number(text);
  return Number.isFinite(value) && (!INTEGER.test(text) || Number.isSafeInteger(value))
    ? value
    : NaN;
}

function latin(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  // Longer ones are no numbers worth reading, and the field may be as long as the limit allows.
  for (let at = start; at < Math.min(end, start + 2000); at++) {
    text += String.fromCharCode(bytes[at]);
  }
  return text;
}
