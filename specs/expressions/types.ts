/**
 * Questions about record types that only expressions ask.
 *
 * @module
 */

import {
  ANY,
  formatType,
  type RecordType,
  unionType,
} from "../../operators/contract/record_type.ts";

export const BOOLEAN: RecordType = { kind: "boolean" };
export const INTEGER: RecordType = { kind: "integer" };
export const NUMBER: RecordType = { kind: "number" };
export const STRING: RecordType = { kind: "string" };
export const NULL: RecordType = { kind: "null" };

/** The type of what has a problem already: it fits everywhere, so that no second problem follows. */
export const BROKEN: RecordType = { kind: "any" };

/** The type of `[]`, which takes that of the lists it meets. */
export const EMPTY_LIST: RecordType = { kind: "list", of: ANY };

/** The type of `{}`, which likewise says nothing about values. */
export const EMPTY_MAP: RecordType = { kind: "map", of: ANY };

/** A list of the type. */
export function listOf(of: RecordType): RecordType {
  return { kind: "list", of };
}

/** Whether values are integers: a datetime is milliseconds. */
export function isInteger({ kind }: RecordType): boolean {
  return kind === "integer" || kind === "datetime";
}

/** Whether values are numbers of a known kind. */
export function isNumeric(type: RecordType): boolean {
  return type.kind === "number" || isInteger(type);
}

/** Whether values are plain objects. */
export function isKeyed({ kind }: RecordType): boolean {
  return kind === "map" || kind === "object";
}

/** Whether `===` compares values of the type as CEL does. */
export function isScalar(type: RecordType): boolean {
  return type.kind === "optional" ? isScalar(type.of) : type.kind !== "any" && !("of" in type) &&
    type.kind !== "object";
}

/** The least common type of two branches or elements. */
export function join(a: RecordType, b: RecordType): RecordType {
  if (a === BROKEN || a === EMPTY_LIST && b.kind === "list") return b;
  if (b === BROKEN || b === EMPTY_LIST && a.kind === "list") return a;
  if (a === EMPTY_MAP && isKeyed(b)) return b.kind === "map" ? b : EMPTY_MAP;
  if (b === EMPTY_MAP && isKeyed(a)) return a.kind === "map" ? a : EMPTY_MAP;
  // A list keeps its elements' common type even where one of them is the empty list.
  if (a.kind === "list" && b.kind === "list") return listOf(join(a.of, b.of));
  if (a.kind !== b.kind && isInteger(a) && isInteger(b)) return INTEGER;
  return unionType(a, b);
}

/** The common type of all, `any` when there are none. */
export function joinAll(types: readonly RecordType[]): RecordType {
  return types.length === 0 ? ANY : types.reduce(join);
}

/** The type of the values of a map or an object under a key that is known only when evaluated. */
export function valueType(type: RecordType): RecordType {
  if (type.kind === "map") return type.of;
  return type.kind === "object" ? joinAll([...type.fields.values()]) : ANY;
}

/** Whether values of both types can ever be equal. */
export function isComparable(a: RecordType, b: RecordType): boolean {
  if (a.kind === "any" || b.kind === "any") return true;
  if (a.kind === "optional") return b.kind === "null" || isComparable(a.of, bare(b));
  if (b.kind === "optional") return a.kind === "null" || isComparable(a, b.of);
  if (isNumeric(a) && isNumeric(b)) return true;
  if (isKeyed(a) && isKeyed(b)) return true;
  if (a.kind === "list" && b.kind === "list") {
    return a === EMPTY_LIST || b === EMPTY_LIST || isComparable(a.of, b.of);
  }
  return a.kind === b.kind;
}

/** The type without `null`. */
export function bare(type: RecordType): RecordType {
  return type.kind === "optional" ? type.of : type;
}

/** The type as an error message names it, shortened. */
export function name(type: RecordType): string {
  const text = formatType(type);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
