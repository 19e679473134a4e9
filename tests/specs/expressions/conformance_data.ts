/**
 * The conformance tests of CEL: which of them concern what is offered here, and how each is run.
 */

import { tests as suite } from "@bufbuild/cel-spec/testdata/conformance.js";
import type { RecordType } from "../../../operators/contract/record_type.ts";
import { compileExpression } from "../../../specs/expressions/compile.ts";

/** A value as the test data writes it in JSON. */
interface Value {
  readonly int64Value?: string;
  readonly doubleValue?: number | string;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly nullValue?: null;
  readonly listValue?: { readonly values?: readonly Value[] };
  readonly mapValue?: { readonly entries?: readonly { key: Value; value: Value }[] };
}

interface Original {
  readonly name?: string;
  readonly expr: string;
  readonly value?: Value;
  readonly evalError?: unknown;
  readonly typedResult?: { readonly result?: Value };
  readonly disableCheck?: boolean;
  readonly checkOnly?: boolean;
  readonly disableMacros?: boolean;
  readonly container?: string;
  readonly typeEnv?: readonly {
    readonly name: string;
    readonly ident?: { readonly type: TypeName };
  }[];
  readonly bindings?: Readonly<Record<string, { readonly value?: Value }>>;
}

interface TypeName {
  readonly primitive?: string;
  readonly dyn?: unknown;
  readonly null?: unknown;
  readonly listType?: { readonly elemType?: TypeName };
  readonly mapType?: { readonly keyType?: TypeName; readonly valueType?: TypeName };
}

/** One test, with the path of its sections. */
export interface Case {
  readonly path: string;
  readonly file: string;
  readonly original: Original;
  /** The tree that the reference implementation gave, in which types are named. */
  readonly checked: string;
}

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: unknown; readonly checkedAst?: string }[];
}

/** All tests, in their order. */
export function allCases(): Case[] {
  return ((suite as Suite).suites ?? []).flatMap((file) => casesOf(file, file.name, file.name));
}

function casesOf({ suites = [], tests = [] }: Suite, path: string, file: string): Case[] {
  const own = tests.map(({ original, checkedAst = "" }) => {
    const test = original as Original;
    return { path: `${path}/${test.name ?? test.expr}`, file, original: test, checked: checkedAst };
  });
  return [...own, ...suites.flatMap((inner) => casesOf(inner, `${path}/${inner.name}`, file))];
}

/** Files that are about a part of CEL that is not offered, and which part that is. */
const files: Readonly<Record<string, string>> = {
  bindings_ext: "cel.bind",
  block_ext: "cel.block",
  dynamic: "messages",
  encoders_ext: "bytes",
  enums: "messages",
  macros2: "macros over two variables",
  math_ext: "the library math",
  optionals: "optionals",
  proto2: "messages",
  proto2_ext: "messages",
  proto3: "messages",
  timestamps: "timestamps and durations",
  wrappers: "messages",
};

/** What tells in the text or in the checked tree that a test needs something not offered. */
const patterns: readonly (readonly [reason: string, RegExp])[] = [
  ["messages", /TestAllTypes|google\.protobuf|proto[23]|NestedEnum|GlobalEnum/],
  [
    "timestamps and durations",
    /\b(?:timestamp|duration)\b|google\.protobuf\.(?:Timestamp|Duration)/,
  ],
  ["bytes", /\bbytes\b|\b[bB][rR]?["']|~bytes/],
  ["unsigned integers", /\buint\b|\b(?:\d+|0x[0-9a-fA-F]+)[uU]\b|~uint|uint64Value|UINT64/],
  ["regular expressions", /\bmatches\b/],
  ["types as values", /\btype\(|~type\(|typeValue/],
  ["format and quote", /\.format\(|\bstrings\.quote\(/],
  ["escaped names", /(?<!\\)`/],
  ["names with dots", /^\.|"name":"\w+\.[\w.]+"|"\w+\.[\w.]+":\{"value"/],
  [
    "keys that are no strings",
    /map\((?:int|bool|double|dyn), |\{\s*(?:-?\d|true|false)[^}]*:|"keyType":\{"primitive":"(?:INT64|BOOL)"/,
  ],
];

/** Why a test is left out, or undefined when it has to hold. */
export function leftOut({ file, original, checked }: Case): string | undefined {
  if (file in files) return files[file];
  if (original.checkOnly === true) return "deduced types";
  if (original.disableMacros === true) return "parsing without macros";
  const { name: _name, ...rest } = original;
  const texts = [original.expr, checked, JSON.stringify(rest)];
  const found = patterns.find(([, pattern]) => texts.some((text) => pattern.test(text)));
  if (found !== undefined) return found[0];
  const whole = original.expr.replaceAll(/\d+\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+/gi, "");
  const digits = [...whole.matchAll(/0x[0-9a-f]+|\d+/gi)].map(([number]) => BigInt(number));
  const isLarge = digits.some((number) => number > BigInt(Number.MAX_SAFE_INTEGER));
  const expected = original.value?.int64Value ?? "0";
  return isLarge || !Number.isSafeInteger(Number(expected)) ? "integers beyond 2^53" : undefined;
}

/** The value as an expression here gives it. */
export function valueOf(value: Value): unknown {
  if (value.int64Value !== undefined) return Number(value.int64Value);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.listValue !== undefined) return (value.listValue.values ?? []).map(valueOf);
  if (value.mapValue !== undefined) {
    const entries = value.mapValue.entries ?? [];
    return Object.fromEntries(entries.map((entry) => [valueOf(entry.key), valueOf(entry.value)]));
  }
  return value.stringValue ?? value.boolValue ?? null;
}

function typeOf(type: TypeName): RecordType {
  switch (type.primitive) {
    case "INT64":
      return { kind: "integer" };
    case "DOUBLE":
      return { kind: "number" };
    case "STRING":
      return { kind: "string" };
    case "BOOL":
      return { kind: "boolean" };
  }
  if (type.listType) return { kind: "list", of: typeOf(type.listType.elemType ?? {}) };
  if (type.mapType) return { kind: "map", of: typeOf(type.mapType.valueType ?? {}) };
  return type.null === undefined ? { kind: "any" } : { kind: "null" };
}

/** What went differently from what the test says, or undefined. */
export function difference({ original }: Case): string | undefined {
  const value = original.value ?? original.typedResult?.result;
  const expected = value === undefined ? true : valueOf(value);
  const wantsError = original.evalError !== undefined;
  const parameters = new Map(
    (original.typeEnv ?? []).map(({ name, ident }) => [name, typeOf(ident?.type ?? {})] as const),
  );
  for (const name of Object.keys(original.bindings ?? {})) {
    if (!parameters.has(name)) parameters.set(name, { kind: "any" });
  }
  const compiled = compileExpression(original.expr, { parameters });
  if (!compiled.ok) {
    return wantsError ? undefined : compiled.problems.map(({ message }) => message).join("; ");
  }
  const args = [...parameters.keys()].map((name) => {
    const value = original.bindings?.[name]?.value;
    return value === undefined ? undefined : valueOf(value);
  });
  try {
    const result = compiled.f(...args);
    if (wantsError) return `gave ${JSON.stringify(result)} instead of an error`;
    return isSame(result, expected) ? undefined : `gave ${JSON.stringify(result)}`;
  } catch (error) {
    return wantsError ? undefined : String(error);
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return a === b || Number.isNaN(a) && Number.isNaN(b);
  }
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && Array.isArray(a) === Array.isArray(b) &&
    left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}
