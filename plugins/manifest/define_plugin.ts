/**
 * A plugin in code: what the module that a manifest names has as its default export.
 *
 * @module
 */
import type { AnyOperator } from "../../operators/contract/definition.ts";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { nearest } from "../../operators/contract/nearest.ts";
import { isVersion, PLUGIN_NAME } from "../names.ts";

/** Makes the present form of an operator's state of one that an older version of it has saved. */
export type Migration = (state: unknown, from: number) => unknown;

/** What {@linkcode definePlugin} is given and gives back. */
export interface PluginDefinition {
  /** As the manifest has it. */
  readonly name: string;
  /** As the manifest has it. */
  readonly version: string;
  /** Each under a name of its own. */
  readonly operators: readonly AnyOperator[];
  /**
   * By operator: what its snapshots of older state versions are in the present one. It is called with the
   * state and its version when a vertex is begun anew from a snapshot that an older version has made.
   */
  readonly migrate?: Readonly<Record<string, Migration>>;
}

/** More operators than these are several plugins. */
export const MOST_OPERATORS = 200;

/**
 * Checks a plugin and freezes it.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN` with all that is wrong at once.
 * @example
 * ```ts
 * import { defineOperator, definePlugin, z } from "meander/plugin";
 * import { expect } from "vitest";
 *
 * const double = defineOperator({
 *   name: "double", version: "1.0.0", summary: "Doubles numbers",
 *   config: z.strictObject({}),
 *   inputs: { in: z.number() }, outputs: { out: z.number() },
 *   create: ({ out }) => ({
 *     receive: { in: (batch) => out.out.send(batch.time, [...batch].map((n) => 2 * n)) },
 *   }),
 * });
 * const plugin = definePlugin({ name: "numbers", version: "1.0.0", operators: [double] });
 * expect(plugin.operators.map(({ name }) => name)).toEqual(["double"]);
 * expect(() => definePlugin({ ...plugin, name: "My Numbers", operators: [double, double] }))
 *   .toThrow(/name.*lower-case[^]*"double" is there twice/);
 * ```
 */
export function definePlugin(plugin: PluginDefinition): PluginDefinition {
  return pluginOf(plugin, `plugin ${show((plugin as Partial<PluginDefinition> | null)?.name)}`);
}

/**
 * The plugin that a module has as its default export. Nobody has to have called `definePlugin` for it: all is
 * checked here.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN` with all that is wrong at once.
 */
export function pluginOf(exported: unknown, where: string): PluginDefinition {
  const problems = problemsOf(exported);
  if (problems.length > 0) {
    throw new MeanderError("MEANDER_PLUGIN", `Cannot define ${where}`, { where, problems });
  }
  const { name, version, operators, migrate } = exported as PluginDefinition;
  return Object.freeze({
    name,
    version,
    operators: Object.freeze([...operators]),
    ...(migrate === undefined ? {} : { migrate: Object.freeze({ ...migrate }) }),
  });
}

function problemsOf(plugin: unknown): string[] {
  if (!isObject(plugin)) {
    return [`expected what definePlugin gives, as the default export, not ${show(plugin)}`];
  }
  const { name, version, operators, migrate } = plugin;
  const problems: string[] = [];
  const known = ["name", "version", "operators", "migrate"];
  for (const key of Object.keys(plugin)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    problems.push(
      `${show(key)} is not known${meant === undefined ? "" : `: did you mean "${meant}"?`}`,
    );
  }
  if (typeof name !== "string" || !PLUGIN_NAME.test(name)) {
    problems.push(
      `name ${show(name)}: expected lower-case letters, digits and -, beginning with a letter`,
    );
  }
  if (typeof version !== "string" || version.length > 64 || !isVersion(version)) {
    problems.push(`version ${show(version)}: expected major.minor.patch, such as 1.4.0`);
  }
  return [...problems, ...operatorProblems(operators), ...migrateProblems(migrate, operators)];
}

function operatorProblems(operators: unknown): string[] {
  if (!Array.isArray(operators) || operators.length === 0) {
    return [`operators ${show(operators)}: expected a list of at least one operator`];
  }
  if (operators.length > MOST_OPERATORS) {
    return [`operators: ${operators.length} of them, more than ${MOST_OPERATORS}`];
  }
  const problems: string[] = [];
  const names = new Set<unknown>();
  operators.forEach((operator: unknown, i) => {
    const problem = operatorProblem(operator);
    if (problem !== undefined) return problems.push(`operator ${i}: ${problem}`);
    const { name } = operator as AnyOperator;
    if (names.has(name)) problems.push(`operator ${i}: "${name}" is there twice`);
    names.add(name);
  });
  return problems;
}

/** What code without types may have done; with them it does not compile. */
function operatorProblem(operator: unknown): string | undefined {
  if (!isObject(operator)) return `expected what defineOperator gives, not ${show(operator)}`;
  const { name, version, summary, config, inputs, outputs, create } = operator;
  if (typeof name !== "string" || !OPERATOR_NAME.test(name)) {
    return `the name ${show(name)} is none: it has letters, digits and -, and begins in lower case`;
  }
  if (typeof version !== "string") return `"${name}" has no version`;
  if (typeof summary !== "string") return `"${name}" has no summary`;
  if (typeof create !== "function") return `"${name}" has no function create`;
  if (!isSchema(config)) return `config of "${name}" is no zod schema`;
  for (const [kind, ports] of [["inputs", inputs], ["outputs", outputs]] as const) {
    if (!isObject(ports)) return `"${name}" has no ${kind}`;
    const bad = Object.keys(ports).find((port) => !isSchema(ports[port]));
    if (bad !== undefined) return `${kind}.${bad} of "${name}" is no zod schema`;
  }
  return undefined;
}

function migrateProblems(migrate: unknown, operators: unknown): string[] {
  if (migrate === undefined) return [];
  if (!isObject(migrate)) return [`migrate ${show(migrate)}: expected functions by operator`];
  const list = (Array.isArray(operators) ? operators : []).filter(isObject);
  return Object.entries(migrate).flatMap(([name, f]) => {
    const operator = list.find((each) => each.name === name);
    if (operator === undefined) return [`migrate.${name}: there is no operator of that name`];
    if (operator.state === undefined) return [`migrate.${name}: that operator has no state`];
    return typeof f === "function" ? [] : [`migrate.${name}: expected a function, not ${show(f)}`];
  });
}

/** How operators are called, as `defineOperator` has it. */
export const OPERATOR_NAME = /^[a-z][a-zA-Z0-9-]*$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** By what it can do and not by its class: a plugin may have brought its own zod. */
function isSchema(value: unknown): boolean {
  return isObject(value) && "_zod" in value && typeof value.safeParse === "function";
}
