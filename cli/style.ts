/**
 * Colours, where they are wanted.
 *
 * @module
 */

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const;

/** Puts text between the codes of a style; text as it is where colours are not wanted. */
export type Style = (text: string, style: keyof typeof CODES) => string;

/** A style that colours or does not. */
export function styleFor(hasColours: boolean): Style {
  if (!hasColours) return (text) => text;
  return (text, style) => {
    const [on, off] = CODES[style];
    return `\x1b[${on}m${text}\x1b[${off}m`;
  };
}
