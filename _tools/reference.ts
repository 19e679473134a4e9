/**
 * Writes what is published of the grammar of specs: its JSON Schema, for editors, and the reference, for people.
 * Both come from the schemas that check specs, so that they cannot say anything else.
 */

import { stringify } from "yaml";
import { z } from "zod";
import { anyRecord } from "../operators/contract/definition.ts";
import { formatType } from "../operators/contract/record_type.ts";
import { core } from "../plugins/core.ts";
import type { AnyFormat, Plugin } from "../plugins/registry.ts";
import { settingsOf } from "../specs/describe.ts";
import { NAME, specSchema } from "../specs/grammar.ts";
import { typeOfSchema } from "../specs/record_types.ts";

/** What this tool knows of JSON Schema: as much as comes of the grammar. */
interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | false;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
}

const WIDTH = 100;

/** The grammar as a JSON Schema, draft 2020-12. */
export function jsonSchema(): JsonSchema {
  const published = specSchema((value) => z.record(z.string().regex(NAME), value));
  const { $schema, title, ...rest } = z.toJSONSchema(published, { target: "draft-2020-12" });
  return { $schema, $id: "urn:meander:spec:1", title, ...rest } as JsonSchema;
}

/** The files by their paths from the root of the project. */
export function files(): Readonly<Record<string, string>> {
  return {
    "docs/spec.schema.json": `${JSON.stringify(jsonSchema(), null, 2)}\n`,
    "docs/spec-reference.md": reference(jsonSchema(), core),
  };
}

function reference(schema: JsonSchema, plugin: Plugin): string {
  const { name, version, formats = [], operators } = plugin;
  const parts = [
    "<!-- deno-fmt-ignore-file -->",
    "# Reference of specs",
    wrapped(
      "Every part of a spec, every format and every operator. [specs.md](specs.md) shows them at work, " +
        "[expressions.md](expressions.md) is about the texts under `with`, and " +
        "[spec.schema.json](spec.schema.json) is the same grammar as a JSON Schema for editors. This page " +
        "is written by `deno task reference` from the schemas that check specs.",
    ),
    "## Grammar",
    wrapped(
      "NAME stands for a name that you choose: letters, digits, `_` and `-`, beginning with a letter or " +
        "`_`. A span of time is a number with its unit, such as `500ms`, `5s`, `1m`, `1h` or `1d`; without " +
        "a unit it counts milliseconds, or the unit of the field that it is about.",
    ),
    ...new Grammar(schema).sections(),
    "## Formats",
    ...formats.flatMap(aboutFormat),
    "## Operators",
    `Of the plugin \`${name}\`, version ${version}.`,
    ...operators.flatMap((operator) => aboutOperator(plugin, operator)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The objects of the grammar, each as a table, in the order in which they are met. */
class Grammar {
  readonly #schema: JsonSchema;
  // A section may be wanted by several others.
  readonly #queue = new Map<string, JsonSchema>();

  constructor(schema: JsonSchema) {
    this.#schema = schema;
    this.#queue.set("spec", schema);
  }

  sections(): string[] {
    // A map may grow while it is iterated.
    return [...function* (this: Grammar) {
      for (const [title, schema] of this.#queue) {
        yield `### ${title}`;
        yield schema.properties === undefined
          ? wrapped(`${capital(this.#kind(schema, title))}.${NOTES[title] ?? ""}`)
          : this.#table(title, schema);
      }
    }.call(this)];
  }

  #table(title: string, { properties = {}, required = [] }: JsonSchema): string {
    const rows = Object.entries(properties).map(([name, schema]) => [
      `\`${name}\``,
      this.#kind(schema, title === "spec" || title.includes(" with ") ? name : `${title}.${name}`),
      required.includes(name) ? "yes" : "",
      schema.description ?? "",
    ]);
    return table(["part", "value", "required", "what it is"], rows);
  }

  /** What a value may be, in a few words; `place` is where it stands. */
  #kind(schema: JsonSchema, place: string): string {
    if (schema.$ref !== undefined) return this.#section(schema.$ref.replace("#/$defs/", ""));
    if (schema.const !== undefined) return `\`${schema.const}\``;
    if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
    if (schema.anyOf !== undefined) {
      const alternatives = schema.anyOf.map((each) => this.#kind(each, place));
      return [...new Set(alternatives)].join(" or ");
    }
    if (schema.prefixItems !== undefined) {
      return `list of one ${this.#kind(schema.prefixItems[0], place)}, as in \`[string]\``;
    }
    if (schema.type === "array") return `list of ${plural(this.#kind(schema.items || {}, place))}`;
    if (schema.type !== "object") return simple(schema);
    if (schema.properties !== undefined) return this.#object(schema, place);
    const values = schema.additionalProperties;
    const inner = this.#kind(typeof values === "object" ? values : {}, `${place}.NAME`);
    return `{ ${schema.propertyNames?.pattern === undefined ? "field" : "NAME"}: ${inner} }`;
  }

  #object(schema: JsonSchema, place: string): string {
    const parts = Object.entries(schema.properties!);
    if (parts.length === 1) {
      const [[name, part]] = parts;
      return `{ ${name}: ${this.#kind(part, place)} }`;
    }
    const [first] = schema.required ?? [];
    const isAlternative = place in (this.#schema.$defs ?? {}) ||
      /feedback|outputs\.NAME/.test(place);
    return this.#section(
      isAlternative && first !== undefined && place !== "outputs.NAME"
        ? `${place} with ${first}`
        : place,
      schema,
    );
  }

  #section(title: string, schema: JsonSchema = this.#schema.$defs![title]): string {
    if (!this.#queue.has(title)) this.#queue.set(title, schema);
    return `[${title}](#${title.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-")})`;
  }
}

/** What a table or an alternative cannot say. */
const NOTES: Readonly<Record<string, string>> = {
  type:
    " The names of types are `string`, `integer`, `number`, `boolean`, `datetime` and `any`, with `?` " +
    "behind one for values that may be null.",
};

function simple({ type, pattern, minimum }: JsonSchema): string {
  if (pattern !== undefined) return "span of time";
  if (type === undefined) return "any value";
  return minimum === undefined || type !== "integer" ? type : `integer from ${minimum}`;
}

function aboutFormat(format: AnyFormat): string[] {
  const use = [
    ...(format.decoder === undefined ? [] : ["inputs"]),
    ...(format.encoder === undefined ? [] : ["outputs"]),
  ];
  return [
    `### format ${format.name}`,
    wrapped(`For ${use.join(" and ")}. ${sentence(format.summary)}`),
    ...(format.docs === undefined ? [] : [wrapped(format.docs)]),
    ...settings(format.config),
  ];
}

function aboutOperator({ name }: Plugin, operator: Plugin["operators"][number]): string[] {
  const { example } = operator;
  const parts = [
    `### ${name}/${operator.name}`,
    wrapped(sentence(operator.summary)),
    ...(operator.docs === undefined ? [] : [wrapped(operator.docs)]),
    wrapped(`Reads ${ports(operator.inputs)}; sends ${ports(operator.outputs)}.`),
    ...settings(operator.config),
  ];
  if (example === undefined) return parts;
  const use = `${name}/${operator.name}`;
  const node = example.with === undefined ? { use } : { use, with: example.with };
  const records = (word: string, by: Readonly<Record<string, readonly unknown[]>> = {}) =>
    Object.entries(by).map(([port, list]) => `# ${word} ${port}: ${JSON.stringify(list)}\n`).join(
      "",
    );
  return [
    ...parts,
    `\`\`\`yaml\n${stringify(node, { lineWidth: 0 })}${records("reads", example.inputs)}` +
    `${records("sends", example.outputs)}\`\`\``,
  ];
}

function ports(of: Readonly<Record<string, z.ZodType>>): string {
  const all = Object.entries(of).map(([name, schema]) => {
    const type = schema === anyRecord ? undefined : typeOfSchema(schema);
    return type === undefined || type.kind === "any"
      ? `\`${name}\``
      : `\`${name}\` (${formatType(type)})`;
  });
  return all.join(" and ") || "nothing";
}

function settings(config: z.ZodType): string[] {
  const rows = settingsOf(config).map((line) => {
    const [, name, rest] = /^(\S+)\s+(.*)$/.exec(line)!;
    return [`\`${name}\``, rest];
  });
  return rows.length === 0 ? ["It has no settings."] : [table(["setting", "value"], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_title, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const lines = cells.map((row) => line(row.map((cell, i) => cell.padEnd(widths[i]))));
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function wrapped(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

function sentence(text: string): string {
  return `${capital(text).replace(/\.$/, "")}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function plural(kind: string): string {
  return kind === "any value" ? "any values" : kind === "string" ? "strings" : kind;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(files())) Deno.writeTextFileSync(path, text);
}
