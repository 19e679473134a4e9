/**
 * The JSON Schema of a zod type, of the kind that manifests may have. `z.toJSONSchema` leaves out in silence what
 * cannot be said, such as a check in code: here everything that would be lost is a problem.
 *
 * @module
 */
import type { z } from "zod";
import { show } from "../../operators/contract/fault.ts";
import { Findings, type Path, type Report } from "./finding.ts";
import { checkJsonSchema, EXPRESSION } from "./json_schema.ts";
import type { JsonSchema } from "./manifest.ts";

/**
 * Whether what is given to a type is described, where parts with a default may be missing, or what comes out
 * of it, where they are there.
 */
export type Direction = "input" | "output";

type Def = Readonly<Record<string, unknown>> & { readonly type: string };
type Made = Record<string, unknown>;
type Check = Readonly<Record<string, unknown>> & { readonly check: string };

/** A zod type as a JSON Schema; what cannot be said is reported. */
export function schemaOf(
  type: z.ZodType,
  io: Direction,
  path: Path = [],
  report: Report = () => {},
): JsonSchema {
  const findings = new Findings();
  const schema = new Converter(io, report).convert(type, path);
  // What was said may still be too much of it.
  checkJsonSchema(schema, path, findings.report, { expressions: true });
  if (findings.problems.length > 0) {
    checkJsonSchema(schema, path, report, { expressions: true });
    return {};
  }
  return schema;
}

class Converter {
  readonly #io: Direction;
  readonly #report: Report;

  constructor(io: Direction, report: Report) {
    this.#io = io;
    this.#report = report;
  }

  convert(type: z.ZodType, path: Path): Made {
    // A type that contains itself would never end.
    if (path.length > 100) return this.#cannot(path, "it is too deep");
    const { expression } = type.meta() ?? {};
    const def = defOf(type);
    const schema = expression === undefined
      ? this.#bare(def, path)
      : { [EXPRESSION]: [...expression as readonly string[]] };
    return { ...schema, ...annotations(type) };
  }

  #bare(def: Def, path: Path): Made {
    switch (def.type) {
      case "unknown":
      case "any":
        return this.#checked({}, def, path);
      case "null":
      case "boolean":
      case "string":
      case "number":
        return this.#scalar(def, path);
      case "enum":
        return { enum: valuesOf(def.entries as Readonly<Record<string, string | number>>) };
      case "literal":
        return this.#literal(def.values as readonly unknown[], path);
      case "array":
        return this.#checked(
          { type: "array", items: this.convert(def.element as z.ZodType, path) },
          def,
          path,
        );
      case "tuple":
        return this.#tuple(def, path);
      case "record":
        return this.#record(def, path);
      case "object":
        return this.#object(def, path);
      case "union":
        return this.#union(def, path);
      case "nullable":
        return { anyOf: [this.convert(def.innerType as z.ZodType, path), { type: "null" }] };
      case "readonly":
        return this.convert(def.innerType as z.ZodType, path);
      case "default":
        return this.#default(def, path);
      case "optional":
        return this.#cannot(path, "only a property or the end of a tuple may be missing");
      case "pipe":
      case "transform":
        return this.#cannot(
          path,
          "a function makes something else of it; do that where it is used",
        );
      default:
        return this.#cannot(path, `a manifest has nothing for z.${def.type}()`);
    }
  }

  #cannot(path: Path, why: string): Made {
    this.#report(path, `cannot be said in a manifest: ${why}`);
    return {};
  }

  #scalar(def: Def, path: Path): Made {
    if (def.coerce === true) {
      return this.#cannot(path, "it makes something else of what it is given");
    }
    return this.#checked({ type: def.type }, def, path);
  }

  /** With what the checks of a type ask for. */
  #checked(schema: Made, def: Def, path: Path): Made {
    let made = schema;
    // A format of numbers or texts is the type's first check.
    const checks: Check[] = typeof def.check === "string" ? [{ ...def, check: def.check }] : [];
    for (const each of (def.checks ?? []) as readonly { _zod: { def: Check } }[]) {
      checks.push(each._zod.def);
    }
    for (const check of checks) {
      const more = limitOf(check, String(schema.type ?? ""));
      if (typeof more === "string") return this.#cannot(path, more);
      if ("multipleOf" in more && "multipleOf" in made) {
        return this.#cannot(path, "one divisor is all that it may have");
      }
      made = narrowed(made, more);
    }
    return made;
  }

  #literal(values: readonly unknown[], path: Path): Made {
    const bad = values.find((value) => !isPlain(value));
    if (values.includes(undefined) || bad !== undefined) {
      return this.#cannot(path, `${show(bad)} is no JSON`);
    }
    return values.length === 1 ? { const: values[0] } : { enum: [...values] };
  }

  #tuple(def: Def, path: Path): Made {
    const items = def.items as readonly z.ZodType[];
    const parts = items.map((item, i) => this.#part(item, [...path, i]));
    const least = parts.findLastIndex(({ isRequired }) => isRequired) + 1;
    const middle = parts.findIndex(({ isRequired }) => !isRequired);
    if (middle >= 0 && middle < least) {
      return this.#cannot([...path, middle], "only the end of a tuple may be missing");
    }
    const rest = def.rest as z.ZodType | null;
    return this.#checked(
      {
        type: "array",
        prefixItems: parts.map(({ schema }) => schema),
        items: rest === null ? false : this.convert(rest, path),
        ...(least === 0 ? {} : { minItems: least }),
      },
      def,
      path,
    );
  }

  #record(def: Def, path: Path): Made {
    const key = defOf(def.keyType as z.ZodType);
    if (key.type !== "string" || ((key.checks ?? []) as unknown[]).length > 0 || "check" in key) {
      return this.#cannot(path, "names of a record are any texts");
    }
    if (def.mode === "loose") return this.#cannot(path, "a record takes nothing besides");
    const values = this.convert(def.valueType as z.ZodType, path);
    return this.#checked({ type: "object", additionalProperties: values }, def, path);
  }

  #object(def: Def, path: Path): Made {
    const shape = Object.entries(def.shape as Readonly<Record<string, z.ZodType>>);
    const parts = shape.map(([name, part]) => [name, this.#part(part, [...path, name])] as const);
    const required = parts.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
    const made: Made = { type: "object" };
    if (parts.length > 0) {
      made.properties = Object.fromEntries(parts.map(([name, { schema }]) => [name, schema]));
    }
    if (required.length > 0) made.required = required;
    const rest = def.catchall as z.ZodType | undefined;
    if (rest !== undefined) made.additionalProperties = this.#rest(rest, path);
    return this.#checked(made, def, path);
  }

  #rest(rest: z.ZodType, path: Path): boolean | Made {
    if (defOf(rest).type === "never") return false;
    const schema = this.convert(rest, path);
    return Object.keys(schema).length === 0 ? true : schema;
  }

  /** A property, or an element of a tuple: only they may be missing. */
  #part(type: z.ZodType, path: Path): { readonly schema: Made; readonly isRequired: boolean } {
    const { def, optin, optout } = type._zod as unknown as {
      readonly def: Def;
      readonly optin?: string;
      readonly optout?: string;
    };
    const isRequired = (this.#io === "input" ? optin : optout) === undefined;
    if (def.type !== "optional") return { schema: this.convert(type, path), isRequired };
    const { schema } = this.#part(def.innerType as z.ZodType, path);
    return { schema: { ...schema, ...annotations(type) }, isRequired };
  }

  #union(def: Def, path: Path): Made {
    const options = (def.options as readonly z.ZodType[]).map((each) => this.convert(each, path));
    return this.#checked(
      def.inclusive === false ? { oneOf: options } : { anyOf: options },
      def,
      path,
    );
  }

  #default(def: Def, path: Path): Made {
    const inner = this.convert(def.innerType as z.ZodType, path);
    if (this.#io === "output") return inner;
    const value = def.defaultValue;
    if (!isPlain(value)) return this.#cannot(path, `the default ${show(value)} is no JSON`);
    return { ...inner, default: value };
  }
}

const LIMITS: Readonly<Record<string, readonly [keyword: string, value: string]>> = {
  min_length: ["min", "minimum"],
  max_length: ["max", "maximum"],
};

const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** What a check asks for as keywords, or why that cannot be said. */
function limitOf(check: Check, type: string): Made | string {
  const { check: kind, format, value } = check;
  const isNumber = type === "number" || type === "integer";
  if (kind === "number_format" && (format === "safeint" || String(format) in INTEGERS)) {
    const [minimum, maximum] = INTEGERS[String(format)] ?? [];
    return { type: "integer", ...(minimum === undefined ? {} : { minimum, maximum }) };
  }
  if (kind === "number_format" && format === "float64") return {};
  if (isNumber && typeof value === "number" && Number.isFinite(value)) {
    const [, name] = kind === "greater_than" ? ["", "Minimum"] : ["", "Maximum"];
    if (kind === "multiple_of") return value > 0 ? { multipleOf: value } : "a divisor is above 0";
    if (kind === "greater_than" || kind === "less_than") {
      return { [check.inclusive === true ? name.toLowerCase() : `exclusive${name}`]: value };
    }
  }
  const unit = type === "string" ? "Length" : type === "array" ? "Items" : "";
  if (unit !== "" && kind === "length_equals") {
    return { [`min${unit}`]: check.length, [`max${unit}`]: check.length };
  }
  if (unit !== "" && Object.hasOwn(LIMITS, kind)) {
    const [keyword, from] = LIMITS[kind];
    return { [`${keyword}${unit}`]: check[from] };
  }
  return kind === "string_format" && typeof format === "string"
    ? `the format ${show(format)} of texts; check it where a record is handled`
    : `a check in code (${kind}); check it where a record is handled`;
}

/** Both limits hold: of two of a kind, the narrower. */
function narrowed(schema: Made, more: Made): Made {
  const made: Made = { ...schema };
  for (const [name, value] of Object.entries(more)) {
    const before = made[name];
    if (typeof before !== "number" || typeof value !== "number") made[name] = value;
    else if (/^(min|exclusiveMin)/.test(name)) made[name] = Math.max(before, value);
    else made[name] = Math.min(before, value);
  }
  return made;
}

/** A numeric enumeration of TypeScript has its names as values, too. */
function valuesOf(entries: Readonly<Record<string, string | number>>): (string | number)[] {
  const numbers = Object.values(entries).filter((value) => typeof value === "number");
  return Object.entries(entries).filter(([name]) => !numbers.includes(Number(name)))
    .map(([, value]) => value);
}

function annotations(type: z.ZodType): Made {
  const { title, description } = type.meta() ?? {};
  return {
    ...(typeof title === "string" ? { title } : {}),
    ...(typeof description === "string" ? { description } : {}),
  };
}

/** Whether a value is JSON, and comes back as it is. */
export function isPlain(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== "object" || !isBare(value)) return false;
  return Object.values(value).every(isPlain);
}

function isBare(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function defOf(type: z.ZodType): Def {
  return (type._zod as unknown as { def: Def }).def;
}
