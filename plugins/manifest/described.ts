/**
 * What the code of a plugin says of itself, in the words of a manifest.
 *
 * @module
 */
import type { AnyOperator, Ports } from "../../operators/contract/definition.ts";
import type { OperatorTypes } from "../../operators/contract/description.ts";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import type { Pact } from "../../operators/contract/pact.ts";
import type { PluginDefinition } from "./define_plugin.ts";
import { Findings, type Path, type Report } from "./finding.ts";
import type { ManifestPact, OperatorManifest } from "./manifest.ts";
import { isPlain, schemaOf } from "./schema_of.ts";

/** A plugin's code as data: what a manifest has to say in the same way. */
export interface DescribedPlugin {
  readonly name: string;
  readonly version: string;
  readonly operators: Readonly<Record<string, OperatorManifest>>;
  /** What the code has and no manifest can say, each with its place. */
  readonly problems: readonly string[];
}

/** What is described of all its operators. Nothing of them is called but their functions of the configuration. */
export function describePlugin(plugin: PluginDefinition): DescribedPlugin {
  const findings = new Findings();
  const operators = plugin.operators.map((operator) =>
    [operator.name, described(operator, ["operators", operator.name], findings.report)] as const
  );
  return {
    name: plugin.name,
    version: plugin.version,
    operators: Object.fromEntries(operators),
    problems: findings.problems,
  };
}

/**
 * One operator in the words of a manifest.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_OPERATOR` for one that no manifest can say, with all reasons.
 */
export function describeOperator(operator: AnyOperator): OperatorManifest {
  const findings = new Findings();
  const manifest = described(operator, [], findings.report);
  const { problems } = findings;
  if (problems.length === 0) return manifest;
  throw new MeanderError(
    "MEANDER_PLUGIN_OPERATOR",
    `Cannot describe operator "${operator.name}" in a manifest`,
    { where: operator.name, problems },
  );
}

function described(operator: AnyOperator, path: Path, report: Report): OperatorManifest {
  const { summary, docs, example, types, inputs, outputs, state, source, records } = operator;
  checkSayable(operator, path, report);
  const interest = constant(operator.interest, [...path, "interest"], report);
  const connects = connectsOf(operator, [...path, "connects"], report);
  const pacts = pactsOf(operator, [...path, "pacts"], report);
  if (example !== undefined && !isPlain(example)) {
    report([...path, "example"], "cannot be said in a manifest: it is no JSON");
  }
  if (types !== undefined) checkTypes(types, [...path, "types"], report);
  return {
    summary,
    ...(docs === undefined ? {} : { docs }),
    ...(example === undefined ? {} : { example }),
    ...(types === undefined ? {} : { types }),
    config: schemaOf(operator.config, "input", [...path, "config"], report),
    inputs: portsOf(inputs, [...path, "inputs"], report),
    outputs: portsOf(outputs, [...path, "outputs"], report),
    ...(interest === undefined || interest === "never" ? {} : { interest }),
    ...(connects === undefined ? {} : { connects }),
    ...(Object.keys(pacts).length === 0 ? {} : { pacts }),
    ...(source === undefined || source === "pinned" ? {} : { source }),
    ...(records === undefined ? {} : { records }),
    ...(state === undefined ? {} : {
      state: {
        version: state.version,
        schema: schemaOf(state.schema, "output", [...path, "state"], report),
      },
    }),
  };
}

/** What only operators of the engine itself can be. */
const INSIDE_ONLY = ["comesBack", "deferred", "holdsBack", "sendsAtMost", "outputsFor"] as const;

function checkSayable(operator: AnyOperator, path: Path, report: Report): void {
  for (const name of INSIDE_ONLY) {
    if (operator[name] === undefined || operator[name] === false) continue;
    report([...path, name], "cannot be said in a manifest: an operator of a plugin has none");
  }
}

/** A function of the configuration is sayable when it does not look at it. */
function constant<T>(value: T | ((config: never) => T), path: Path, report: Report): T | undefined {
  if (typeof value !== "function") return value;
  try {
    return (value as (config: unknown) => T)(UNTOUCHABLE);
  } catch {
    report(path, "cannot be said in a manifest: it depends on the configuration");
    return undefined;
  }
}

/** A configuration that nobody can look into. */
const { proxy: UNTOUCHABLE, revoke } = Proxy.revocable({}, {});
revoke();

function connectsOf(
  { connects, inputs, outputs }: AnyOperator,
  path: Path,
  report: Report,
): OperatorManifest["connects"] {
  const pairs = constant(connects, path, report);
  if (pairs === undefined) return undefined;
  return pairs.map(([input, output, summary], i) => {
    if (summary !== undefined) {
      report([...path, i], "cannot be said in a manifest: times of a plugin stay as they are");
    }
    if (!Object.hasOwn(inputs, input) || !Object.hasOwn(outputs, output)) {
      report([...path, i], `there is no such pair of ports: ${show(input)} and ${show(output)}`);
    }
    return [input, output];
  });
}

function pactsOf(
  { pacts, inputs }: AnyOperator,
  path: Path,
  report: Report,
): Readonly<Record<string, ManifestPact>> {
  if (pacts === undefined) return {};
  const given = constant(pacts, path, report) as
    | Readonly<Record<string, Pact | undefined>>
    | undefined;
  const said: [string, ManifestPact][] = [];
  for (const [input, pact] of Object.entries(given ?? {})) {
    if (pact === undefined || pact.kind === "pipeline") continue;
    if (!Object.hasOwn(inputs, input)) {
      report([...path, input], `there is no input ${show(input)}`);
    } else if (pact.kind === "route") {
      report([...path, input], "cannot be said in a manifest: a function names the worker");
    } else if (pact.kind !== "exchange") said.push([input, pact.kind]);
    else if (pact.field !== undefined) said.push([input, { exchange: pact.field }]);
    else {
      report(
        [...path, input],
        "cannot be said in a manifest: its key is a function. Use exchangeByField instead of exchangeBy",
      );
    }
  }
  return Object.fromEntries(said);
}

function portsOf(
  ports: Ports,
  path: Path,
  report: Report,
): OperatorManifest["inputs"] {
  return Object.fromEntries(
    Object.entries(ports).map(([name, type]) =>
      [name, schemaOf(type, "output", [...path, name], report)] as const
    ),
  );
}

function checkTypes(types: OperatorTypes, path: Path, report: Report): void {
  if (isPlain(types)) return;
  report(path, "cannot be said in a manifest: a type of objects is no JSON. Leave it out");
}
