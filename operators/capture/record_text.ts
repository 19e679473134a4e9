/**
 * Records as JSON, without loss: what JSON can say stands as it is, and what it cannot say is written as an
 * object with the single name `$`, whose value is a kind and what it is made of:
 *
 * | value                          | as                                                    |
 * | ------------------------------ | ----------------------------------------------------- |
 * | `undefined`                    | `{"$":["undefined"]}`                                 |
 * | `NaN`, `Infinity`, `-Infinity`, `-0` | `{"$":["number","NaN"]}`                        |
 * | a bigint                       | `{"$":["bigint","12"]}`                               |
 * | a date                         | `{"$":["date","2020-01-01T00:00:00.000Z"]}`, or `null` for an invalid one |
 * | a map, a set                   | `{"$":["map",[["key","value"]]]}`, `{"$":["set",[1]]}` |
 * | bytes (`Uint8Array`)           | `{"$":["bytes","AQID"]}`, in base64                   |
 * | an object with a property `$`  | `{"$":["object",[["$",1]]]}`                          |
 *
 * Everything else is refused. Two places that hold the same object hold equal ones afterwards, and objects
 * without a prototype become object literals, as between workers.
 *
 * @module
 */
import { MeanderError, show } from "../contract/fault.ts";

/** Deeper, a value is looked at with more care: it may contain itself. */
const DEEP = 64;

/**
 * The records as one JSON list.
 *
 * @throws {MeanderError} `MEANDER_LOG_RECORD`, showing the record, for what cannot be written without loss.
 */
export function textOf(records: ArrayLike<unknown>): string {
  const list: unknown[] = new Array(records.length);
  for (let i = 0; i < records.length; i++) {
    list[i] = encoded(records[i]);
  }
  return JSON.stringify(list);
}

/**
 * The records of a value that `JSON.parse` gave for a text of `textOf`. The value is used up.
 *
 * @throws {TypeError} with the reason, for what no `textOf` has written.
 */
export function recordsFrom(value: unknown, text: string): unknown[] {
  if (!Array.isArray(value)) throw new TypeError("its records are no list");
  if (text.includes('"$"') || text.includes("\\u0024")) return decoded(value) as unknown[];
  return value;
}

function encoded(record: unknown): unknown {
  try {
    return isJson(record, 0) ? record : encode(record, new Set());
  } catch (error) {
    if (MeanderError.is(error)) throw error;
    throw refused(record, error instanceof RangeError ? "it is nested too deeply" : show(error));
  }
}

/** Whether JSON gives back the same value. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      return value === null || depth < DEEP && isJsonObject(value, depth);
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    const list = value as unknown[];
    return isDense(list) && list.every((item) => isJson(item, depth + 1));
  }
  if (prototype !== Object.prototype && prototype !== null) return false;
  if (Object.getOwnPropertySymbols(value).length > 0) return false;
  const names = Object.keys(value);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (name === "$" || !isJson((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return true;
}

/** No holes, and nothing besides its elements. */
function isDense(list: readonly unknown[]): boolean {
  const names = Object.keys(list);
  // Elements come first, in order: as many names as elements, the last one included, leave no other names.
  return names.length === list.length &&
    (list.length === 0 || names[list.length - 1] === String(list.length - 1));
}

function encode(value: unknown, around: Set<object>): unknown {
  switch (typeof value) {
    case "undefined":
      return { $: ["undefined"] };
    case "bigint":
      return { $: ["bigint", String(value)] };
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $: ["number", Object.is(value, -0) ? "-0" : String(value)] };
    case "function":
    case "symbol":
      throw refused(value, `it is a ${typeof value}`);
    case "object":
      return value === null ? null : encodeObject(value, around);
    default:
      return value;
  }
}

function encodeObject(value: object, around: Set<object>): unknown {
  if (around.has(value)) throw refused(value, "it contains itself");
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw refused(value, "it has a property that is named by a symbol");
  }
  around.add(value);
  const form = encodeKind(value, around);
  around.delete(value);
  return form;
}

function encodeKind(value: object, around: Set<object>): unknown {
  const within = (item: unknown) => encode(item, around);
  switch (Object.getPrototypeOf(value)) {
    case Array.prototype:
      if (isDense(value as unknown[])) return (value as unknown[]).map(within);
      throw refused(value, "it is a list with holes, or with properties of its own");
    case Object.prototype:
    case null:
      return encodePlain(value as Record<string, unknown>, within);
    case Uint8Array.prototype:
      return { $: ["bytes", (value as Uint8Array).toBase64()] };
  }
  if (Object.keys(value).length > 0) throw refused(value, "it is an instance of a class");
  switch (Object.getPrototypeOf(value)) {
    case Date.prototype: {
      const date = value as Date;
      return { $: ["date", Number.isNaN(date.getTime()) ? null : date.toISOString()] };
    }
    case Map.prototype:
      return { $: ["map", Array.from(value as Map<unknown, unknown>, (pair) => pair.map(within))] };
    case Set.prototype:
      return { $: ["set", Array.from(value as Set<unknown>, within)] };
    default:
      throw refused(value, "it is an instance of a class");
  }
}

function encodePlain(
  value: Record<string, unknown>,
  within: (item: unknown) => unknown,
): unknown {
  const pairs = Object.keys(value).map((name) => [name, within(value[name])] as const);
  if (Object.hasOwn(value, "$")) return { $: ["object", pairs] };
  // Unlike an assignment it makes a property of `__proto__`.
  return Object.fromEntries(pairs);
}

function refused(value: unknown, why: string): MeanderError {
  return new MeanderError(
    "MEANDER_LOG_RECORD",
    `Cannot write ${show(value)} to a log: ${why}`,
    { hint: "Map the records to plain data before they are captured" },
  );
}

function decoded(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = decoded(value[i]);
    return value;
  }
  const object = value as Record<string, unknown>;
  const names = Object.keys(object);
  if (Object.hasOwn(object, "$")) {
    if (names.length === 1 && Array.isArray(object.$)) return decodeKind(object.$);
    throw new TypeError(`${show(object)} is no value`);
  }
  // They exist, `__proto__` too, so that this changes them and nothing else.
  for (const name of names) object[name] = decoded(object[name]);
  return object;
}

function decodeKind(form: readonly unknown[]): unknown {
  const [kind, of] = form;
  const make = typeof kind === "string" ? DECODERS[kind] : undefined;
  if (make !== undefined && form.length <= 2) {
    const value = make(of);
    if (value !== WRONG) return value;
  }
  throw new TypeError(`${show({ $: form })} is no value`);
}

const WRONG = Symbol("no value of its kind");
const NUMBERS: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  "-Infinity": -Infinity,
  "-0": -0,
};

const isText = (of: unknown): of is string => typeof of === "string";
const isPair = (of: unknown): of is [unknown, unknown] => Array.isArray(of) && of.length === 2;

/** What each kind is made of; `WRONG` for what it cannot be made of. */
const DECODERS: Readonly<Record<string, (of: unknown) => unknown>> = {
  __proto__: null as never,
  undefined: (of) => of === undefined ? undefined : WRONG,
  number: (of) => isText(of) && Object.hasOwn(NUMBERS, of) ? NUMBERS[of] : WRONG,
  bigint: (of) => isText(of) && /^-?\d+$/.test(of) ? BigInt(of) : WRONG,
  date(of) {
    if (of === null) return new Date(NaN);
    const date = new Date(isText(of) ? of : NaN);
    return Number.isNaN(date.getTime()) ? WRONG : date;
  },
  map: (of) => Array.isArray(of) && of.every(isPair) ? new Map(decoded(of) as []) : WRONG,
  set: (of) => Array.isArray(of) ? new Set(decoded(of) as []) : WRONG,
  bytes(of) {
    try {
      return isText(of) ? Uint8Array.fromBase64(of) : WRONG;
    } catch {
      return WRONG;
    }
  },
  object(of) {
    const isObject = Array.isArray(of) && of.every((pair) => isPair(pair) && isText(pair[0]));
    return isObject ? Object.fromEntries(decoded(of) as []) : WRONG;
  },
};
