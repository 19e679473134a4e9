/**
 * How operators and formats are named: `plugin/name@range`.
 *
 * @module
 */
import validRange from "semver/ranges/valid.js";

/** A name with the range of versions that will do; without a range any will. */
export interface Reference {
  /** The plugin's name. */
  readonly plugin: string;
  /** The operator's or format's name within it. */
  readonly name: string;
  /** A semver range of the plugin's version, such as `^1.2` or `1.4.0`. */
  readonly range: string | undefined;
}

const REFERENCE = /^([a-z][a-z0-9-]*)\/([a-zA-Z][a-zA-Z0-9-]*)(?:@(.+))?$/;

/** Reads a reference, `undefined` where the text is none. */
export function parseReference(text: string): Reference | undefined {
  const match = REFERENCE.exec(text);
  return match === null ? undefined : { plugin: match[1], name: match[2], range: match[3] };
}

/** Longer ones nobody writes; each alternative of a range costs whoever reads it. */
const LONGEST_RANGE = 256;

/** Whether the text is a semver range that somebody may have meant. */
export function isRange(text: string): boolean {
  return text.length <= LONGEST_RANGE && text.trim() !== "" && validRange(text) !== null;
}

/** The range that is meant where none is written. It is written `*` as well, and means the same. */
export const ANY_VERSION = "*";
