/**
 * A manifest as Markdown.
 *
 * @module
 */
import { formatType } from "../operators/contract/record_type.ts";
import type { JsonSchema, Manifest, OperatorManifest } from "../plugins/manifest/manifest.ts";
import { zodOf } from "../plugins/manifest/zod_of.ts";
import { permissionsText } from "../plugins/store/grants.ts";
import { settingsOf } from "../specs/describe.ts";
import { typeOfSchema } from "../specs/record_types.ts";

/** The page of a plugin. */
export function docsOf(manifest: Manifest): string {
  const { name, version, summary, meander, license, permissions = {}, operators } = manifest;
  const asked = permissionsText(permissions);
  const parts = [
    `# ${name} ${version}`,
    sentence(summary),
    [
      `Runs on Meander ${code(meander)}`,
      asked === "nothing" ? "asks for no permissions" : `asks for ${code(asked)}`,
      ...(license === undefined ? [] : [`license ${license}`]),
    ].join("; ") + ".",
    table(
      ["operator", "what it does"],
      Object.entries(operators).map((
        [each, { summary }],
      ) => [`[${code(each)}](#${name}${each.toLowerCase()})`, sentence(summary)]),
    ),
    ...Object.entries(operators).flatMap(([each, operator]) =>
      aboutOperator(manifest, each, operator)
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

function aboutOperator(
  { name, version }: Manifest,
  operator: string,
  operatorManifest: OperatorManifest,
): string[] {
  const { summary, docs, config, inputs, outputs, interest, state, example } = operatorManifest;
  const settings = settingsOf(zodOf(config)).map((line) => {
    const [, setting, rest] = /^(\S+)\s+(.*)$/.exec(line)!;
    return [code(setting), rest];
  });
  const waits = interest === undefined || interest === "never"
    ? "It answers at once."
    : "It answers when times are complete.";
  const keeps = state === undefined ? "It keeps nothing" : `Its state has version ${state.version}`;
  const onError = operatorManifest.records === undefined
    ? ""
    : ` ${code("onError")} leaves out records at which it fails.`;
  return [
    `## ${name}/${operator}`,
    sentence(summary),
    ...(docs === undefined ? [] : [docs]),
    `Reads ${ports(inputs)}; sends ${ports(outputs)}. ${waits} ${keeps}.${onError}`,
    settings.length === 0 ? "It has no settings." : table(["setting", "value"], settings),
    ...(example === undefined ? [] : [exampleOf(`${name}/${operator}@^${version}`, example)]),
  ];
}

/** As a spec has it: YAML, of which JSON is a part. */
function exampleOf(use: string, example: NonNullable<OperatorManifest["example"]>): string {
  const records = (
    word: string,
    by: Readonly<Record<string, readonly unknown[]>> = {},
  ) => Object.entries(by).map(([port, list]) => `# ${word} ${port}: ${JSON.stringify(list)}`);
  return [
    "```yaml",
    `use: ${use}`,
    ...(example.with === undefined ? [] : [`with: ${JSON.stringify(example.with)}`]),
    ...records("reads", example.inputs),
    ...records("sends", example.outputs),
    "```",
  ].join("\n");
}

function ports(by: Readonly<Record<string, JsonSchema>>): string {
  const all = Object.entries(by).map(([port, schema]) => {
    const type = typeOfSchema(zodOf(schema));
    return type.kind === "any" ? code(port) : `${code(port)} (${formatType(type)})`;
  });
  return all.join(" and ") || "nothing";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}
