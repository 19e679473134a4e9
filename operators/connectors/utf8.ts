/**
 * Bytes that are no proper text: what is wrong with them, and where.
 *
 * @module
 */

/** What is wrong in a line. */
export interface LineFault {
  /** Where, from 1, in characters. */
  readonly column: number;
  readonly why: string;
  readonly hint: string;
}

/** How much is shown of a line that is longer than the limit. */
const START_BYTES = 1000;

/** Whether the input begins as UTF-16 does: with its mark, or with every second byte zero. */
export function isUtf16(start: Uint8Array): boolean {
  const [a, b, c, d] = start;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  if (start.length < 4) return false;
  return (a !== 0 && b === 0 && c !== 0 && d === 0) || (a === 0 && b !== 0 && c === 0 && d !== 0);
}

/** How many characters (code points) there are in the text up to a place. */
export function charactersIn(text: string, end: number = text.length): number {
  let count = 0;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    // The second half of a pair belongs to the character that the first half has begun.
    if (code < 0xdc00 || code > 0xdfff) count++;
  }
  return count;
}

/** The first fault of a line that has one: a NUL byte or something that is no UTF-8. */
export function faultOf(line: Uint8Array): LineFault {
  const nul = line.indexOf(0);
  const before = validStart(nul < 0 ? line : line.subarray(0, nul));
  if (before === undefined) {
    const column = charactersIn(decodeStart(line.subarray(0, nul))!) + 1;
    return {
      column,
      why: "has a NUL byte, which no text has",
      hint: "Check that the file is text and whole, or remove the byte, as `tr -d '\\0'` does",
    };
  }
  const byte = line[new TextEncoder().encode(before).length];
  return {
    column: charactersIn(before) + 1,
    why: `is not UTF-8: no character has the byte 0x${
      byte.toString(16).toUpperCase().padStart(2, "0")
    } here`,
    hint: "Convert the file first, as `iconv -f latin1 -t utf-8` does for Latin-1",
  };
}

/**
 * How a line of more than `limit` bytes begins, without a character that the cut goes through. What is
 * beyond the limit is not shown: how much of it is here depends on how the input is cut.
 */
export function lossyStart(line: Uint8Array, limit: number): string {
  const start = line.subarray(0, Math.min(limit, START_BYTES));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(start, { stream: true });
}

/** The text before the first invalid byte, or undefined when all bytes are valid. */
function validStart(bytes: Uint8Array): string | undefined {
  const all = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoded = new TextEncoder().encode(all);
  if (encoded.length === bytes.length && encoded.every((byte, at) => byte === bytes[at])) {
    return undefined;
  }
  // A longer start of invalid bytes is invalid, too, so that the place can be searched by halves.
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (decodeStart(bytes.subarray(0, middle)) === undefined) invalid = middle;
    else valid = middle;
  }
  return decodeStart(bytes.subarray(0, valid))!;
}

/** The text, of which the last character may be incomplete and is left out; undefined if invalid. */
function decodeStart(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: true,
    });
  } catch {
    return undefined;
  }
}
