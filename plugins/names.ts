/**
 * How plugins and their versions are written. A module of its own, since plugins' processes need it and have no use
 * for the library of ranges.
 *
 * @module
 */

/** How plugins are called. */
export const PLUGIN_NAME = /^[a-z][a-z0-9-]*$/;

const NUMBER = "(?:0|[1-9]\\d*)";
const LABEL = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${LABEL}(?:\\.${LABEL})*)?$`);

/**
 * Whether the text is one exact version, in its one form (Semantic Versioning 2.0.0, items 2 and 9): without a `v`
 * before it, and without build metadata, in which two that are the same could differ.
 */
export function isVersion(text: string): boolean {
  if (text.length > 256 || !VERSION.test(text)) return false;
  const [core] = text.split("-", 1);
  return core.split(".").every((part) => Number.isSafeInteger(Number(part)));
}
