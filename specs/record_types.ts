/**
 * Types of records as specs write them, and as the ports of operators declare them.
 *
 * @module
 */
import type { z } from "zod";
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import {
  ANY,
  optional,
  type RecordType,
  type ScalarKind,
} from "../operators/contract/record_type.ts";
import { hintFor, type Path, type Report } from "./problem.ts";
import type { TypeSpec } from "./spec.ts";

/** The names that types have in specs. */
export const TYPE_NAMES: readonly ScalarKind[] = [
  "string",
  "integer",
  "number",
  "boolean",
  "datetime",
  "any",
];

/** Reads a type; what is no type is reported, and counts as `any`. */
export function typeOf(spec: TypeSpec, path: Path, report: Report): RecordType {
  if (typeof spec === "string") return namedType(spec, path, report);
  // The grammar has seen to this, but for a field that is called `__proto__`.
  if (!isTypeSpec(spec)) {
    const message = `expected a type, [type] or fields with their types, not ${show(spec)}`;
    report({ path, message });
    return ANY;
  }
  if (Array.isArray(spec)) {
    return { kind: "list", of: typeOf(spec[0] as TypeSpec, [...path, 0], report) };
  }
  const fields = new Map<string, RecordType>();
  for (const [name, type] of Object.entries(spec as Readonly<Record<string, TypeSpec>>)) {
    fields.set(name, typeOf(type, [...path, name], report));
  }
  return { kind: "object", fields };
}

function isTypeSpec(spec: unknown): boolean {
  return Array.isArray(spec) ? spec.length === 1 : typeof spec === "object" && spec !== null;
}

function namedType(text: string, path: Path, report: Report): RecordType {
  const isOptional = text.endsWith("?");
  const name = isOptional ? text.slice(0, -1) : text;
  const kind = TYPE_NAMES.find((each) => each === name);
  if (kind !== undefined) return isOptional ? optional({ kind }) : { kind };
  const meant = ALIASES.get(name.toLowerCase()) ?? nearest(name, TYPE_NAMES);
  report({
    path,
    message: `there is no type ${show(name)}`,
    hint: hintFor(meant, `Types are ${TYPE_NAMES.join(", ")}`),
  });
  return ANY;
}

/** What other languages call them. */
const ALIASES: ReadonlyMap<string, ScalarKind> = new Map([
  ["int", "integer"],
  ["long", "integer"],
  ["bigint", "integer"],
  ["float", "number"],
  ["double", "number"],
  ["decimal", "number"],
  ["bool", "boolean"],
  ["str", "string"],
  ["text", "string"],
  ["date", "datetime"],
  ["time", "datetime"],
  ["timestamp", "datetime"],
  ["object", "any"],
]);

/** The type as a spec writes it. */
export function typeSpecOf(type: RecordType): TypeSpec {
  switch (type.kind) {
    case "list":
      return [typeSpecOf(type.of)];
    case "object":
      return Object.fromEntries([...type.fields].map(([name, of]) => [name, typeSpecOf(of)]));
    case "optional": {
      const of = typeSpecOf(type.of);
      return typeof of === "string" ? `${of}?` : of;
    }
    case "map":
    case "null":
      return "any";
    default:
      return type.kind;
  }
}

/** What the schema of a port says of its records, as far as types can say it. */
export function typeOfSchema(schema: z.ZodType): RecordType {
  const { def } = schema._zod as unknown as { def: Readonly<Record<string, unknown>> };
  const inner = () => typeOfSchema(def.innerType as z.ZodType);
  switch (def.type) {
    case "string":
    case "boolean":
    case "null":
      return { kind: def.type };
    case "number":
      return { kind: isInteger(def) ? "integer" : "number" };
    case "array":
      return { kind: "list", of: typeOfSchema(def.element as z.ZodType) };
    case "record":
      return { kind: "map", of: typeOfSchema(def.valueType as z.ZodType) };
    case "nullable":
      return optional(inner());
    case "readonly":
      return inner();
    case "object":
      return {
        kind: "object",
        fields: new Map(
          Object.entries(def.shape as Readonly<Record<string, z.ZodType>>).map(([name, of]) =>
            [name, typeOfSchema(of)] as const
          ),
        ),
      };
    default:
      return ANY;
  }
}

function isInteger(def: Readonly<Record<string, unknown>>): boolean {
  const checks = (def.checks ?? []) as { _zod: { def: { format?: string } } }[];
  const formats = [def.format, ...checks.map((check) => check._zod.def.format)];
  return formats.some((format) => /^(safeint|u?int)/.test(String(format)));
}

/** Whether a value of type `given` will do where `wanted` is asked for, as far as types can tell. */
export function fits(given: RecordType, wanted: RecordType): boolean {
  if (given.kind === "any" || wanted.kind === "any") return true;
  if (given.kind === "datetime") return fits({ kind: "integer" }, wanted);
  if (wanted.kind === "datetime") return fits(given, { kind: "integer" });
  if (wanted.kind === "optional") {
    return given.kind === "null" || fits(given.kind === "optional" ? given.of : given, wanted.of);
  }
  if (given.kind === "integer" && wanted.kind === "number") return true;
  if (given.kind === "object" && wanted.kind === "map") {
    return [...given.fields.values()].every((of) => fits(of, wanted.of));
  }
  if (given.kind !== wanted.kind) return false;
  if (given.kind === "object" && wanted.kind === "object") {
    return [...wanted.fields].every(([name, of]) => {
      const field = given.fields.get(name);
      return field === undefined ? of.kind === "optional" : fits(field, of);
    });
  }
  if ("of" in given && "of" in wanted) return fits(given.of, wanted.of);
  return true;
}

/** Whether every value of type `given` is one of `wanted`: then it may be trusted to be. */
export function isSurely(given: RecordType, wanted: RecordType): boolean {
  if (wanted.kind === "any") return true;
  if (given.kind === "any" || !fits(given, wanted)) return false;
  if (wanted.kind === "optional") {
    return given.kind === "null" ||
      isSurely(given.kind === "optional" ? given.of : given, wanted.of);
  }
  if (given.kind === "object" && wanted.kind === "object") {
    return [...wanted.fields].every(([name, of]) => {
      const field = given.fields.get(name);
      return field !== undefined && isSurely(field, of);
    });
  }
  return "of" in given && "of" in wanted ? isSurely(given.of, wanted.of) : true;
}
