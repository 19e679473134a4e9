/**
 * The grammar of `plugin.json` as it is published, for editors. It says less than what is checked: what a text
 * means and what one part says of another is not in it.
 *
 * @module
 */
import { z } from "zod";
import {
  ANNOTATIONS,
  DEEPEST,
  EXPRESSION,
  LONGEST_TEXT,
  MOST_NODES,
  OF_TYPE,
} from "./json_schema.ts";
import type { JsonSchema } from "./manifest.ts";
import { manifestSchema, PLACE, type SchemaPlace } from "./schema.ts";

/** A JSON Schema of manifests, draft 2020-12. */
export function publishedSchema(): JsonSchema {
  const { $schema, $defs, ...rest } = z.toJSONSchema(manifestSchema, {
    target: "draft-2020-12",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      const place = jsonSchema[PLACE] as SchemaPlace | undefined;
      if (place === undefined) return;
      delete jsonSchema[PLACE];
      jsonSchema.$ref = `#/$defs/${place}`;
    },
  });
  return {
    $schema,
    $id: "urn:meander:plugin:1",
    title: "A Meander plugin",
    ...rest,
    $defs: { ...$defs, schema: schemas("schema"), config: schemas("config") },
  };
}

const TEXT = { type: "string", maxLength: LONGEST_TEXT };

/** The small JSON Schemas as a JSON Schema: of each kind those keywords that go with it. */
function schemas(place: SchemaPlace): JsonSchema {
  const inner = { $ref: `#/$defs/${place}` };
  const list = { type: "array", items: inner };
  const values = { type: ["string", "number", "boolean", "null"] };
  const length = { type: "integer", minimum: 0 };
  const keywords: Readonly<Record<string, unknown>> = {
    title: TEXT,
    description: TEXT,
    default: {},
    enum: { type: "array", minItems: 1, items: values },
    const: values,
    anyOf: { ...list, minItems: 1 },
    oneOf: { ...list, minItems: 1 },
    [EXPRESSION]: { type: "array", maxItems: 16, uniqueItems: true, items: { type: "string" } },
    minLength: length,
    maxLength: length,
    minItems: length,
    maxItems: length,
    minimum: { type: "number" },
    maximum: { type: "number" },
    exclusiveMinimum: { type: "number" },
    exclusiveMaximum: { type: "number" },
    multipleOf: { type: "number", exclusiveMinimum: 0 },
    items: { anyOf: [inner, { const: false }] },
    prefixItems: list,
    properties: { type: "object", additionalProperties: inner },
    required: { type: "array", uniqueItems: true, items: { type: "string" } },
    additionalProperties: { anyOf: [{ type: "boolean" }, inner] },
  };
  const kind = (required: readonly string[], own: readonly string[], type: unknown) => ({
    type: "object",
    properties: {
      ...(type === undefined ? {} : { type }),
      ...Object.fromEntries([...own, ...ANNOTATIONS].map((name) => [name, keywords[name]])),
    },
    required,
    additionalProperties: false,
  });
  const anyType = { enum: Object.keys(OF_TYPE) };
  return {
    description:
      `A JSON Schema of a small kind: at most ${DEEPEST} deep and of ${MOST_NODES} parts`,
    anyOf: [
      kind([], [], undefined),
      ...Object.entries(OF_TYPE).map(([type, own]) => kind(["type"], own, { const: type })),
      ...["enum", "const"].map((name) => kind([name], [name], anyType)),
      ...["anyOf", "oneOf"].map((name) => kind([name], [name], undefined)),
      ...(place === "config" ? [kind([EXPRESSION], [EXPRESSION], undefined)] : []),
    ],
  };
}
