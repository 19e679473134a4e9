/**
 * Values that fit a JSON Schema of a manifest, to try an operator with: few, small, and always the same.
 *
 * @module
 */
import { EXPRESSION } from "./json_schema.ts";
import type { JsonSchema } from "./manifest.ts";
import { zodOf } from "./zod_of.ts";

/** Some different values that fit; none where nothing was found that does. */
export function samplesOf(schema: JsonSchema, count: number): readonly unknown[] {
  const type = zodOf(schema);
  const found = new Map<string, unknown>();
  // Not every guess fits, and not every one is new.
  for (let i = 0; i < 4 * count && found.size < count; i++) {
    const value = sample(schema, i);
    if (value !== undefined && type.safeParse(value).success) {
      found.set(JSON.stringify(value), value);
    }
  }
  return [...found.values()];
}

function sample(schema: JsonSchema, i: number): unknown {
  if (schema[EXPRESSION] !== undefined) return undefined;
  if (schema.enum !== undefined) return turn(schema.enum as readonly unknown[], i);
  if (schema.const !== undefined) return schema.const;
  const options = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  if (options !== undefined) return sample(turn(options, i), Math.floor(i / options.length));
  switch (schema.type) {
    case "null":
      return null;
    case "boolean":
      return i % 2 === 0;
    case "string":
      return textOf(schema, i);
    case "integer":
    case "number":
      return numberOf(schema, i);
    case "array":
      return arrayOf(schema, i);
    case "object":
      return objectOf(schema, i);
    default:
      return turn([0, 1, 2, -1, 3, 7, -4], i);
  }
}

function turn<T>(list: readonly T[], i: number): T {
  return list[i % list.length];
}

function textOf({ minLength = 0, maxLength = Infinity }: JsonSchema, i: number): string {
  const text = turn(["a", "b", "ab", "c", "", "word", "ä"], i);
  return text.padEnd(Math.min(minLength as number, 1000), "x").slice(0, maxLength as number);
}

function numberOf(schema: JsonSchema, i: number): number {
  const limits = schema as Readonly<Record<string, number | undefined>>;
  const step = limits.multipleOf ?? (schema.type === "integer" ? 1 : 0.5);
  const low = limits.minimum ?? limits.exclusiveMinimum;
  const high = limits.maximum ?? limits.exclusiveMaximum;
  const offset = step * (i % 5);
  if (low !== undefined) return Math.ceil(low / step) * step + offset;
  if (high !== undefined) return Math.floor(high / step) * step - offset;
  return offset - step;
}

function arrayOf({ items = {}, prefixItems, minItems = 0 }: JsonSchema, i: number): unknown {
  if (prefixItems !== undefined) {
    return (prefixItems as readonly JsonSchema[]).map((part, at) => sample(part, i + at));
  }
  const length = Math.min(Math.max(minItems as number, i % 3), 100);
  return Array.from({ length }, (_unused, at) => sample(items as JsonSchema, i + at));
}

function objectOf(schema: JsonSchema, i: number): unknown {
  const { properties = {}, required = [], additionalProperties } = schema;
  const parts = Object.entries(properties as Readonly<Record<string, JsonSchema>>);
  if (parts.length === 0 && typeof additionalProperties === "object") {
    return { a: sample(additionalProperties as JsonSchema, i) };
  }
  const names = required as readonly string[];
  // What may be missing is missing now and then.
  const there = parts.filter(([name], at) => names.includes(name) || (i + at) % 3 > 0);
  const entries = there.map(([name, part], at) => [name, sample(part, i + at)] as const);
  const isWhole = entries.every(([name, value]) => value !== undefined || !names.includes(name));
  return isWhole
    ? Object.fromEntries(entries.filter(([, value]) => value !== undefined))
    : undefined;
}
