/**
 * Finds numbers of JSON that a double may not hold, before anything is parsed.
 *
 * @module
 */

const DOT = 46;

// An integer beyond 2^53 has 16 digits or more, and so has, before its point, what is infinite, unless it
// has an exponent of three digits.
const CANDIDATES = /(?:^|[^\d.])(\d{16,})|\d[eE]\+?\d{3}/g;

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/**
 * Whether bytes may contain an integer beyond 2^53 or a number that would be infinite. Only every third
 * byte is looked at, since what is looked for has three digits in a row.
 */
export function hasRiskyNumber(bytes: Uint8Array): boolean {
  for (let at = 2; at < bytes.length; at += 3) {
    if (!isDigit(bytes[at])) continue;
    let start = at;
    while (start > 0 && isDigit(bytes[start - 1])) start--;
    // The byte behind these digits is none, so that three in a row cannot be stepped over.
    while (at + 1 < bytes.length && isDigit(bytes[at + 1])) at++;
    const length = at - start + 1;
    if (length < 3) continue;
    const before = bytes[start - 1];
    if (length >= 16 && before !== DOT) return true;
    const letter = before === 43 ? bytes[start - 2] : before;
    const digit = bytes[start - (before === 43 ? 3 : 2)];
    if ((letter === 101 || letter === 69) && isDigit(digit)) return true;
  }
  return false;
}

/** The same of one line, and more closely. What stands in a string may look like a number. */
export function isRiskyLine(text: string): boolean {
  for (const [, digits] of text.matchAll(CANDIDATES)) {
    if (digits === undefined || !Number.isSafeInteger(Number(digits))) return true;
  }
  return false;
}
