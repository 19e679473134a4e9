/**
 * Checks that the tests of a spec are about inputs, outputs and parameters that it has.
 *
 * @module
 */
import { fieldReader, Refusal, REFUSED } from "../operators/connectors/json_fields.ts";
import { nearest } from "../operators/contract/nearest.ts";
import type { RecordType } from "../operators/contract/record_type.ts";
import { hintFor, listed, type Path, type Report } from "./problem.ts";
import type { LinkedScope } from "./resolve.ts";
import { checkParams } from "./params.ts";
import { BROKEN, type Entry } from "./scopes.ts";
import type { ParamSpec, Spec, TestInput, TestSpec } from "./spec.ts";

/** Names that do not exist for which one is looked up that was meant. */
const GUESSES = 50;

/** Reports names that do not exist, and tests of the same name. */
export function checkTests(
  { tests = [], inputs, outputs, params }: Spec,
  root: LinkedScope,
  types: ReadonlyMap<Entry, RecordType>,
  report: Report,
): void {
  const known = {
    inputs: [...root.table.entries.values()].flatMap(({ kind, name }) =>
      kind === "input" || Object.hasOwn(inputs ?? {}, name) ? [name] : []
    ),
    outputs: Object.keys(outputs),
    params: Object.keys(params ?? {}),
  };
  const names = new Set<string>();
  let strange = 0;
  (tests as readonly (TestSpec | typeof BROKEN)[]).forEach((test, i) => {
    if (test === BROKEN) return;
    const path: Path = ["tests", i];
    if (names.has(test.name)) {
      report({ path: [...path, "name"], message: `there is another test "${test.name}"` });
    }
    names.add(test.name);
    checkParamValues(test, path, params ?? {}, report);
    checkRecords(test, path, types, report);
    for (const part of ["inputs", "outputs", "params"] as const) {
      for (const name of Object.keys(test[part] ?? {})) {
        if (known[part].includes(name)) continue;
        // Each guess looks at all names there are, and nobody reads thousands of them.
        const meant = ++strange > GUESSES ? undefined : nearest(name, known[part]);
        report({
          path: [...path, part, name],
          atKey: true,
          message: `there is no ${part.slice(0, -1)} "${name}"`,
          hint: hintFor(meant, `There is ${listed(known[part])}`),
        });
      }
    }
  });
}

function checkParamValues(
  { params = {} }: TestSpec,
  path: Path,
  declared: Readonly<Record<string, ParamSpec>>,
  report: Report,
): void {
  const known = Object.entries(params).filter(([name]) => Object.hasOwn(declared, name));
  const own = Object.fromEntries(
    known.map(([name]) => [name, { ...declared[name], default: undefined }] as const),
  );
  checkParams(own, Object.fromEntries(known), (finding) => {
    report({ ...finding, path: [...path, ...finding.path] });
  });
}

/** What is typed is trusted by the expressions that work on it, in a test as well. */
function checkRecords(
  { inputs = {} }: TestSpec,
  path: Path,
  types: ReadonlyMap<Entry, RecordType>,
  report: Report,
): void {
  for (const [entry, type] of types) {
    if (!Object.hasOwn(inputs, entry.name)) continue;
    const read = fieldReader(type);
    for (const [at, record] of recordsOf(inputs[entry.name])) {
      const refusal = new Refusal();
      if (read(record, refusal) !== REFUSED) continue;
      report({
        path: [...path, "inputs", entry.name, ...at],
        message: `it does not fit the input's schema: ${refusal.why}`,
        hint: refusal.hint,
      });
    }
  }
}

function recordsOf(given: TestInput): (readonly [Path, unknown])[] {
  if ("text" in given) return [];
  if (!("epochs" in given)) return given.map((record, i) => [[i], record] as const);
  return given.epochs.flatMap((records, epoch) =>
    records.map((record, i) => [["epochs", epoch, i], record] as const)
  );
}
