/**
 * The JSON Schemas that manifests may have. They are few enough that each means the same to everybody, and that
 * holding a record against one takes time in proportion to the record: no patterns, which may take for ever; no
 * references, which may have no end; no formats, of which every library has its own idea.
 *
 * One keyword is ours: `x-meander-expression` stands for a user's function in a configuration and names its
 * parameters.
 *
 * @module
 */
import { show } from "../../operators/contract/fault.ts";
import { nearest } from "../../operators/contract/nearest.ts";
import type { Path, Report } from "./finding.ts";
import { FORBIDDEN_NAMES } from "./json_text.ts";

/** Levels of schemas within schemas. */
export const DEEPEST = 16;
/** Schemas within one schema, and values of its enumerations. */
export const MOST_NODES = 2000;
/** The longest text of a manifest. */
export const LONGEST_TEXT = 10_000;

/** Our own keyword. */
export const EXPRESSION = "x-meander-expression";

/** What goes with every schema. */
export const ANNOTATIONS: readonly string[] = ["title", "description", "default"];

/** What goes with each type. */
export const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  null: [],
  boolean: [],
  string: ["minLength", "maxLength"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties"],
};

/** Of which a schema has one: it decides what else may stand there. */
const KINDS: readonly string[] = ["type", "enum", "const", "anyOf", "oneOf", EXPRESSION];

/** Keywords of JSON Schema that people know and that are left out for a reason. */
const REFUSED: Readonly<Record<string, string>> = {
  pattern: "patterns may take for ever: check texts in the code",
  patternProperties: "patterns may take for ever: use additionalProperties",
  $ref: "references may have no end: write the schema out",
  $dynamicRef: "references may have no end: write the schema out",
  $defs: "there are no references: write the schema out",
  format: "formats mean something else everywhere: check texts in the code",
  allOf: "write what holds for all of it in one schema",
  not: "say what it is, and not what it is not",
};

type Json = Readonly<Record<string, unknown>>;

/** What a check keeps in mind. */
interface Walk {
  readonly report: Report;
  /** Whether functions may stand here: in configurations only. */
  readonly expressions: boolean;
  nodes: number;
}

/** Reports what a schema has that manifests may not have, or that no schema may. */
export function checkJsonSchema(
  schema: unknown,
  path: Path,
  report: Report,
  options: { readonly expressions?: boolean } = {},
): void {
  check(schema, path, 1, { report, expressions: options.expressions === true, nodes: 0 });
}

function check(schema: unknown, path: Path, depth: number, walk: Walk): void {
  const { report } = walk;
  if (!isObject(schema)) return report(path, `expected a JSON Schema, not ${show(schema)}`);
  if (depth > DEEPEST) return report(path, `is deeper than ${DEEPEST} schemas`);
  if (isTooMuch(1, path, walk)) return;
  const kinds = KINDS.filter((kind) => Object.hasOwn(schema, kind));
  const [kind] = kinds;
  // An enumeration may say what type its values are.
  if (
    kinds.length > 1 && !(kinds.length === 2 && /^(enum|const)$/.test(kinds[1]) && kind === "type")
  ) {
    return report(path, `has ${kinds.join(" and ")}: a schema has one of them`);
  }
  checkKeywords(schema, kinds, path, report);
  for (const name of ["title", "description"]) {
    if (Object.hasOwn(schema, name)) checkText(schema[name], [...path, name], report);
  }
  if (kinds.includes("enum")) checkValues(schema.enum, schema.type, [...path, "enum"], walk);
  else if (kinds.includes("const")) {
    checkValues([schema.const], schema.type, [...path, "const"], walk);
  } else if (kind === "anyOf" || kind === "oneOf") {
    checkList(schema[kind], [...path, kind], depth, walk, 1);
  } else if (kind === EXPRESSION) checkExpression(schema, [...path, EXPRESSION], walk);
  else if (kind === "type") checkType(schema, path, depth, walk);
}

/** True when there are too many of them, which is told once. */
function isTooMuch(more: number, path: Path, walk: Walk): boolean {
  const before = walk.nodes;
  walk.nodes += more;
  if (walk.nodes <= MOST_NODES) return false;
  if (before <= MOST_NODES) walk.report(path, `has more than ${MOST_NODES} parts up to here`);
  return true;
}

function checkKeywords(schema: Json, kinds: readonly string[], path: Path, report: Report): void {
  const type = typeof schema.type === "string" ? schema.type : "";
  const ofType = kinds.length === 1 && Object.hasOwn(OF_TYPE, type) ? OF_TYPE[type] : [];
  const known = [...(kinds.length === 0 ? KINDS : kinds), ...ofType, ...ANNOTATIONS];
  for (const key of Object.keys(schema)) {
    if (known.includes(key)) continue;
    report([...path, key], unknownKeyword(key, type, known));
  }
}

function unknownKeyword(key: string, type: string, known: readonly string[]): string {
  if (Object.hasOwn(REFUSED, key)) return `is not allowed: ${REFUSED[key]}`;
  const types = Object.keys(OF_TYPE).filter((each) => OF_TYPE[each].includes(key));
  if (types.length > 0) {
    return `goes with type ${types.map((each) => show(each)).join(" or ")}${
      type === "" ? "" : `, not ${show(type)}`
    }`;
  }
  const meant = nearest(key, known);
  return `is not known here: ${
    meant === undefined ? `there is ${known.join(", ")}` : `did you mean "${meant}"?`
  }`;
}

function checkText(value: unknown, path: Path, report: Report): void {
  if (typeof value !== "string") return report(path, `expected a text, not ${show(value)}`);
  if (value.length > LONGEST_TEXT) report(path, `is longer than ${LONGEST_TEXT} characters`);
  if (hasControls(value)) {
    report(path, `has control characters: ${show(value)}`);
  }
}

/** Whether a text has what a terminal obeys, other than tabs and line feeds, or is no Unicode. */
export function hasControls(text: string): boolean {
  return CONTROLS.test(text) || !text.isWellFormed();
}

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

function checkValues(values: unknown, type: unknown, path: Path, walk: Walk): void {
  const { report } = walk;
  if (!Array.isArray(values) || values.length === 0) {
    return report(path, `expected a list of values, not ${show(values)}`);
  }
  if (isTooMuch(values.length, path, walk)) return;
  for (const value of values) {
    const kind = value === null ? "null" : typeof value;
    if (!["string", "number", "boolean", "null"].includes(kind)) {
      report(path, `has ${show(value)}: expected texts, numbers, true, false or null`);
    } else if (kind === "number" && !Number.isFinite(value)) {
      report(path, "has a number that is too large");
    } else if (type !== undefined && type !== kind && !isWhole(value, type)) {
      report(path, `has ${show(value)}, which is not of type ${show(type)}`);
    }
  }
}

function isWhole(value: unknown, type: unknown): boolean {
  return type === "integer" && Number.isSafeInteger(value);
}

function checkExpression(schema: Json, path: Path, { report, expressions }: Walk): void {
  const names = schema[EXPRESSION];
  if (!expressions) report(path, "functions are in configurations only, and never in records");
  if (Object.hasOwn(schema, "default")) report(path, "a function has no default in a manifest");
  const isList = Array.isArray(names) && names.length <= 16;
  const bad = isList
    ? names.find((name) => typeof name !== "string" || !PARAMETER.test(name))
    : names;
  if (!isList || bad !== undefined) {
    report(path, `expected the names of at most 16 parameters, not ${show(bad)}`);
  } else if (new Set(names).size !== names.length) report(path, "has a parameter twice");
}

const PARAMETER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

function checkType(schema: Json, path: Path, depth: number, walk: Walk): void {
  const { report } = walk;
  const { type } = schema;
  if (typeof type !== "string" || !Object.hasOwn(OF_TYPE, type)) {
    const types = Object.keys(OF_TYPE).join(", ");
    const why = Array.isArray(type) ? "use anyOf for several types" : `expected one of ${types}`;
    return report([...path, "type"], `${show(type)} is no type: ${why}`);
  }
  if (type === "array") return checkArray(schema, path, depth, walk);
  if (type === "object") return checkObject(schema, path, depth, walk);
  for (const name of OF_TYPE[type]) {
    if (!Object.hasOwn(schema, name)) continue;
    const value = schema[name];
    const isCount = type === "string";
    const isRight = isCount ? isLength(value) : typeof value === "number" && Number.isFinite(value);
    if (!isRight || (name === "multipleOf" && !((value as number) > 0))) {
      report([...path, name], `expected ${isCount ? "a length" : "a number"}, not ${show(value)}`);
    }
  }
}

function checkArray(schema: Json, path: Path, depth: number, walk: Walk): void {
  const { report } = walk;
  for (const name of ["minItems", "maxItems"]) {
    if (!Object.hasOwn(schema, name) || isLength(schema[name])) continue;
    report([...path, name], `expected a number of items, not ${show(schema[name])}`);
  }
  const { prefixItems, items } = schema;
  const isTuple = prefixItems !== undefined;
  if (isTuple) {
    checkList(prefixItems, [...path, "prefixItems"], depth, walk, 0);
    const { minItems = 0 } = schema;
    if (Array.isArray(prefixItems) && (minItems as number) > prefixItems.length) {
      report([...path, "minItems"], "is more than there are prefixItems");
    }
    if (Object.hasOwn(schema, "maxItems")) {
      report([...path, "maxItems"], 'does not go with prefixItems: "items" says what follows them');
    }
  }
  if (items === undefined || (isTuple && items === false)) return;
  check(items, [...path, "items"], depth + 1, walk);
}

function checkObject(schema: Json, path: Path, depth: number, walk: Walk): void {
  const { report } = walk;
  const { properties = {}, required = [], additionalProperties } = schema;
  if (!isObject(properties)) {
    return report([...path, "properties"], `expected schemas by name, not ${show(properties)}`);
  }
  for (const [name, part] of Object.entries(properties)) {
    const at = [...path, "properties", name];
    if (name.length > 200) report(at, "has a name of more than 200 characters");
    if (FORBIDDEN_NAMES.includes(name)) report(at, `the name ${show(name)} is not allowed`);
    else check(part, at, depth + 1, walk);
  }
  const bad = Array.isArray(required)
    ? required.find((name) => typeof name !== "string" || !Object.hasOwn(properties, name))
    : required;
  if (!Array.isArray(required) || bad !== undefined) {
    report([...path, "required"], `expected names of properties, not ${show(bad)}`);
  } else if (new Set(required).size !== required.length) {
    report([...path, "required"], "has a name twice");
  }
  if (additionalProperties === undefined || typeof additionalProperties === "boolean") return;
  check(additionalProperties, [...path, "additionalProperties"], depth + 1, walk);
}

function checkList(list: unknown, path: Path, depth: number, walk: Walk, least: number): void {
  if (!Array.isArray(list) || list.length < least) {
    return walk.report(path, `expected a list of JSON Schemas, not ${show(list)}`);
  }
  list.forEach((each, i) => check(each, [...path, i], depth + 1, walk));
}

function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a value is an object with names. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
