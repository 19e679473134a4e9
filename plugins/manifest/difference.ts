/**
 * Whether a manifest says what the code has.
 *
 * @module
 */
import { show } from "../../operators/contract/fault.ts";
import type { DescribedPlugin } from "./described.ts";
import { Findings, type Path, type Report } from "./finding.ts";
import { isObject } from "./json_schema.ts";
import type { Manifest, OperatorManifest } from "./manifest.ts";

/**
 * All in which the two differ, each with its place in the manifest, what the manifest says and what the code says;
 * and what the code has that no manifest can say. Empty when the manifest may be believed.
 */
export function differences(manifest: Manifest, described: DescribedPlugin): readonly string[] {
  const findings = new Findings();
  const { report } = findings;
  for (const name of ["name", "version"] as const) {
    compare(manifest[name], described[name], [name], report);
  }
  const said = manifest.operators;
  for (const name of new Set([...Object.keys(said), ...Object.keys(described.operators)])) {
    const [one, other] = [own(said, name), own(described.operators, name)];
    const path = ["operators", name];
    if (one === undefined) report(path, "the code has this operator, and the manifest has not");
    else if (other === undefined) report(path, "the manifest has this operator, the code has not");
    else compare(normal(one), normal(other), path, report);
  }
  return [...described.problems, ...findings.problems];
}

function own(operators: Manifest["operators"], name: string): OperatorManifest | undefined {
  return Object.hasOwn(operators, name) ? operators[name] : undefined;
}

/** With what is meant where something is left out, so that it may be said or not. */
function normal(operator: OperatorManifest): Readonly<Record<string, unknown>> {
  const { inputs, outputs, interest = "never", source, connects, pacts = {} } = operator;
  const all = Object.keys(inputs).flatMap((input) =>
    Object.keys(outputs).map((output) => [input, output])
  );
  return {
    ...operator,
    interest,
    source: source ?? (Object.keys(inputs).length === 0 ? "pinned" : undefined),
    // An order is none of pairs.
    connects: (connects ?? all).map(([input, output]) => `${input} to ${output}`).sort(),
    pacts: Object.fromEntries(Object.entries(pacts).filter(([, pact]) => pact !== "pipeline")),
  };
}

/** Lists whose order means nothing. */
const SETS = ["required", "enum"];

function compare(said: unknown, has: unknown, path: Path, report: Report): void {
  if (isObject(said) && isObject(has)) {
    for (const name of new Set([...Object.keys(said), ...Object.keys(has)])) {
      compare(at(said, name), at(has, name), [...path, name], report);
    }
    return;
  }
  const last = path.at(-1);
  if (Array.isArray(said) && Array.isArray(has)) {
    const isSet = typeof last === "string" && SETS.includes(last);
    const [one, other] = isSet ? [inOrder(said), inOrder(has)] : [said, has];
    if (one.length === other.length) {
      return one.forEach((each, i) => compare(each, other[i], [...path, i], report));
    }
  } else if (Object.is(said, has)) return;
  report(path, `the manifest says ${shown(said)}, the code ${shown(has)}`);
}

function at(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function inOrder(list: readonly unknown[]): unknown[] {
  return [...list].sort((a, b) => String(a) < String(b) ? -1 : 1);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : show(value);
}
