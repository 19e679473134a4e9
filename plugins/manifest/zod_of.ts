/**
 * The zod type of a manifest's JSON Schema. It is our own, since `z.fromJSONSchema` knows of no functions, takes
 * an integer beyond 2^53, and makes unions where the rest of the engine reads types from nullable and record.
 *
 * @module
 */
import { z } from "zod";
import { anyRecord, expression } from "../../operators/contract/definition.ts";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { Findings, type Path, type Report } from "./finding.ts";
import { checkJsonSchema, EXPRESSION, isObject } from "./json_schema.ts";
import type { JsonSchema } from "./manifest.ts";

/**
 * The zod type that accepts what a schema accepts. An object leaves out what it does not name, but for
 * `additionalProperties`; lengths of texts are counted as JavaScript counts them.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_SCHEMA` for a schema that manifests may not have.
 */
export function zodOf(schema: JsonSchema): z.ZodType {
  const findings = new Findings();
  checkJsonSchema(schema, [], findings.report, { expressions: true });
  const { problems } = findings;
  if (problems.length === 0) return convert(schema);
  throw new MeanderError("MEANDER_PLUGIN_SCHEMA", "Cannot use a JSON Schema", { problems });
}

/** Reports what a schema has that manifests may not have, and defaults that it does not accept itself. */
export function checkSchema(
  schema: unknown,
  path: Path,
  report: Report,
  options: { readonly expressions?: boolean } = {},
): void {
  let isRight = true;
  const tell: Report = (at, message) => {
    isRight = false;
    report(at, message);
  };
  checkJsonSchema(schema, path, tell, options);
  if (isRight) checkDefaults(schema as JsonSchema, path, report);
}

function checkDefaults(schema: JsonSchema, path: Path, report: Report): void {
  if (schema.default !== undefined && !bare(schema).safeParse(schema.default).success) {
    report([...path, "default"], `${show(schema.default)} does not fit the schema itself`);
  }
  const within = (part: unknown, ...at: Path) => {
    if (isObject(part)) checkDefaults(part, [...path, ...at], report);
  };
  for (const name of ["items", "additionalProperties"]) within(schema[name], name);
  for (const name of ["anyOf", "oneOf", "prefixItems"]) {
    ((schema[name] ?? []) as unknown[]).forEach((part, i) => within(part, name, i));
  }
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    within(part, "properties", name);
  }
}

function convert(schema: JsonSchema): z.ZodType {
  let type = bare(schema);
  if (schema.default !== undefined) {
    // A fresh one each time: whoever gets it may keep it.
    type = type.default(() => structuredClone(schema.default));
  }
  return annotated(type, schema);
}

function annotated(type: z.ZodType, schema: JsonSchema): z.ZodType {
  const { title, description } = schema as { title?: string; description?: string };
  const titled = title === undefined ? type : type.meta({ title });
  return description === undefined ? titled : titled.describe(description);
}

function bare(schema: JsonSchema): z.ZodType {
  if (schema.enum !== undefined) return oneOfValues(schema.enum as readonly z.core.util.Literal[]);
  if (schema.const !== undefined) return z.literal(schema.const as z.core.util.Literal);
  if (schema.anyOf !== undefined) return anyOf(schema.anyOf as readonly JsonSchema[]);
  if (schema.oneOf !== undefined) {
    return z.xor((schema.oneOf as readonly JsonSchema[]).map(convert));
  }
  const parameters = schema[EXPRESSION] as readonly string[] | undefined;
  if (parameters !== undefined) return expression(...parameters);
  switch (schema.type) {
    case "null":
      return z.null();
    case "boolean":
      return z.boolean();
    case "string":
      return stringOf(schema);
    case "integer":
      return bounded(z.int(), schema);
    case "number":
      return bounded(z.number(), schema);
    case "array":
      return arrayOf(schema);
    case "object":
      return objectOf(schema);
    default:
      return anyRecord;
  }
}

function oneOfValues(values: readonly z.core.util.Literal[]): z.ZodType {
  return values.every((value) => typeof value === "string")
    ? z.enum(values as readonly string[])
    : z.literal(values);
}

/** `null` behind one other is what may be missing. */
function anyOf(options: readonly JsonSchema[]): z.ZodType {
  const [first, last] = options;
  const isNull = options.length === 2 && last.type === "null" && Object.keys(last).length === 1;
  return isNull ? convert(first).nullable() : z.union(options.map(convert));
}

function stringOf({ minLength, maxLength }: JsonSchema): z.ZodType {
  let type = z.string();
  if (minLength !== undefined) type = type.min(minLength as number);
  if (maxLength !== undefined) type = type.max(maxLength as number);
  return type;
}

function bounded(number: z.ZodNumber, schema: JsonSchema): z.ZodType {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Readonly<
    Record<string, number | undefined>
  >;
  let type = number;
  if (minimum !== undefined) type = type.min(minimum);
  if (maximum !== undefined) type = type.max(maximum);
  if (exclusiveMinimum !== undefined) type = type.gt(exclusiveMinimum);
  if (exclusiveMaximum !== undefined) type = type.lt(exclusiveMaximum);
  if (multipleOf !== undefined) type = type.multipleOf(multipleOf);
  return type;
}

function arrayOf(schema: JsonSchema): z.ZodType {
  const { items, prefixItems } = schema;
  const minItems = schema.minItems as number | undefined;
  if (prefixItems !== undefined) {
    const least = minItems ?? 0;
    const parts = (prefixItems as readonly JsonSchema[]).map((part, i) => {
      const type = convert(part);
      return i < least ? type : type.optional();
    });
    const tuple = z.tuple(parts as [z.ZodType, ...z.ZodType[]]);
    if (items === false) return tuple;
    return tuple.rest(items === undefined ? z.unknown() : convert(items as JsonSchema));
  }
  let type = z.array(items === undefined ? z.unknown() : convert(items as JsonSchema));
  if (minItems !== undefined) type = type.min(minItems);
  if (schema.maxItems !== undefined) type = type.max(schema.maxItems as number);
  return type;
}

function objectOf({ properties = {}, required = [], additionalProperties }: JsonSchema): z.ZodType {
  const parts = Object.entries(properties as Readonly<Record<string, JsonSchema>>);
  const rest = additionalProperties as boolean | JsonSchema | undefined;
  if (parts.length === 0 && typeof rest === "object") return z.record(z.string(), convert(rest));
  const names = required as readonly string[];
  const shape = Object.fromEntries(
    parts.map(([name, part]) => {
      const type = convert(part);
      const isThere = names.includes(name) || part.default !== undefined;
      // What is said of a part is said of the whole of it, which is where it is looked for.
      return [name, isThere ? type : annotated(type.optional(), part)];
    }),
  );
  if (typeof rest === "object") return z.object(shape).catchall(convert(rest));
  if (rest === undefined) return z.object(shape);
  return rest ? z.looseObject(shape) : z.strictObject(shape);
}
