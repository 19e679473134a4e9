/**
 * Reads a manifest, and says all that is wrong with it.
 *
 * @module
 */
import type { z } from "zod";
import { deepFreeze } from "../../operators/contract/freeze.ts";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { nearest } from "../../operators/contract/nearest.ts";
import { Findings, type Path, type Report } from "./finding.ts";
import { isObject } from "./json_schema.ts";
import { checkJsonText } from "./json_text.ts";
import type { Manifest, OperatorManifest } from "./manifest.ts";
import { manifestSchema } from "./schema.ts";

/** The largest manifest, in bytes. */
export const MOST_BYTES = 256 * 1024;
/** Levels of objects and lists in one. */
export const DEEPEST_JSON = 32;

/**
 * The manifest that a text is.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_MANIFEST` with all problems, each with a JSON pointer.
 */
export function parseManifest(text: string, where: string): Manifest {
  const findings = new Findings();
  const data = jsonOf(text.replace(/^\uFEFF/, ""), where, findings);
  // What is already wrong as a text would be told again, or hide what is there twice.
  if (findings.problems.length === 0) checkGrammar(data, findings.report);
  if (findings.problems.length > 0) throw refusal(where, findings.problems);
  const { $schema: _, ...manifest } = data as Manifest & { readonly $schema?: string };
  return deepFreeze(manifest) as Manifest;
}

function jsonOf(text: string, where: string, { report }: Findings): unknown {
  // No text has fewer bytes than half of its letters: one that is far too long is not counted first.
  const { length } = text.length > MOST_BYTES ? text : new TextEncoder().encode(text);
  if (length > MOST_BYTES) {
    throw refusal(where, [`/: is larger than ${MOST_BYTES / 1024} KiB`]);
  }
  if (!checkJsonText(text, DEEPEST_JSON, report)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(where, [`/: is no JSON: ${show((error as Error).message, 200)}`]);
  }
}

function refusal(where: string, problems: readonly string[]): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_MANIFEST", `Cannot use manifest ${show(where, 200)}`, {
    where,
    problems,
  });
}

function checkGrammar(data: unknown, report: Report): void {
  const { error } = manifestSchema.safeParse(data);
  for (const issue of error?.issues ?? []) tell(issue, data, report);
  if (!isObject(data) || !isObject(data.operators)) return;
  // What refers to ports is looked at where they are there at all.
  for (const [name, operator] of Object.entries(data.operators)) {
    if (isObject(operator) && isObject(operator.inputs) && isObject(operator.outputs)) {
      checkPorts(operator as unknown as OperatorManifest, ["operators", name], report);
    }
  }
}

function tell(issue: z.core.$ZodIssue, data: unknown, report: Report): void {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    const known = JSON.parse(issue.message) as string[];
    for (const key of issue.keys) {
      const meant = nearest(key, known);
      report(
        [...path, key],
        meant === undefined
          ? `is not known: there is ${known.join(", ")}`
          : `is not known: did you mean "${meant}"?`,
      );
    }
    return;
  }
  // A key that is none has its reasons within.
  if (issue.code === "invalid_key") return report(path, issue.issues[0]?.message ?? issue.message);
  report(path, messageOf(issue, under(data, path)));
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is missing";
  if (issue.code === "custom") return issue.message;
  const message = issue.message.replace(/^Invalid (input|option): /, "")
    .replace(/, received \w+$/, "").replace(/^Too (big|small): /, "");
  return /^(is|has) /.test(message) ? message : `${message}, not ${show(value)}`;
}

function under(data: unknown, path: Path): unknown {
  let at = data;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[part];
  }
  return at;
}

function checkPorts(operator: OperatorManifest, path: Path, report: Report): void {
  const { inputs, outputs, connects, pacts, source, example, records, interest, state } = operator;
  const has = (ports: object, name: unknown, at: Path) => {
    if (typeof name !== "string" || Object.hasOwn(ports, name)) return;
    const names = Object.keys(ports);
    const kind = ports === inputs ? "input" : "output";
    const meant = nearest(name, names);
    const there = names.slice(0, 12).join(", ") || "none";
    const hint = meant === undefined ? `there is ${there}` : `did you mean "${meant}"?`;
    report([...path, ...at], `there is no ${kind} ${show(name)}: ${hint}`);
  };
  for (const name of namesOf(pacts)) has(inputs, name, ["pacts", name]);
  for (const name of namesOf(example?.inputs)) has(inputs, name, ["example", "inputs", name]);
  for (const name of namesOf(example?.outputs)) has(outputs, name, ["example", "outputs", name]);
  (Array.isArray(connects) ? connects : []).forEach((pair: unknown, i) => {
    if (!Array.isArray(pair)) return;
    has(inputs, pair[0], ["connects", i, 0]);
    has(outputs, pair[1], ["connects", i, 1]);
  });
  if (source !== undefined && Object.keys(inputs).length > 0) {
    report([...path, "source"], "is of operators without inputs only");
  }
  if (records === undefined) return;
  const isShort = Object.keys(inputs).length === 1 && Object.keys(outputs).length === 1;
  if (!isShort) report([...path, "records"], "is of operators with one input and one output only");
  if (state !== undefined || (interest !== undefined && interest !== "never")) {
    report([...path, "records"], "is of operators that keep nothing, without interest and state");
  }
}

function namesOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}
