/**
 * The grammar of specs as tables, from its JSON Schema.
 */

import { capital, table, wrapped } from "./markdown.ts";

/** What this tool knows of JSON Schema: as much as comes of the grammar. */
export interface JsonSchema {
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

/** The objects of the grammar, each as a table, in the order in which they are met. */
export class Grammar {
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
  if (pattern !== undefined) return pattern.includes("iB") ? "size" : "span of time";
  if (type === undefined) return "any value";
  const isBounded = minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER;
  return isBounded && type === "integer" ? `integer from ${minimum}` : type;
}

function plural(kind: string): string {
  return kind === "any value" ? "any values" : kind === "string" ? "strings" : kind;
}
