/**
 * The page of all operators, from their definitions.
 */

import { stringify } from "yaml";
import type { z } from "zod";
import { Stream } from "../../dataflow/stream.ts";
import { type AnyOperator, anyRecord } from "../../operators/contract/definition.ts";
import { formatType } from "../../operators/contract/record_type.ts";
import type { Plugin } from "../../plugins/registry.ts";
import { typeOfSchema } from "../../specs/record_types.ts";
import { settings } from "./formats.ts";
import { sentence, table, wrapped } from "./markdown.ts";

/** The whole page. */
export function operatorsPage(plugin: Plugin): string {
  const operators = [...plugin.operators].sort((a, b) => a.name < b.name ? -1 : 1);
  const rows = operators.map(({ name, summary }) => [
    `[\`${name}\`](#${plugin.name}${name.toLowerCase()})`,
    sentence(summary),
  ]);
  const parts = [
    "<!-- deno-fmt-ignore-file -->",
    "# Operators",
    wrapped(
      `All operators of the plugin \`${plugin.name}\`, version ${plugin.version}, from their definitions: ` +
        "this page is written by `deno task reference`. A spec uses them as the examples show; what an " +
        "example reads and sends is checked by the tests. In code most are methods of streams. Those who " +
        "know Timely, Naiad or Lindi begin with [from-timely.md](from-timely.md); windows have a page of " +
        "their own, [windows.md](windows.md), and so has writing an operator, " +
        "[writing-operators.md](writing-operators.md).",
    ),
    table(["operator", "what it does"], rows),
    ...operators.flatMap((operator) => aboutOperator(plugin, operator)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function aboutOperator(plugin: Plugin, operator: AnyOperator): string[] {
  return [
    `## ${plugin.name}/${operator.name}`,
    wrapped(sentence(operator.summary)),
    ...(operator.docs === undefined ? [] : [wrapped(operator.docs)]),
    wrapped(
      `Reads ${ports(operator.inputs)}; sends ${outputs(operator)}. ${interest(operator)} ` +
        `${state(operator)}${inCode(operator)}`,
    ),
    ...settings(operator.config),
    ...example(plugin, operator),
  ];
}

function outputs(operator: AnyOperator): string {
  return operator.outputsFor === undefined
    ? ports(operator.outputs)
    : "outputs that its settings name";
}

/** How much it asks of the tracker, which is what it costs others. */
function interest({ interest = "never" }: AnyOperator): string {
  if (typeof interest === "function") {
    return "Whether it waits for times to be complete depends on its settings.";
  }
  if (interest === "never") return "It answers at once.";
  if (interest === "always") return "It follows the frontiers of its inputs.";
  return "It asks to be told when times are complete.";
}

function state({ state }: AnyOperator): string {
  return state === undefined ? "It keeps nothing." : `Its state has version ${state.version}.`;
}

function inCode({ name }: AnyOperator): string {
  if (!(name in Stream.prototype)) return "";
  const gives = Object.hasOwn(IN_CODE, name) ? `, which gives ${IN_CODE[name]}` : "";
  return ` In code: \`stream.${name}(…)\`${gives}.`;
}

/** Where a method gives several streams: as what. */
const IN_CODE: Readonly<Record<string, string>> = {
  branch: "`{ yes, no }`",
  branchWhen: "`{ yes, no }`",
  mapAsync: 'a stream, or `{ answers, failed }` with `onError: "output"`',
  okErr: "`{ ok, err }`",
  partition: "a list of streams",
  reorder: "`{ ordered, late }`",
  sessionWindow: "`{ results, late }`",
  window: "`{ results, late }`",
};

function example({ name: plugin }: Plugin, { name, example }: AnyOperator): string[] {
  if (example === undefined) return [];
  const use = `${plugin}/${name}`;
  const node = example.with === undefined ? { use } : { use, with: example.with };
  const records = (word: string, by: Readonly<Record<string, readonly unknown[]>> = {}) =>
    Object.entries(by).map(([port, list]) => `# ${word} ${port}: ${JSON.stringify(list)}\n`).join(
      "",
    );
  return [
    `\`\`\`yaml\n${stringify(node, { lineWidth: 0 })}${records("reads", example.inputs)}` +
    `${records("sends", example.outputs)}\`\`\``,
  ];
}

function ports(of: Readonly<Record<string, z.ZodType>>): string {
  const all = Object.entries(of).map(([name, schema]) => {
    const type = schema === anyRecord ? undefined : typeOfSchema(schema);
    return type === undefined || type.kind === "any"
      ? `\`${name}\``
      : `\`${name}\` (${formatType(type)})`;
  });
  return all.join(" and ") || "nothing";
}
