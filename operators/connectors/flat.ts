/**
 * Strings that hold nothing but themselves.
 *
 * @module
 */

// V8 keeps a part of 13 or more characters as a reference into the whole.
const SLICED = 13;

/**
 * A part of a text that does not keep the text alive. `substring` would: one long field that an operator
 * keeps would hold the whole block that it was cut out of. Slicing a concatenation first makes a flat
 * copy of it, here of one character more than the part.
 */
export function flatPart(text: string, start: number, end: number): string {
  const part = text.substring(start, end);
  return end - start < SLICED ? part : (" " + part).slice(1);
}
