/**
 * Inputs and outputs of a spec: their formats, the types of their records, and when epochs are over.
 *
 * @module
 */
import { ANY, formatType, type RecordType } from "../operators/contract/record_type.ts";
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import type { AnyFormat, Registry } from "../plugins/registry.ts";
import type { PluginChoices } from "./plugin_choices.ts";
import { hintFor, listed, type Path, type Report } from "./problem.ts";
import { fits, typeOf } from "./record_types.ts";
import { namesIn, reportIssue, under } from "./structure.ts";
import type { ConfigSpec, EpochSpec, InputSpec, OutputSpec } from "./spec.ts";

/** How an input is read, or an output written. */
export interface CheckedFormat {
  readonly format: AnyFormat;
  readonly config: unknown;
}

/** How an input is read, and what comes of it. */
export interface CheckedInput extends CheckedFormat {
  /** What its schema says; `undefined` without one. */
  readonly schema: RecordType | undefined;
  readonly type: RecordType;
}

/** Checks one input; `undefined` when it cannot be read. */
export function checkInput(
  spec: InputSpec,
  path: Path,
  choices: PluginChoices,
  report: Report,
): CheckedInput | undefined {
  const schema = spec.schema === undefined
    ? undefined
    : typeOf(spec.schema, [...path, "schema"], report);
  const checked = checkFormat(spec.format, spec.with, path, choices, report, "read");
  if (checked === undefined) return undefined;
  const { format, config } = checked;
  const problems = format.problems(config, schema);
  for (const { path: [part, ...rest], message, hint } of problems) {
    report({ path: [...path, part === "config" ? "with" : part, ...rest], message, hint });
  }
  if (problems.length > 0) return undefined;
  const type = format.recordType?.(config, schema) ?? ANY;
  if (spec.epochs !== undefined) checkEpochs(spec.epochs, type, [...path, "epochs"], report);
  if (spec.follow === true && spec.file?.includes("*")) {
    report({
      path: [...path, "follow"],
      message: "one growing file can be followed, not all that a pattern names",
      hint: "Name one file",
    });
  }
  return { ...checked, schema, type };
}

/** Checks how an output is written; `undefined` when it cannot be. */
export function checkOutput(
  spec: OutputSpec,
  path: Path,
  choices: PluginChoices,
  report: Report,
): CheckedFormat | undefined {
  return checkFormat(spec.format ?? "ndjson", spec.with, path, choices, report, "write");
}

function checkFormat(
  name: string,
  written: ConfigSpec | undefined,
  path: Path,
  choices: PluginChoices,
  report: Report,
  use: "read" | "write",
): CheckedFormat | undefined {
  const resolved = choices.format(name, path);
  if (resolved === undefined) return undefined;
  const format = resolved.found;
  if ((use === "read" ? format.decoder : format.encoder) === undefined) {
    report({
      path: [...path, "format"],
      message: `format "${format.name}" cannot ${use}`,
      hint: `Formats that can: ${able(choices.registry, use).join(", ")}`,
    });
    return undefined;
  }
  const config = format.config.safeParse(written ?? {});
  if (config.success) return { format, config: config.data };
  for (const issue of config.error.issues) {
    reportIssue(
      issue,
      [...path, "with"],
      under([...path, "with"], written),
      report,
      namesIn(format.config),
    );
  }
  return undefined;
}

function able(registry: Registry, use: "read" | "write"): string[] {
  return registry.plugins.flatMap(({ name, formats = [] }) =>
    formats.filter((format) => (use === "read" ? format.decoder : format.encoder) !== undefined)
      .map((format) => name === "core" ? format.name : `${name}/${format.name}`)
  );
}

/** The field of the time has to be there, and to hold a time. */
function checkEpochs(epochs: EpochSpec, type: RecordType, path: Path, report: Report): void {
  if (!("field" in epochs) || type.kind === "any") return;
  const at = [...path, "field"];
  if (type.kind !== "object") {
    return report({ path: at, message: `records are ${formatType(type)} and have no fields` });
  }
  const field = type.fields.get(epochs.field);
  if (field === undefined) {
    const meant = nearest(epochs.field, type.fields.keys());
    return report({
      path: at,
      message: `records have no field ${show(epochs.field)}`,
      hint: hintFor(meant, `They have ${listed([...type.fields.keys()])}`),
    });
  }
  if (fits(field, { kind: "integer" })) return;
  report({
    path: at,
    message: `field "${epochs.field}" is ${formatType(field)}: a time is a datetime or an integer`,
    hint: "Declare it as datetime in the schema",
  });
}

/** What becomes of records that come too late at an input. */
export function lateOf({ epochs }: InputSpec): "drop" | "output" | "fail" {
  return epochs !== undefined && "field" in epochs ? epochs.late ?? "drop" : "drop";
}

/** The name of the dataflow's input for records that come too late at an input of the spec. */
export function lateInput(name: string): string {
  return `${name}.late`;
}
