/**
 * Tries the operators of a plugin: the laws, on records of their examples and schemas, and the examples themselves
 * as specs.
 *
 * @module
 */
import type { AnyOperator, Ports } from "../operators/contract/definition.ts";
import { MeanderError, reasonOf } from "../operators/contract/fault.ts";
import { checkOperator } from "../operators/kit/check_operator.ts";
import { OperatorTest } from "../operators/kit/operator_test.ts";
import type { PluginDefinition } from "../plugins/manifest/define_plugin.ts";
import type { DescribedPlugin } from "../plugins/manifest/described.ts";
import type { OperatorManifest } from "../plugins/manifest/manifest.ts";
import { samplesOf } from "../plugins/manifest/samples.ts";
import { core } from "../plugins/core.ts";
import { Registry } from "../plugins/registry.ts";
import { tolerant } from "../plugins/tolerant.ts";
import { ConfigCompiler } from "../specs/configs.ts";
import { typeOfSchema } from "../specs/record_types.ts";
import { runTests } from "../specs/unit_test.ts";

/** What came of it, in sentences. */
export interface Tried {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Tries all of them. */
export async function lawsOf(plugin: PluginDefinition, described: DescribedPlugin): Promise<Tried> {
  const problems: string[] = [];
  const notes: string[] = [];
  for (const operator of plugin.operators) {
    const { name } = operator;
    const tried = tryLaws(operator, described.operators[name]);
    for (const problem of tried.problems) problems.push(`${name}: ${problem}`);
    for (const note of tried.notes) notes.push(`${name}: ${note}`);
    if (operator.example === undefined) notes.push(`${name}: it has no example`);
    else {
      const wrong = await tryExample(plugin, operator);
      if (wrong.length === 0) notes.push(`${name}: its example gives what it says`);
      else problems.push(`${name}: its example gives something else: ${wrong.join(" ")}`);
    }
  }
  return { problems, notes };
}

function tryLaws(operator: AnyOperator, manifest: OperatorManifest): Tried {
  const config = configFor(operator, manifest);
  if (config === undefined) {
    return { problems: [], notes: ["no configuration to try its laws with: give it an example"] };
  }
  const inputs = Object.fromEntries(
    Object.keys(operator.inputs).map((input) => [input, recordsFor(operator, manifest, input)]),
  );
  const silent = Object.keys(inputs).filter((input) => inputs[input].length === 0);
  const missing = silent.map((input) => `no records for "${input}": give them in its example`);
  try {
    // What a state for ever keeps is meant to be kept.
    const per = (operator.config.parse(config) as { readonly per?: unknown } | null)?.per;
    // One that may throw at a record has to do so however the records come: those are left out, as onError does.
    const tolerated = operator.records === undefined ? operator : tolerant(operator, "skip");
    const { runs, notes } = checkOperator(tolerated, {
      config,
      inputs,
      keepsForever: per === "forever",
    });
    // Whoever says so has the form in which a record can be left out; that it is worked on alone is a law.
    if (operator.records !== undefined) new OperatorTest(tolerant(operator, "skip"), config);
    const well = runs === 0 ? [] : [`keeps the laws in ${runs} runs`];
    return { problems: [], notes: [...well, ...notes, ...missing] };
  } catch (error) {
    const problems = MeanderError.is(error) ? error.problems : [];
    return { problems: problems.length === 0 ? [reasonOf(error)] : problems, notes: missing };
  }
}

/** That of its example, with its texts as expressions; else none, or the first that fits. */
function configFor(operator: AnyOperator, manifest: OperatorManifest): unknown {
  const written = operator.example?.with;
  if (written !== undefined) {
    const inputs = new Map(
      Object.entries(operator.inputs as Ports).map(([name, type]) =>
        [name, typeOfSchema(type)] as const
      ),
    );
    let isRight = true;
    const compiler = new ConfigCompiler(
      operator,
      { inputs, time: { kind: "integer" }, constants: new Map(), functions: undefined },
      () => isRight = false,
    );
    const { config } = compiler.compile(written, []);
    // What is wrong with it is told of the example.
    return isRight ? config : undefined;
  }
  if (operator.config.safeParse({}).success) return {};
  return samplesOf(manifest.config, 1)[0];
}

function recordsFor(
  { example }: AnyOperator,
  manifest: OperatorManifest,
  input: string,
): readonly unknown[] {
  const given = example?.inputs?.[input] ?? [];
  const schema = manifest.inputs[input];
  // Of any records it takes those that its author had in mind.
  const isAny = Object.keys(schema).every((key) => key === "title" || key === "description");
  return given.length > 0 && isAny ? given : [...given, ...samplesOf(schema, 8)];
}

async function tryExample(plugin: PluginDefinition, operator: AnyOperator): Promise<string[]> {
  const { with: config, inputs = {}, outputs } = operator.example!;
  const ports = Object.keys(operator.outputs);
  const from = Object.keys(operator.inputs);
  const byPort = (ends: readonly string[], value: (port: string) => unknown) =>
    Object.fromEntries(ends.map((port) => [port, value(port)]));
  // A spec is YAML, and JSON is YAML.
  const spec = JSON.stringify({
    meander: 1,
    name: "example",
    inputs: Object.fromEntries(from.map((port) => [`to_${port}`, { format: "ndjson" }])),
    nodes: {
      it: {
        use: `${plugin.name}/${operator.name}`,
        ...(config === undefined ? {} : { with: config }),
        ...(from.length === 0 ? {} : { from: byPort(from, (port) => `to_${port}`) }),
      },
    },
    outputs: byPort(ports, (port) => ({ from: `it.${port}`, format: "ndjson" })),
  });
  const test = {
    name: operator.name,
    inputs: Object.fromEntries(from.map((port) => [`to_${port}`, inputs[port] ?? []])),
    outputs: byPort(ports, (port) => outputs[port] ?? []),
  };
  const { name, version, operators } = plugin;
  const registry = new Registry([core, { name, version, operators }]);
  const [{ differences }] = await runTests(spec, [test as never], { registry });
  return differences.map((line) => line.trim());
}
