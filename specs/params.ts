/**
 * The parameters of a spec: values that are given when it is run.
 *
 * @module
 */
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import type { RecordType } from "../operators/contract/record_type.ts";
import { hintFor, listed, type Path, type Report } from "./problem.ts";
import { BROKEN } from "./scopes.ts";
import type { ParamSpec } from "./spec.ts";

/** Values by name. Texts may stand for numbers and booleans, as on a command line. */
export type ParamValues = Readonly<Record<string, unknown>>;

/** What expressions know as `params`. */
export interface CheckedParams {
  readonly type: RecordType;
  readonly value: ParamValues;
  /** Those that have neither a value nor a default. */
  readonly missing: readonly string[];
}

/** In the place of a value that is not given: expressions can be checked all the same. */
const STANDINS = { string: "", integer: 0, number: 0, boolean: false } as const;

/** Holds values and defaults against the declarations. */
export function checkParams(
  declared: Readonly<Record<string, ParamSpec | typeof BROKEN>>,
  given: ParamValues,
  report: Report,
): CheckedParams {
  const fields = new Map<string, RecordType>();
  const values: [string, unknown][] = [];
  const missing: string[] = [];
  for (const [name, spec] of Object.entries(declared)) {
    if (spec === BROKEN) {
      fields.set(name, { kind: "any" });
      values.push([name, Object.hasOwn(given, name) ? given[name] : null]);
      continue;
    }
    fields.set(name, { kind: spec.type });
    const path = ["params", name];
    const fallback = checkDefault(spec, path, report);
    if (Object.hasOwn(given, name)) {
      values.push([name, checkValue(name, spec, given[name], report)]);
    } else {
      if (fallback === undefined) missing.push(name);
      values.push([name, fallback ?? STANDINS[spec.type]]);
    }
  }
  for (const name of Object.keys(given).filter((each) => !Object.hasOwn(declared, each))) {
    const meant = nearest(name, Object.keys(declared));
    report({
      path: ["params"],
      message: `there is no parameter "${name}" to set`,
      hint: hintFor(meant, `There is ${listed(Object.keys(declared))}`),
    });
  }
  return { type: { kind: "object", fields }, value: Object.fromEntries(values), missing };
}

function checkDefault(spec: ParamSpec, path: Path, report: Report): unknown {
  if (spec.default === undefined) return undefined;
  if (isOf(spec.type, spec.default)) return spec.default;
  report({
    path: [...path, "default"],
    message: `expected ${article(spec.type)}, not ${show(spec.default)}`,
  });
  return STANDINS[spec.type];
}

function checkValue(name: string, { type }: ParamSpec, given: unknown, report: Report): unknown {
  const value = typeof given === "string" ? fromText(type, given) : given;
  if (isOf(type, value)) return value;
  report({
    path: ["params", name],
    message: `it is set to ${show(given)}: expected ${article(type)}`,
  });
  return STANDINS[type];
}

function fromText(type: ParamSpec["type"], text: string): unknown {
  if (type === "string") return text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  const isNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  return isNumber ? Number(text) : text;
}

function isOf(type: ParamSpec["type"], value: unknown): boolean {
  if (type === "integer") return Number.isSafeInteger(value);
  if (type === "number") return Number.isFinite(value);
  return type === "boolean" ? typeof value === "boolean" : typeof value === "string";
}

function article(type: string): string {
  return type === "integer" ? "an integer" : `a ${type}`;
}
