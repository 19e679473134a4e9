/**
 * Checks a whole spec, and puts together what is needed to build it.
 *
 * @module
 */
import type { RecordType } from "../operators/contract/record_type.ts";
import type { Registry } from "../plugins/registry.ts";
import { Analysis } from "./analysis.ts";
import type { Functions } from "./configs.ts";
import {
  type CheckedFormat,
  type CheckedInput,
  checkInput,
  checkOutput,
  lateOf,
} from "./inputs.ts";
import { checkLimits } from "./limits.ts";
import { checkParams, type ParamValues } from "./params.ts";
import { type Finding, type Path, pointerOf, type Problem, type Report } from "./problem.ts";
import { type ChoiceOptions, PluginChoices } from "./plugin_choices.ts";
import type { PluginLock } from "./plugin_lock.ts";
import { prune } from "./prune.ts";
import { type LinkedScope, Resolver } from "./resolve.ts";
import { BROKEN, type Entry, rootTable, scopesIn, type ScopeTable, type Source } from "./scopes.ts";
import { LIMITS, readSpecText, type SpecText } from "./source.ts";
import type { InputSpec, OutputSpec, Spec } from "./spec.ts";
import { checkStructure } from "./structure.ts";
import { checkTests } from "./test_shape.ts";

/** What specs are checked with. */
export interface CheckOptions extends ChoiceOptions {
  /** Where operators and formats come from. */
  readonly registry: Registry;
  /** Values of parameters. */
  readonly params?: ParamValues;
  /** What the spec's module of functions exports. */
  readonly functions?: Functions;
}

/** An input of a checked spec. */
export interface SpecInput extends CheckedInput {
  readonly name: string;
  readonly spec: InputSpec;
}

/** An output of a checked spec. */
export interface SpecOutput extends CheckedFormat {
  readonly name: string;
  readonly spec: OutputSpec;
  readonly source: Source;
  readonly type: RecordType | undefined;
}

/** A spec in which nothing is wrong. */
export interface CheckedSpec {
  readonly spec: Spec;
  readonly inputs: readonly SpecInput[];
  readonly outputs: readonly SpecOutput[];
  readonly root: LinkedScope;
  readonly analysis: Analysis;
  /** Parameters without a value or default: it can be looked at, and not run. */
  readonly missingParams: readonly string[];
  /** Which plugins were chosen, of those that have bytes of their own: the lock as it has to be. */
  readonly lock: PluginLock;
  /** Line and column of a part. */
  readonly placeOf: (path: Path) => string;
}

/** All that is wrong, in the order of the text; or the spec. The text may have been read before. */
export function checkSpec(
  text: string | SpecText,
  options: CheckOptions,
): { readonly problems: readonly Problem[] } | CheckedSpec {
  const source = typeof text === "string" ? readSpecText(text) : text;
  if (source.problems.length > 0) return { problems: source.problems };
  const findings: Finding[] = [];
  const refused: Finding[] = [];
  const whole = checkStructure(source.data, (finding) => {
    findings.push(finding);
    refused.push(finding);
  });
  const all = () => inOrder([...source.faults, ...findings.map(source.locate)]);
  // What is no spec at all has nothing to look into.
  if (refused.some(({ path }) => path.length === 0)) return { problems: all() };
  const spec = whole ?? prune(source.data, refused);
  const known = new Set([
    ...refused.map(({ path }) => pointerOf(path)),
    ...source.faults.map(({ pointer }) => pointer),
  ]);
  const checked = checkMeaning(spec, whole !== undefined, options, (finding) => {
    if (!known.has(pointerOf(finding.path))) findings.push(finding);
  });
  if (findings.length > 0 || source.faults.length > 0) return { problems: all() };
  const placeOf = (path: Path) => {
    const { line, column } = source.locate({ message: "", path, atKey: true });
    return `${line}:${column}`;
  };
  return { ...checked, spec, placeOf };
}

function checkMeaning(
  spec: Spec,
  isWhole: boolean,
  { registry, params = {}, functions, ...chosen }: CheckOptions,
  report: Report,
): Omit<CheckedSpec, "spec" | "placeOf"> {
  const values = checkParams(spec.params ?? {}, params, report);
  checkLimits(spec.limits, report);
  const choices = new PluginChoices(registry, spec.plugins, chosen, report);
  const table = rootTable(spec.inputs, spec.nodes);
  const { nodes } = LIMITS;
  if (countNodes(table) > nodes) {
    report({ path: ["nodes"], message: `there are more than ${nodes} nodes` });
  }
  const inputs: SpecInput[] = [];
  const types = new Map<Entry, RecordType>();
  for (const entry of table.entries.values()) {
    if (entry.kind !== "input") continue;
    const checked = checkInput(entry.spec, entry.path, choices, report);
    types.set(entry, checked?.type ?? { kind: "any" });
    if (checked !== undefined) inputs.push({ ...checked, name: entry.name, spec: entry.spec });
  }
  const resolver = new Resolver(choices, report);
  const root = resolver.link(table);
  const constants = new Map([["params", { type: values.type, value: values.value }]]);
  const analysis = new Analysis({ constants, functions }, types);
  analysis.analyse(root, report);
  const outputs = outputsOf(spec, choices, resolver, root, analysis, report);
  for (const entry of types.keys()) {
    if (entry.kind !== "input" || lateOf(entry.spec) !== "output") continue;
    if (resolver.linker.lateRead.has(entry)) continue;
    report({
      path: [...entry.path, "epochs", "late"],
      message: `nobody reads "${entry.name}.late", so that late records would be lost`,
      hint: `Read it, or write late: drop to have them counted`,
    });
  }
  choices.finish(isWhole);
  checkTests(spec, root, isWhole ? types : new Map(), report);
  const { lock } = choices;
  return { inputs, outputs, root, analysis, missingParams: values.missing, lock };
}

function countNodes(table: ScopeTable): number {
  return [table, ...scopesIn(table)].reduce((sum, { entries }) => {
    return sum + [...entries.values()].filter(({ kind }) => kind === "operator").length;
  }, 0);
}

function outputsOf(
  spec: Spec,
  choices: PluginChoices,
  { linker }: Resolver,
  root: LinkedScope,
  analysis: Analysis,
  report: Report,
): SpecOutput[] {
  const entries = Object.entries(spec.outputs as Record<string, OutputSpec | typeof BROKEN>);
  if (entries.length === 0) {
    report({
      path: ["outputs"],
      message: "it has no output, so that nobody would see what it does",
      hint: "Add one: outputs: { NAME: { from: NODE } }",
    });
  }
  return entries.flatMap(([name, output]) => {
    if (output === BROKEN) return [];
    const path = ["outputs", name];
    const source = linker.find(output.from, root.table, [...path, "from"]);
    const checked = checkOutput(output, path, choices, report);
    if (source === undefined || checked === undefined) return [];
    return [{ ...checked, name, spec: output, source, type: analysis.typeOf(source) }];
  });
}

/** As a reader meets them; what was said twice of one place is said once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.pointer} ${problem.message}`;
    return !seen.has(key) && seen.add(key);
  }).toSorted((a, b) => a.line - b.line || a.column - b.column);
}
