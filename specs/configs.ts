/**
 * Configurations of operators as specs write them: texts become functions where the operator takes one.
 *
 * @module
 */
import type { z } from "zod";
import type { AnyOperator } from "../operators/contract/definition.ts";
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import { ANY, formatType, type RecordType, unionType } from "../operators/contract/record_type.ts";
import { compileExpression, type ExpressionScope } from "./expressions/compile.ts";
import { type Finding, hintFor, listed, type Path, type Report } from "./problem.ts";
import { fits, isSurely } from "./record_types.ts";
import { namesIn, reportIssue, under } from "./structure.ts";

/** Functions of a module, by name. */
export type Functions = Readonly<Record<string, unknown>>;

/** What can be configured, as far as its configuration is concerned. */
export type Configured = Pick<AnyOperator, "config" | "inputs" | "types">;

/** What a configuration is compiled with. */
export interface ConfigScope {
  /** The types of records by input port. */
  readonly inputs: ReadonlyMap<string, RecordType>;
  /** The type of times. */
  readonly time: RecordType;
  /** What is the same for every record, such as `params`. */
  readonly constants: NonNullable<ExpressionScope["constants"]>;
  /** `undefined` when the spec has no module. */
  readonly functions: Functions | undefined;
}

/** A configuration that the operator's schema has accepted or refused. */
export interface CompiledConfig {
  /** With functions; `undefined` when something does not fit, which was reported. */
  readonly config: unknown;
  /** What expressions give, by their name in the configuration; `records[]` for elements of a list. */
  readonly results: ReadonlyMap<string, RecordType>;
  /** Expressions of nothing but the record of one input. */
  readonly single: readonly { readonly port: string; readonly f: (record: unknown) => unknown }[];
}

type Def = Readonly<Record<string, unknown>> & { readonly type: string };

/** Compiles one configuration. */
export class ConfigCompiler {
  readonly #operator: Configured;
  readonly #scope: ConfigScope;
  readonly #report: Report = (finding) => void this.#findings.push(finding);
  readonly #results = new Map<string, RecordType>();
  readonly #single: { port: string; f: (record: unknown) => unknown }[] = [];
  readonly #tell: Report;
  #findings: Finding[] = [];
  // Expressions whose results count as anything, because others give who knows what in their place.
  readonly #widened = new Set<string>();

  /** For that operator, or for what is configured like one. */
  constructor(operator: Configured, scope: ConfigScope, report: Report) {
    this.#operator = operator;
    this.#scope = scope;
    this.#tell = report;
  }

  get #failed(): boolean {
    return this.#findings.length > 0;
  }

  /** The whole configuration, which stands at that path. */
  compile(written: unknown, path: Path): CompiledConfig {
    const given = written ?? {};
    let config = this.#value(this.#operator.config, given, path, "");
    if (this.#widened.size > 0) {
      // What was found with the narrower type may be none.
      this.#findings = [];
      this.#results.clear();
      this.#single.length = 0;
      config = this.#value(this.#operator.config, given, path, "");
    }
    if (!this.#failed) {
      const checked = this.#operator.config.safeParse(config);
      for (const issue of checked.error?.issues ?? []) {
        // What an issue is about stands below `path` in what was compiled.
        const known = namesIn(this.#operator.config);
        reportIssue(issue, path, under(path, config), this.#report, known);
      }
    }
    this.#findings.forEach(this.#tell);
    const isUsable = !this.#failed;
    return {
      config: isUsable ? config : undefined,
      results: this.#results,
      single: this.#single,
    };
  }

  /** Replaces texts by functions where the schema has an expression; the rest stays for the schema to judge. */
  #value(schema: z.ZodType, value: unknown, path: Path, name: string): unknown {
    const inner = unwrapped(schema);
    const parameters = expressionOf(inner);
    if (parameters !== undefined) return this.#expression(parameters, value, path, name);
    const def = defOf(inner);
    if (def.type === "object" && isObject(value)) return this.#fields(def, value, path);
    if (def.type === "array" && Array.isArray(value)) {
      return value.map((each, i) =>
        this.#value(def.element as z.ZodType, each, [...path, i], `${name}[]`)
      );
    }
    if (def.type === "record" && isObject(value)) {
      return mapValues(
        value,
        (each, key) =>
          this.#value(def.valueType as z.ZodType, each, [...path, key], `${name}.${key}`),
      );
    }
    if (def.type === "union") {
      const options = (def.options as z.ZodType[]).map(unwrapped);
      const expression = options.find((option) => expressionOf(option) !== undefined);
      if (expression !== undefined && (typeof value === "string" || isFunctionName(value))) {
        return this.#value(expression, value, path, name);
      }
      if (expression !== undefined) this.#result(name, literalType(value));
    }
    return value;
  }

  /** Those first whose results others are given. */
  #fields(def: Def, value: Readonly<Record<string, unknown>>, path: Path): unknown {
    const shape = def.shape as Readonly<Record<string, z.ZodType>>;
    const before = new Set<unknown>(Object.values(this.#operator.types?.parameters ?? {}));
    const names = Object.keys(value).filter((name) => Object.hasOwn(shape, name));
    const ordered = [
      ...names.filter((name) => before.has(name)),
      ...names.filter((name) => !before.has(name)),
    ];
    const compiled = new Map(
      ordered.map((name) => [name, this.#value(shape[name], value[name], [...path, name], name)]),
    );
    return mapValues(value, (each, name) => compiled.has(name) ? compiled.get(name) : each);
  }

  #expression(parameters: readonly string[], value: unknown, path: Path, name: string): unknown {
    if (isFunctionName(value)) return this.#named(value.function, path, name);
    if (typeof value === "function") return value;
    if (typeof value !== "string") {
      // What is no text stands for itself, as it would within an expression.
      if (["number", "boolean"].includes(typeof value) || value === null) {
        return this.#compile(parameters, JSON.stringify(value), path, name);
      }
      this.#report({
        path,
        message: `expected an expression, as text${notValue(value)}`,
        hint: "Put it into double quotes",
      });
      return value;
    }
    return this.#compile(parameters, value, path, name);
  }

  #compile(parameters: readonly string[], value: string, path: Path, name: string): unknown {
    const types = new Map(parameters.map((parameter) => [parameter, this.#typeOf(parameter)]));
    const rule = this.#operator.types?.results?.[name];
    const compiled = compileExpression(value, {
      parameters: types,
      wanted: typeof rule === "string" ? undefined : rule,
      constants: this.#scope.constants,
    });
    if (!compiled.ok) {
      for (const { message, hint, offset } of compiled.problems) {
        // A lone word is mostly meant as itself.
        const isWord = /^[A-Za-z_]\w*$/.test(value) && message.startsWith("there is no ");
        this.#report({
          path,
          message: `"${shortened(value)}": ${lowered(message)}`,
          hint: isWord ? quoted(value, hint) : hint,
          offset,
        });
      }
      return value;
    }
    this.#checkResult(name, compiled.type, value, path);
    this.#result(name, compiled.type);
    this.#note(parameters, compiled.f);
    return compiled.f;
  }

  /** A list of expressions gives what any of them gives. */
  #result(name: string, type: RecordType): void {
    if (this.#widened.has(name)) return void this.#results.set(name, ANY);
    const before = this.#results.get(name);
    this.#results.set(name, before === undefined ? type : unionType(before, type));
  }

  #note(parameters: readonly string[], f: (...args: unknown[]) => unknown): void {
    if (parameters.length !== 1) return;
    const port = parameters[0] === "record" ? "in" : parameters[0];
    if (Object.hasOwn(this.#operator.inputs, port)) this.#single.push({ port, f });
  }

  #typeOf(parameter: string): RecordType {
    const { inputs, time } = this.#scope;
    if (parameter === "time") return time;
    if (parameter === "record" && inputs.has("in")) return inputs.get("in")!;
    const from = this.#operator.types?.parameters?.[parameter];
    if (typeof from === "object") return from;
    return inputs.get(parameter) ?? (from === undefined ? ANY : this.#results.get(from) ?? ANY);
  }

  #checkResult(name: string, given: RecordType, text: string, path: Path): void {
    const rule = this.#operator.types?.results?.[name];
    const wanted = typeof rule === "string" ? this.#results.get(rule) : rule;
    // What may be something else makes what it has to be like unknown as well: an accumulated value is trusted.
    if (wanted === undefined || fits(given, wanted)) {
      const isSure = wanted === undefined || isSurely(given, wanted);
      if (typeof rule === "string" && !isSure) this.#widened.add(rule);
      return;
    }
    const like = typeof rule === "string" ? `, like "${rule}"` : "";
    this.#report({
      path,
      message: `"${shortened(text)}" gives ${formatType(given)}: expected ${
        formatType(wanted)
      }${like}`,
    });
  }

  #named(name: string, path: Path, result: string): unknown {
    const { functions } = this.#scope;
    this.#result(result, ANY);
    if (functions !== undefined && Object.hasOwn(functions, name)) {
      const f = functions[name];
      if (typeof f === "function") return f;
      this.#report({ path, message: `"${name}" of the module of functions is no function` });
      return undefined;
    }
    const meant = functions === undefined ? undefined : nearest(name, Object.keys(functions));
    this.#report({
      path,
      message: functions === undefined
        ? `function ${show(name)} is not known: the spec names no module`
        : `the module of functions does not export ${show(name)}`,
      hint: functions === undefined
        ? "Name one with functions: ./FILE.ts"
        : hintFor(meant, `It exports ${listed(Object.keys(functions))}`),
    });
    return undefined;
  }
}

/** What a value that is written as it stands tells of records like it. */
export function literalType(value: unknown): RecordType {
  if (value === null) return { kind: "null" };
  if (typeof value === "boolean" || typeof value === "string") {
    return { kind: typeof value as "boolean" | "string" };
  }
  if (typeof value === "number") {
    return { kind: Number.isSafeInteger(value) ? "integer" : "number" };
  }
  if (Array.isArray(value)) {
    const of = value.map(literalType);
    return { kind: "list", of: of.length === 0 ? ANY : of.reduce(unionType) };
  }
  if (!isObject(value)) return ANY;
  return {
    kind: "object",
    fields: new Map(Object.entries(value).map(([name, each]) => [name, literalType(each)])),
  };
}

/** The parameters of an expression; `undefined` for a schema of anything else. */
export function expressionOf(schema: z.ZodType): readonly string[] | undefined {
  return schema.meta()?.expression as readonly string[] | undefined;
}

/** What a schema is about, without what may be left out or has a default. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  let at = schema;
  while (expressionOf(at) === undefined) {
    const { innerType } = defOf(at);
    if (innerType === undefined) return at;
    at = innerType as z.ZodType;
  }
  return at;
}

/** What zod knows of a schema. */
export function defOf(schema: z.ZodType): Def {
  return (schema._zod as unknown as { def: Def }).def;
}

function isFunctionName(value: unknown): value is { function: string } {
  return isObject(value) && Object.keys(value).length === 1 && typeof value.function === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own properties stay own properties, whatever they are called. */
function mapValues(
  object: Readonly<Record<string, unknown>>,
  f: (value: unknown, name: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, f(value, name)]));
}

/** Within a sentence; what begins with an abbreviation stays. */
function lowered(message: string): string {
  return /^[A-Z][a-z ]/.test(message)
    ? message.charAt(0).toLowerCase() + message.slice(1)
    : message;
}

function quoted(word: string, hint: string | undefined): string {
  return `${
    hint === undefined ? "" : `${hint.replace(/\.$/, "")}. `
  }The text itself is written "'${word}'"`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

function notValue(value: unknown): string {
  return value === undefined ? "" : `, not ${shortened(JSON.stringify(value) ?? String(value))}`;
}
