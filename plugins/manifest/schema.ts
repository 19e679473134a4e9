/**
 * The grammar of `plugin.json`, and reading it. What is read here was written by somebody whom nobody knows:
 * sizes and depth are looked at before anything else, and nothing of the plugin's code is touched.
 *
 * @module
 */
import validRange from "semver/ranges/valid.js";
import { z } from "zod";
import { isVersion, PLUGIN_NAME } from "../names.ts";
import { MOST_OPERATORS, OPERATOR_NAME } from "./define_plugin.ts";
import { hasControls, LONGEST_TEXT } from "./json_schema.ts";
import { checkSchema } from "./zod_of.ts";

/** Ports of one kind, and what else an operator may have many of. */
const MOST_PORTS = 32;
const MOST_RIGHTS = 100;
const LONGEST_NAME = 64;

/** Where a JSON Schema stands, for those who publish the grammar: `schema`, or `config` with functions. */
export type SchemaPlace = "schema" | "config";

/** What the grammar is published with, under this name in the metadata of a type. */
export const PLACE = "meanderPlace";

function jsonSchema(place: SchemaPlace): z.ZodType {
  return z.unknown().superRefine((schema, context) => {
    if (schema === undefined) return context.addIssue({ code: "custom", message: "is missing" });
    checkSchema(
      schema,
      [],
      (path, message) => context.addIssue({ code: "custom", path: [...path], message }),
      { expressions: place === "config" },
    );
  }).meta({ [PLACE]: place });
}

/** A text without what a terminal obeys; one of a line has no line feeds either. */
function text(lines: "line" | "lines", longest = LONGEST_TEXT): z.ZodString {
  return z.string().min(1, "is empty").max(longest, `is longer than ${longest} characters`)
    .refine((value) => !hasControls(value) && (lines === "lines" || !/[\t\n]/.test(value)), {
      error: lines === "line" ? "has control characters or line feeds" : "has control characters",
    });
}

/** An object that has these parts and no others; the message of an unknown name has all that are known. */
function strict<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const names = JSON.stringify(Object.keys(shape));
  return z.strictObject(shape, {
    error: ({ code }) => code === "unrecognized_keys" ? names : undefined,
  });
}

function named<T extends z.ZodType>(
  pattern: RegExp,
  what: string,
  value: T,
  most: number,
): z.ZodRecord<z.ZodString, T> {
  const name = z.string().max(LONGEST_NAME).regex(pattern, `a name has ${what}`);
  return z.record(name, value).superRefine((object, context) => {
    const { length } = Object.keys(object);
    if (length <= most) return;
    context.addIssue({ code: "custom", message: `has ${length} names, more than ${most}` });
  }) as z.ZodRecord<z.ZodString, T>;
}

const PORT = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const portName = text("line", LONGEST_NAME);

function ports<T extends z.ZodType>(value: T): z.ZodRecord<z.ZodString, T> {
  return named(
    PORT,
    'letters, digits, "_" and "-", and begins with a letter or "_"',
    value,
    MOST_PORTS,
  );
}

const field = text("line", 200).refine(
  (name) => !/^(__proto__|constructor|prototype)$/.test(name),
  {
    error: "is no field of a record",
  },
);

const pact = z.union([
  z.enum(["pipeline", "broadcast", "gather", "balance"]),
  strict({ exchange: field.nullable() }),
], {
  error: 'expected pipeline, broadcast, gather, balance or {"exchange": a field, or null}',
});

/** Types of records as data: those of objects are no JSON, since their fields have an order. */
const recordType: z.ZodType = z.union([
  strict({
    kind: z.enum(["string", "integer", "number", "boolean", "datetime", "null", "any"]),
  }),
  strict({
    kind: z.enum(["list", "map", "optional"]),
    get of() {
      return recordType;
    },
  }),
], {
  error: 'expected a type, such as {"kind": "number"} or {"kind": "list", "of": {"kind": "any"}}',
});

const typesBy = named(
  /^[\w.[\]-]+$/,
  'letters, digits, "_", "-", "." and "[]"',
  z.union([text("line", 200), recordType], { error: "expected a name or a type" }),
  MOST_PORTS,
);

const operatorTypes = strict({
  parameters: typesBy.optional(),
  results: typesBy.optional(),
  outputs: named(/^(\*|[A-Za-z_][\w-]*)$/, "a port's name, or is *", text("line", 200), MOST_PORTS)
    .optional(),
});

const example = strict({
  with: z.record(z.string(), z.unknown()).optional(),
  inputs: ports(z.array(z.unknown())).optional(),
  outputs: ports(z.array(z.unknown())),
});

const operator = strict({
  summary: text("line", 300),
  docs: text("lines").optional(),
  example: example.optional(),
  types: operatorTypes.optional(),
  config: jsonSchema("config"),
  inputs: ports(jsonSchema("schema")),
  outputs: ports(jsonSchema("schema")),
  interest: z.enum(["never", "notifications", "always"]).optional(),
  connects: z.array(z.tuple([portName, portName])).max(MOST_PORTS * MOST_PORTS).optional(),
  pacts: ports(pact).optional(),
  source: z.enum(["pinned", "split"]).optional(),
  records: z.literal("one by one", { error: 'expected "one by one"' }).optional(),
  state: strict({ version: z.int().min(1), schema: jsonSchema("schema") }).optional(),
});

const HOST =
  /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(:[0-9]{1,5})?$/;

/** Commas separate names in the flags of the runtime: what has one would grant something else. */
const place = text("line", 1000).refine((path) => !path.includes(","), { error: "has a comma" });

const permissions = strict({
  net: z.array(z.string().regex(HOST, "expected a host, such as example.com or example.com:443"))
    .max(MOST_RIGHTS).optional(),
  read: z.array(place).max(MOST_RIGHTS).optional(),
  write: z.array(place).max(MOST_RIGHTS).optional(),
  env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,200}$/, "expected a variable's name"))
    .max(MOST_RIGHTS).optional(),
});

/** Within the folder by its letters alone: no way up, nothing encoded, no address, no drive. */
const ENTRY =
  /^(?:\.\/)?(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.[cm]?[jt]sx?$/;

/** The grammar. What one part says of another is held against it by {@linkcode checkParts}. */
export const manifestSchema: z.ZodType = strict({
  // For editors, which look there for the grammar; nobody follows it.
  $schema: text("line", 500).optional(),
  name: z.string().max(LONGEST_NAME).regex(
    PLUGIN_NAME,
    "expected lower-case letters, digits and -, beginning with a letter",
  ),
  version: z.string().max(LONGEST_NAME)
    .refine((value) => value.length <= LONGEST_NAME && isVersion(value), {
      error: "expected major.minor.patch, such as 1.4.0",
    }),
  meander: z.string().min(1).max(200).refine(
    (value) => value.length <= 200 && !hasControls(value) && validRange(value) !== null,
    { error: "expected a range of versions, such as ^1.2" },
  ),
  entry: z.string().max(200).regex(
    ENTRY,
    'expected a module in this folder, such as "mod.ts", by letters, digits, ".", "_", "-" and "/"',
  ),
  summary: text("line", 300),
  license: z.string().max(200).regex(/^[A-Za-z0-9.+() -]+$/, "expected an SPDX expression")
    .optional(),
  operators: named(
    OPERATOR_NAME,
    "letters, digits and -, and begins in lower case",
    operator,
    MOST_OPERATORS,
  ).refine((operators) => Object.keys(operators).length > 0, { error: "has no operators" }),
  permissions: permissions.optional(),
});
