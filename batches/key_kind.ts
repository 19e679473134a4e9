/**
 * Which values can be keys, and the error for those that cannot.
 * @module
 */

import { show } from "./show.ts";

/** Nesting beyond this is refused; so a cycle is noticed without a list of the objects passed. */
export const MAX_KEY_DEPTH = 256;

/** What an object is as a part of a key. */
export type KeyKind = "array" | "record" | "date" | "numbers" | "refused";

/** An array of numbers in typed storage, of any of the eleven and more kinds. */
export interface Numbers extends ArrayLike<number | bigint> {
  /** Name of the kind: "Uint8Array". */
  readonly [Symbol.toStringTag]: string;
}

/** What an object is as a part of a key: only plain data can be compared by value. */
export function kindOf(value: object): KeyKind {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return "record";
  if (Array.isArray(value)) return "array";
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? "refused" : "numbers";
  if (value instanceof Date) return "date";
  // A plain object of another realm (a frame, a vm context) has that realm's Object.prototype.
  const foreign = Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf");
  return foreign ? "record" : "refused";
}

/**
 * Throws a TypeError when the value cannot be a key, and names the path to the part that is in the
 * way: a function, a symbol, an object inside itself, nesting beyond 256 levels, or an instance of
 * a class other than Date and the typed arrays.
 */
export function assertKey(key: unknown): void {
  assertPart(key, "", []);
}

function assertPart(part: unknown, path: string, above: object[]): void {
  if (typeof part === "function" || typeof part === "symbol") {
    throw refused(part, path, `a ${typeof part} has no value to compare by`, "Use plain data");
  }
  if (typeof part !== "object" || part === null) return;
  if (above.includes(part)) {
    throw refused(undefined, path, "the object contains itself", "Use an identifier in its place");
  }
  if (above.length >= MAX_KEY_DEPTH) {
    const why = `it is nested deeper than ${MAX_KEY_DEPTH} levels`;
    throw refused(undefined, path, why, "Use a flatter key");
  }
  const kind = kindOf(part);
  if (kind === "refused") {
    const name = part.constructor?.name || "a class";
    const why = `an instance of ${name} cannot be compared by value`;
    throw refused(part, path, why, "Use a plain object, an array or a string made from it");
  }
  if (kind !== "array" && kind !== "record") return;
  above.push(part);
  if (kind === "array") {
    const items = part as readonly unknown[];
    for (let i = 0; i < items.length; i++) assertPart(items[i], `${path}[${i}]`, above);
  } else {
    const symbol = Object.getOwnPropertySymbols(part)[0];
    if (symbol !== undefined) {
      throw refused(symbol, path, "it has a property named by a symbol", "Use strings as names");
    }
    for (const name of Object.keys(part)) {
      assertPart((part as Record<string, unknown>)[name], step(path, name), above);
    }
  }
  above.pop();
}

function step(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${show(name)}]`;
}

function refused(value: unknown, path: string, why: string, hint: string): TypeError {
  const shown = path.length <= 120 ? path : `${path.slice(0, 80)}…${path.slice(-39)}`;
  const at = path === "" ? "" : `, at key${shown}`;
  const of = value === undefined ? "" : ` (${show(value)})`;
  return new TypeError(`MEANDER_KEY  Cannot use a value as a key${at}${of}: ${why}. ${hint}`);
}
