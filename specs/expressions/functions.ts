/**
 * The functions of the language: their types, and which helper of the runtime does each.
 *
 * @module
 */

import { ANY, type RecordType } from "../../operators/contract/record_type.ts";
import { length } from "./loops.ts";
import { call, inline, retyped, type Term } from "./terms.ts";
import {
  BOOLEAN,
  INTEGER,
  isInteger,
  isKeyed,
  isNumeric,
  listOf,
  NUMBER,
  STRING,
} from "./types.ts";

/**
 * What a parameter takes. `any` takes untyped values only; `loose` takes those and numbers; `value` takes
 * everything. Where a parameter demands a kind, an untyped value is checked when evaluated.
 */
export type Parameter =
  | "string"
  | "integer"
  | "number"
  | "numeric"
  | "boolean"
  | "list"
  | "texts"
  | "keyed"
  | "any"
  | "loose"
  | "value";

/** One form of a function. */
export interface Overload {
  /** Of a method, the first is the receiver. */
  readonly parameters: readonly Parameter[];
  readonly make: (operands: readonly Term[]) => Term;
}

/** All forms of all functions of one way to call. */
export type Functions = ReadonlyMap<string, readonly Overload[]>;

function helper(
  parameters: string,
  name: string,
  type: RecordType,
  fails: "fails" | "total",
): Overload {
  return {
    parameters: parameters.split(" ") as Parameter[],
    make: (operands) => call(name, type, operands, fails === "fails"),
  };
}

function code(
  parameters: string,
  type: RecordType,
  write: (...codes: string[]) => string,
): Overload {
  return {
    parameters: parameters.split(" ") as Parameter[],
    make: (operands) => inline(type, operands, write),
  };
}

function same(parameter: Parameter, type: RecordType): Overload {
  return { parameters: [parameter], make: ([term]) => retyped(term!, type) };
}

const sizes: readonly Overload[] = [
  helper("string", "textLength", INTEGER, "total"),
  { parameters: ["list"], make: ([term]) => length(term!) },
  helper("keyed", "size", INTEGER, "total"),
  helper("any", "size", INTEGER, "fails"),
];

function rounding(name: string): [string, readonly Overload[]] {
  return [name, [
    same("integer", INTEGER),
    helper("number", name, INTEGER, "fails"),
    helper("any", name, INTEGER, "fails"),
  ]];
}

function extreme(name: string): [string, readonly Overload[]] {
  return [name, [
    helper("integer integer", name, INTEGER, "total"),
    helper("numeric numeric", name, NUMBER, "total"),
    helper("loose loose", name, ANY, "fails"),
  ]];
}

/** Called as `name(x)`. */
export const globals: Functions = new Map<string, readonly Overload[]>([
  ["size", sizes],
  ["int", [
    same("integer", INTEGER),
    helper("number", "toInteger", INTEGER, "fails"),
    helper("string", "toInteger", INTEGER, "fails"),
    helper("any", "toInteger", INTEGER, "fails"),
  ]],
  ["double", [
    same("numeric", NUMBER),
    helper("string", "toDouble", NUMBER, "fails"),
    helper("any", "toDouble", NUMBER, "fails"),
  ]],
  ["string", [
    same("string", STRING),
    code("integer", STRING, (x) => `("" + ${x})`),
    helper("number", "toText", STRING, "total"),
    helper("boolean", "toText", STRING, "total"),
    helper("any", "toText", STRING, "fails"),
  ]],
  ["bool", [
    same("boolean", BOOLEAN),
    helper("string", "toBoolean", BOOLEAN, "fails"),
    helper("any", "toBoolean", BOOLEAN, "fails"),
  ]],
  ["dyn", [same("value", ANY)]],
  ["abs", [
    helper("integer", "abs", INTEGER, "total"),
    helper("number", "abs", NUMBER, "total"),
    helper("any", "abs", ANY, "fails"),
  ]],
  extreme("min"),
  extreme("max"),
  rounding("floor"),
  rounding("ceil"),
  rounding("round"),
]);

/** Called as `x.name()`. */
export const methods: Functions = new Map<string, readonly Overload[]>([
  ["size", sizes],
  ["contains", [code("string string", BOOLEAN, (x, y) => `${x}.includes(${y})`)]],
  ["startsWith", [code("string string", BOOLEAN, (x, y) => `${x}.startsWith(${y})`)]],
  ["endsWith", [code("string string", BOOLEAN, (x, y) => `${x}.endsWith(${y})`)]],
  ["charAt", [helper("string integer", "charAt", STRING, "fails")]],
  ["indexOf", [
    helper("string string", "indexOf", INTEGER, "total"),
    helper("string string integer", "indexOf", INTEGER, "fails"),
  ]],
  ["lastIndexOf", [
    helper("string string", "lastIndexOf", INTEGER, "total"),
    helper("string string integer", "lastIndexOf", INTEGER, "fails"),
  ]],
  ["lowerAscii", [helper("string", "lowerAscii", STRING, "total")]],
  ["upperAscii", [helper("string", "upperAscii", STRING, "total")]],
  ["lower", [code("string", STRING, (x) => `${x}.toLowerCase()`)]],
  ["upper", [code("string", STRING, (x) => `${x}.toUpperCase()`)]],
  ["replace", [
    helper("string string string", "replace", STRING, "total"),
    helper("string string string integer", "replace", STRING, "total"),
  ]],
  ["split", [
    helper("string string", "split", listOf(STRING), "total"),
    helper("string string integer", "splitLimited", listOf(STRING), "total"),
  ]],
  ["substring", [
    helper("string integer", "substring", STRING, "fails"),
    helper("string integer integer", "substring", STRING, "fails"),
  ]],
  ["trim", [helper("string", "trim", STRING, "total")]],
  ["join", [
    helper("texts", "joinTexts", STRING, "fails"),
    helper("texts string", "joinTexts", STRING, "fails"),
  ]],
  ["reverse", [helper("string", "reverse", STRING, "total")]],
  ["words", [helper("string", "words", listOf(STRING), "total")]],
]);

/** Whether the parameter takes values of the type as they are. */
export function takes(parameter: Parameter, type: RecordType): boolean {
  switch (parameter) {
    case "value":
      return true;
    case "loose":
      return type.kind === "any" || isNumeric(type);
    case "numeric":
      return isNumeric(type);
    case "integer":
      return isInteger(type);
    case "keyed":
      return isKeyed(type);
    case "texts":
      return type.kind === "list" && (type.of.kind === "string" || type.of.kind === "any");
    default:
      return type.kind === parameter;
  }
}

/** The helper that checks an untyped value for a parameter, and the type it then has. */
export const guards: ReadonlyMap<Parameter, readonly [string, RecordType]> = new Map([
  ["string", ["needString", STRING]],
  ["integer", ["needInteger", INTEGER]],
  ["number", ["needNumber", NUMBER]],
  ["boolean", ["needBoolean", BOOLEAN]],
  ["texts", ["needList", listOf(ANY)]],
]);

const noTimes = "Times are integers, milliseconds since 1970";

/** Names that CEL has and this language has not, and why or what instead. */
export const notOffered: ReadonlyMap<string, string> = new Map([
  ["matches", "Regular expressions can take exponential time: use contains, split or words"],
  ["timestamp", noTimes],
  ["duration", noTimes],
  ["uint", "Write int(x)"],
  ["bytes", "Use strings"],
  ["type", "Compare with null, or give the input a schema"],
  ["none", "Write x == null ? … : x"],
  ["of", "Write x == null ? … : x"],
  ["optional", "Write x == null ? … : x"],
  ["bind", "Write the expression twice, or compute it in an operator before"],
  ["format", "Join strings with +"],
  ["quote", "Join strings with +"],
]);
