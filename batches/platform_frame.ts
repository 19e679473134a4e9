/**
 * Frames (`frame.ts`) for readers that trust the writer, who is the process itself: for other threads and for
 * disks. What is no column is written by the platform's structured serialisation, so that every type survives
 * that a record may have.
 *
 * @module
 */
import { deserialize, serialize } from "node:v8";
import type { Data } from "./data.ts";
import { decodeFrame as decode, encodeFrame as encode } from "./frame.ts";
import type { ValuesCodec } from "./plain_values.ts";
import { show } from "./show.ts";

/**
 * The first `length` records as one frame.
 *
 * @throws {TypeError} `MEANDER_FRAME`, showing the record, for what has no form outside of its thread: functions,
 * symbols, and instances of classes of one's own.
 */
export function encodeFrame(data: Data<unknown>, length: number): Uint8Array<ArrayBuffer> {
  return encode(data, length, platformValues);
}

/**
 * The records of a frame. They share nothing with it.
 *
 * @throws {RangeError} `MEANDER_FRAME` for bytes that are no frame.
 */
export function decodeFrame(frame: Uint8Array): Data<unknown> {
  return decode(frame, platformValues);
}

const platformValues: ValuesCodec = {
  tag: 6,
  encode(values) {
    values.forEach((value) => checkKept(value, new Set()));
    return serialize(values);
  },
  // Bytes in it would be views of the frame, which the next one is written into.
  decode: (bytes) => deserialize(bytes.slice()),
};

/** What the platform would refuse, or turn into something else without a word. */
function checkKept(value: unknown, seen: Set<object>): void {
  if (typeof value === "function" || typeof value === "symbol") throw refused(value);
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return;
  if (!isAsMade(value)) throw refused(value);
  if (value instanceof Map) {
    for (const pair of value) checkKept(pair, seen);
  } else if (value instanceof Set) {
    for (const member of value) checkKept(member, seen);
  } else if (Array.isArray(value)) {
    for (const element of value) checkKept(element, seen);
  } else if (isPlain(value)) {
    for (const name of Object.keys(value)) checkKept(value[name], seen);
  }
}

/** What the platform makes again as what it was. */
const KEPT: ReadonlySet<object> = new Set(
  [
    ...[Object, Array, Map, Set, Date, RegExp, ArrayBuffer],
    ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
  ].map((type) => type.prototype),
);

/** No class of one's own, and no properties named by symbols: those would be left behind. */
function isAsMade(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype !== null && !KEPT.has(prototype)) return false;
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** An object literal, or one without a prototype, which arrives as an object literal. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function refused(value: unknown): TypeError {
  return new TypeError(
    `MEANDER_FRAME  Cannot send a record as bytes (${show(value)}): a function, a ` +
      `symbol, also as the name of a property, or an instance of a class of one's own stays where ` +
      `it is. Send plain data`,
  );
}
