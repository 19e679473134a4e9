/**
 * Holds data against the grammar, and says what does not fit as a reader of the spec would.
 *
 * @module
 */
import type { z } from "zod";
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import { dictionary, specSchema } from "./grammar.ts";
import { type Finding, type Path, pointerOf, type Report } from "./problem.ts";
import type { Spec } from "./spec.ts";

type Issue = z.core.$ZodIssue;

const schema = specSchema(dictionary);

/** The spec, or nothing when something does not fit, which is then reported. */
export function checkStructure(data: unknown, report: Report): Spec | undefined {
  const checked = schema.safeParse(data);
  if (checked.success) return data as Spec;
  const findings: Finding[] = [];
  for (const issue of checked.error.issues) {
    reportIssue(issue, [], data, (each) => findings.push(each));
  }
  // A misspelt name says already what is missing.
  const meant = new Set(
    findings.flatMap(({ path, meant: name }) =>
      name === undefined ? [] : [pointerOf([...path.slice(0, -1), name])]
    ),
  );
  for (const finding of findings) {
    if (finding.isMissing !== true || !meant.has(pointerOf(finding.path))) report(finding);
  }
  return undefined;
}

/**
 * Reports an issue of zod's; of alternatives the one that was most likely meant. `known` are the names that
 * may stand at `around`, for schemas that do not say them.
 */
export function reportIssue(
  issue: Issue,
  around: Path,
  data: unknown,
  report: Report,
  known: readonly string[] = [],
): void {
  const path = [...around, ...issue.path as Path];
  if (issue.code === "invalid_union") {
    const meant = likeliest(issue.errors);
    if (meant === undefined) {
      const message = given(anyOf(issue.message, issue.errors), path, data);
      return report({ path, message, isMissing: isAbsent(data, path) });
    }
    for (const inner of meant) reportIssue(inner, path, data, report);
    return;
  }
  if (issue.code === "unrecognized_keys") {
    const names = namesFor(issue) ?? (issue.path.length === 0 ? known : []);
    for (const key of issue.keys) {
      const meant = nearest(key, names);
      const message = unknownName(key, names, meant);
      report({ path: [...path, key], atKey: true, message, isUnknown: true, meant });
    }
    return;
  }
  const atKey = issue.code === "custom" && issue.params?.atKey === true;
  const message = atKey ? issue.message : given(messageOf(issue), path, data);
  report({ path, atKey, message, isMissing: isMissing(issue) || isAbsent(data, path) });
}

/** The names that may stand where others do; `undefined` for a schema that is not of the grammar. */
function namesFor(issue: Issue): readonly string[] | undefined {
  return issue.message.startsWith("[") ? JSON.parse(issue.message) : undefined;
}

function unknownName(key: string, names: readonly string[], meant: string | undefined): string {
  if (names.length === 0) return `${show(key)} is not known here`;
  return `${show(key)} is not known here: ` +
    (meant === undefined ? `there is ${names.join(", ")}` : `did you mean "${meant}"?`);
}

/** The alternative that fits best: one that wants what is there and complains about parts of it. */
function likeliest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const within = alternatives.filter((issues) =>
    issues.length > 0 && !issues.some(({ path, code }) => path.length === 0 && isOfType(code))
  );
  if (within.length === 0 || within.filter(isStrange).length > 1) return undefined;
  if (within.filter(isBare).length > 1) return undefined;
  return within.reduce((best, issues) => weight(issues) < weight(best) ? issues : best);
}

/** Whether it would do, were it not for names of other alternatives: several were written at once. */
function isStrange(issues: readonly Issue[]): boolean {
  return issues.every(({ code, path }) => code === "unrecognized_keys" && path.length === 0);
}

/** Whether nothing speaks for it either: what it needs is missing, and nothing of it is there. */
function isBare(issues: readonly Issue[]): boolean {
  return issues.every((issue) => issue.path.length === 1 && isMissing(issue));
}

/** A name that is missing or not known speaks against an alternative; what is wrong deeper inside does not. */
function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") {
      // A misspelt name is nearly the right one.
      const names = namesFor(issue) ?? [];
      const strange = issue.keys.filter((key) => nearest(key, names) === undefined);
      return sum + 1 + 8 * strange.length;
    }
    return sum + (issue.path.length <= 1 && isMissing(issue) ? 4 : 1);
  }, 0);
}

function isOfType(code: string): boolean {
  return OF_TYPE.includes(code);
}

const OF_TYPE = [
  "invalid_type",
  "invalid_union",
  "invalid_value",
  "invalid_format",
  "too_small",
  "too_big",
  "custom",
];

function isMissing(issue: Issue): boolean {
  return /received undefined$/.test(issue.message);
}

/** What any of the alternatives expects, where the union itself does not say it. */
function anyOf(message: string, alternatives: readonly (readonly Issue[])[]): string {
  if (!message.startsWith("Invalid")) return message;
  const wanted = alternatives.flatMap((issues) => issues.slice(0, 1).map(messageOf));
  if (!wanted.every((each) => each.startsWith("expected "))) return message;
  return `expected ${wanted.map((each) => each.slice(9)).join(" or ")}`;
}

function messageOf(issue: Issue): string {
  if (issue.code === "invalid_value" && issue.message.startsWith("Invalid")) {
    return `expected ${issue.values.map((value) => show(value)).join(" or ")}`;
  }
  if (isMissing(issue)) {
    return `${MISSING}: expected ${"expected" in issue ? wordFor(issue.expected) : "a value"}`;
  }
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid")) {
    return `expected ${wordFor(issue.expected)}`;
  }
  if (issue.code === "too_small") {
    if (issue.origin === "string") return "expected a text that is not empty";
    if (issue.inclusive === false) return `expected more than ${issue.minimum}`;
    return `expected ${issue.origin === "array" ? "a list of " : ""}${issue.minimum} or more`;
  }
  if (issue.code === "too_big") {
    return `expected ${issue.inclusive === false ? "less than " : ""}${issue.maximum}` +
      (issue.inclusive === false ? "" : " or less");
  }
  // What is a function for the operator is text in a spec.
  const ofFunction = /^expected a function of \((.*)\)$/.exec(issue.message);
  if (ofFunction !== null) {
    return ofFunction[1] === ""
      ? "expected an expression"
      : `expected an expression of ${ofFunction[1]}`;
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

const MISSING = "it is missing";

/** What zod expects, in the words of specs. */
function wordFor(expected: string): string {
  return WORDS.get(expected) ?? expected;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["object", "names with their values"],
  ["record", "names with their values"],
  ["array", "a list"],
  ["tuple", "a list"],
  ["string", "a text"],
  ["boolean", "true or false"],
  ["number", "a number"],
  ["int", "an integer"],
]);

/** The message with the value that does not fit. */
function given(message: string, path: Path, data: unknown): string {
  const value = valueAt(data, path);
  if (value !== undefined) return `${message}, not ${show(value)}`;
  return !isAbsent(data, path) || message.startsWith(MISSING) ? message : `${MISSING}: ${message}`;
}

/** Whether nothing stands at a path of what is known; what the grammar made itself is not. */
function isAbsent(data: unknown, path: Path): boolean {
  return data !== undefined && valueAt(data, path) === undefined;
}

/** What stands at a path; own properties only. */
export function valueAt(data: unknown, path: Path): unknown {
  let at = data;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}

/** A value as it stands at a path of something larger. */
export function under(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
}

/** The names that an object of that schema may have. */
export function namesIn(schema: z.ZodType): string[] {
  return Object.keys((schema as z.ZodType & { readonly shape?: object }).shape ?? {});
}
