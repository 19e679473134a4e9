/**
 * What compiled expressions call for strings. Positions and lengths count code points, as CEL does;
 * text without surrogates, which is nearly all text, takes the way of JavaScript's own methods.
 *
 * @module
 */

import { describe, fail } from "./fault.ts";
import { isMap, needString } from "./runtime_values.ts";

/** Whether a code point takes two units somewhere. */
function isWide(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

/** How many code points. */
export function textLength(text: string): number {
  return isWide(text) ? points(text).length : text.length;
}

function points(text: string): string[] {
  return [...text];
}

/** `size(x)` of something untyped. */
export function size(value: unknown): number {
  if (typeof value === "string") return textLength(value);
  if (Array.isArray(value)) return value.length;
  return isMap(value)
    ? Object.keys(value).length
    : fail(`needs a string, list or map, got ${describe(value)}`);
}

/** `text.charAt(i)`; the place after the last is empty. */
export function charAt(text: string, index: number): string {
  return substring(text, index, Math.min(index + 1, textLength(text)));
}

/** `text.substring(from, to)`. */
export function substring(text: string, from: number, to?: number): string {
  const wide = isWide(text) ? points(text) : undefined;
  const length = wide?.length ?? text.length;
  const end = to ?? length;
  if (from < 0 || end > length || from > end) {
    fail(`no characters ${from} to ${end} in a text of ${length}`);
  }
  return wide === undefined ? text.substring(from, end) : wide.slice(from, end).join("");
}

/** Where in UTF-16 units a code point begins. */
function unitOf(text: string, point: number): number {
  if (point < 0 || point > textLength(text)) {
    fail(`no character ${point} in a text of ${textLength(text)}`);
  }
  return isWide(text) ? points(text).slice(0, point).join("").length : point;
}

/** Which code point begins at a UTF-16 unit; -1 stays. */
function pointOf(text: string, unit: number): number {
  return unit < 0 ? unit : textLength(text.slice(0, unit));
}

/** `text.indexOf(part, from)`. */
export function indexOf(text: string, part: string, from = 0): number {
  return pointOf(text, text.indexOf(part, from === 0 ? 0 : unitOf(text, from)));
}

/** `text.lastIndexOf(part, from)`. */
export function lastIndexOf(text: string, part: string, from?: number): number {
  const last = from === undefined ? text.length : unitOf(text, from);
  return pointOf(text, text.lastIndexOf(part, last));
}

/** Only A to Z. */
export function lowerAscii(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text.toLowerCase();
  return text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase());
}

/** Only a to z. */
export function upperAscii(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text.toUpperCase();
  return text.replaceAll(/[a-z]+/g, (run) => run.toUpperCase());
}

/** `text.replace(old, new, limit)`; an empty `old` is found around every code point. */
export function replace(text: string, old: string, by: string, limit = -1): string {
  if (limit === 0) return text;
  const parts = old === "" ? ["", ...points(text), ""] : text.split(old);
  if (limit < 0 || limit >= parts.length - 1) return parts.join(by);
  return parts.slice(0, limit + 1).join(by) + old + parts.slice(limit + 1).join(old);
}

/** `text.split(separator)`. */
export function split(text: string, separator: string): string[] {
  return separator === "" ? points(text) : text.split(separator);
}

/** `text.split(separator, limit)`: the last part keeps what was not split. */
export function splitLimited(text: string, separator: string, limit: number): string[] {
  const parts = split(text, separator);
  if (limit < 0 || limit >= parts.length) return parts;
  if (limit === 0) return [];
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

/** JavaScript trims U+FEFF, which Unicode does not call white, and leaves U+0085, which it does. */
export function trim(text: string): string {
  if (!/[\u0085\ufeff]/.test(text)) return text.trim();
  let [from, to] = [0, text.length];
  while (from < to && isWhite(text[from]!)) from++;
  while (to > from && isWhite(text[to - 1]!)) to--;
  return text.slice(from, to);
}

function isWhite(unit: string): boolean {
  return unit === "\u0085" || unit !== "\ufeff" && unit.trim() === "";
}

/** `list.join(separator)`. */
export function joinTexts(list: readonly unknown[], separator = ""): string {
  for (const item of list) needString(item);
  return list.join(separator);
}

/** `text.reverse()`. */
export function reverse(text: string): string {
  return points(text).reverse().join("");
}

/** `text.words()`: runs of letters, marks and digits, which may have apostrophes inside. */
export function words(text: string): string[] {
  const found = /[^\t-\r -~]/.test(text)
    ? text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu)
    : text.match(/[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*/g);
  return found ?? [];
}
