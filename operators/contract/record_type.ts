/**
 * What is known of records before any has come: the types that schemas of inputs declare, that expressions
 * are checked against, and that streams pass on.
 *
 * @module
 */

/**
 * The type of a record or of a part of one. `integer` is a safe integer and `number` any finite double; a
 * `datetime` is written as text (ISO 8601) and is an integer inside, milliseconds since 1970. `any` is what
 * nothing is known of.
 */
export type RecordType =
  | { readonly kind: ScalarKind }
  | { readonly kind: "list"; readonly of: RecordType }
  | { readonly kind: "map"; readonly of: RecordType }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, RecordType> }
  | { readonly kind: "optional"; readonly of: RecordType };

/** Types without parts. */
export type ScalarKind =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "datetime"
  | "null"
  | "any";

/** Nothing is known. */
export const ANY: RecordType = { kind: "any" };

/** The type as a reader of a schema would write it: `{origin: string, hops: integer?}`. */
export function formatType(type: RecordType): string {
  switch (type.kind) {
    case "list":
      return `[${formatType(type.of)}]`;
    case "map":
      return `map of ${formatType(type.of)}`;
    case "optional":
      return `${formatType(type.of)}?`;
    case "object":
      return `{${[...type.fields].map(([name, of]) => `${name}: ${formatType(of)}`).join(", ")}}`;
    default:
      return type.kind;
  }
}

/** Whether two types are the same; fields of objects may stand in another order. */
export function sameType(a: RecordType, b: RecordType): boolean {
  if (a.kind === "object" && b.kind === "object") {
    if (a.fields.size !== b.fields.size) return false;
    return [...a.fields].every(([name, of]) => {
      const other = b.fields.get(name);
      return other !== undefined && sameType(of, other);
    });
  }
  if ("of" in a && "of" in b) return a.kind === b.kind && sameType(a.of, b.of);
  return a.kind === b.kind;
}

/**
 * The least type that holds the values of both, as far as there is one: `any` where they have nothing in
 * common. An integer is a number; a field that only one of two objects has makes both `any`.
 */
export function unionType(a: RecordType, b: RecordType): RecordType {
  if (sameType(a, b)) return a;
  if (a.kind === "null") return optional(b);
  if (b.kind === "null") return optional(a);
  if (a.kind === "optional") return optional(unionType(a.of, b.kind === "optional" ? b.of : b));
  if (b.kind === "optional") return optional(unionType(a, b.of));
  if (isNumeric(a) && isNumeric(b)) return { kind: "number" };
  if (a.kind === "list" && b.kind === "list") return { kind: "list", of: unionType(a.of, b.of) };
  if (a.kind === "map" && b.kind === "map") return { kind: "map", of: unionType(a.of, b.of) };
  if (a.kind !== "object" || b.kind !== "object" || a.fields.size !== b.fields.size) return ANY;
  const fields = new Map<string, RecordType>();
  for (const [name, of] of a.fields) {
    const other = b.fields.get(name);
    if (other === undefined) return ANY;
    fields.set(name, unionType(of, other));
  }
  return { kind: "object", fields };
}

/** The type with `null` among its values. */
export function optional(type: RecordType): RecordType {
  return type.kind === "optional" || type.kind === "null" || type.kind === "any"
    ? type
    : { kind: "optional", of: type };
}

function isNumeric({ kind }: RecordType): boolean {
  return kind === "integer" || kind === "number";
}
