/**
 * Whether the records that a process sends are what its manifest says, at the speed of a loop where that can be.
 *
 * @module
 */
import type { z } from "zod";
import { type Data, valuesOf } from "../../batches/data.ts";
import { show } from "../../operators/contract/fault.ts";
import type { JsonSchema } from "../manifest/manifest.ts";

/** What is wrong with the first record that does not fit, `null` when all do. */
export type RecordCheck = (data: Data<unknown>, length: number) => string | null;

/** A look at one value, or `null` where only the whole schema can tell. */
type Look = (value: unknown) => boolean;

/** For an output of that name whose records have the schema. */
export function recordCheck(output: string, schema: JsonSchema, whole: z.ZodType): RecordCheck {
  if (Object.keys(schema).every((key) => NOTES.includes(key))) return () => null;
  const look = lookOf(schema) ?? ((value: unknown) => whole.safeParse(value).success);
  const areDoubles = isJust(schema, "number");
  const areInts = isJust(schema, "integer") || areDoubles;
  return (data, length) => {
    if (areInts && data instanceof Int32Array) return null;
    const values = valuesOf(data);
    for (let i = 0; i < length; i++) {
      if (look(values[i])) continue;
      const [issue] = whole.safeParse(values[i]).error?.issues ?? [];
      const where = issue === undefined ? "" : `/${issue.path.map(String).join("/")}: `;
      const why = issue?.message ?? "it does not fit its schema";
      return `it sent ${show(values[i])} on output "${output}": ${where}${why}`;
    }
    return null;
  };
}

/** They say nothing about a value. */
const NOTES = ["title", "description", "default", "$schema"];

function isJust(schema: JsonSchema, type: string): boolean {
  return schema.type === type &&
      Object.keys(schema).every((key) => [...NOTES, "type"].includes(key)) ||
    type === "integer" && schema.type === "integer" && isSafeRange(schema);
}

/** As integers are written that are just integers. */
function isSafeRange(schema: JsonSchema): boolean {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  return minimum === Number.MIN_SAFE_INTEGER && maximum === Number.MAX_SAFE_INTEGER &&
    Object.keys(schema).every((key) => [...NOTES, "type", "minimum", "maximum"].includes(key));
}

function lookOf(schema: JsonSchema): Look | null {
  const keys = Object.keys(schema).filter((key) => !NOTES.includes(key));
  if (keys.length === 0) return () => true;
  if (isJust(schema, "string")) return (value) => typeof value === "string";
  if (isJust(schema, "boolean")) return (value) => typeof value === "boolean";
  if (isJust(schema, "number")) return (value) => Number.isFinite(value);
  if (isJust(schema, "integer")) return (value) => Number.isSafeInteger(value);
  return schema.type === "object" ? lookAtFields(schema, keys) : null;
}

function lookAtFields(schema: JsonSchema, keys: readonly string[]): Look | null {
  const known = ["type", "properties", "required", "additionalProperties"];
  const { properties, required = [], additionalProperties } = schema;
  const isClosed = additionalProperties === false;
  if (!isClosed || keys.some((key) => !known.includes(key))) return null;
  const names = Object.keys(properties as object);
  const all = required as readonly string[];
  if (names.length === 0 || names.some((name) => !all.includes(name))) return null;
  const looks = names.map((name) => lookOf((properties as Record<string, JsonSchema>)[name]));
  if (looks.some((look) => look === null)) return null;
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const record = value as Record<string, unknown>;
    for (let i = 0; i < names.length; i++) {
      if (!Object.hasOwn(record, names[i]) || !looks[i]!(record[names[i]])) return false;
    }
    return Object.keys(record).length === names.length;
  };
}
