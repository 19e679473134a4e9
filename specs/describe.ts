/**
 * What operators and formats say of themselves, as Markdown: for the terminal and for the reference.
 *
 * @module
 */
import { stringify } from "yaml";
import type { z } from "zod";
import type { AnyOperator } from "../operators/contract/definition.ts";
import { sizedFor } from "../operators/contract/sized.ts";
import { formatType } from "../operators/contract/record_type.ts";
import type { AnyFormat, Resolved } from "../plugins/registry.ts";
import { defOf, expressionOf, unwrapped } from "./configs.ts";
import { typeOfSchema } from "./record_types.ts";

/** An operator with its ports, configuration and example. */
export function describeOperator({ plugin, found }: Resolved<AnyOperator>): string {
  const name = `${plugin.name}/${found.name}`;
  const parts = [`${name} ${plugin.version}`, "", `${found.summary}.`];
  if (found.docs !== undefined) parts.push("", found.docs);
  parts.push("", `reads:  ${ports(found.inputs)}`, `sends:  ${outputs(found)}`);
  if (found.records !== undefined && plugin.provenance !== undefined) {
    parts.push("onError: skip or { deadLetter: FILE } leaves out records at which it fails");
  }
  const settings = settingsOf(found.config);
  if (settings.length > 0) parts.push("", "with:", ...settings.map((line) => `  ${line}`));
  const { example } = found;
  if (example !== undefined) {
    const node = example.with === undefined ? { use: name } : { use: name, with: example.with };
    parts.push("", "example:", ...indented(stringify(node, { lineWidth: 0 })));
    const records = (of: Readonly<Record<string, readonly unknown[]>> = {}) =>
      Object.entries(of).map(([port, list]) => `${port}: ${JSON.stringify(list)}`);
    const given = records(example.inputs);
    if (given.length > 0) parts.push(`  reads ${given.join(", ")}`);
    parts.push(`  sends ${records(example.outputs).join(", ")}`);
  }
  return `${parts.join("\n")}\n`;
}

/** The outputs; of an operator that has them by its settings, those of its example. */
function outputs(operator: AnyOperator): string {
  if (operator.outputsFor === undefined) return ports(operator.outputs);
  return `${ports(sizedFor(operator, operator.example?.with).outputs)}, … as its settings say`;
}

/** A format with its configuration. */
export function describeFormat({ plugin, found }: Resolved<AnyFormat>): string {
  const use = [
    ...(found.decoder === undefined ? [] : ["inputs"]),
    ...(found.encoder === undefined ? [] : ["outputs"]),
  ];
  const parts = [
    `format ${found.name} (${plugin.name} ${plugin.version}), for ${use.join(" and ")}`,
    "",
    `${found.summary.replace(/\.$/, "")}.`,
  ];
  if (found.docs !== undefined) parts.push("", found.docs);
  const settings = settingsOf(found.config);
  if (settings.length > 0) parts.push("", "with:", ...settings.map((line) => `  ${line}`));
  return `${parts.join("\n")}\n`;
}

/** One line for each part of a configuration: its name, what it takes, and its default. */
export function settingsOf(schema: z.ZodType): string[] {
  const def = defOf(unwrapped(schema));
  if (def.type !== "object") return [];
  const shape = Object.entries(def.shape as Readonly<Record<string, z.ZodType>>);
  const width = Math.max(0, ...shape.map(([name]) => name.length));
  return shape.map(([name, part]) => `${name.padEnd(width)}  ${describeSetting(part)}`);
}

function describeSetting(schema: z.ZodType): string {
  const given = defOf(schema);
  const kind = kindOf(unwrapped(schema));
  const description = schema.description === undefined ? "" : `. ${schema.description}`;
  if (given.type === "default") {
    const value = JSON.stringify(given.defaultValue);
    return `${kind}, ${value} by default${description}`;
  }
  return `${kind}${given.type === "optional" ? ", may be left out" : ""}${description}`;
}

function kindOf(schema: z.ZodType): string {
  const parameters = expressionOf(schema);
  if (parameters !== undefined) {
    return parameters.length === 0 ? "an expression" : `an expression of ${parameters.join(", ")}`;
  }
  const def = defOf(schema);
  switch (def.type) {
    case "array":
      return `a list, each ${kindOf(unwrapped(def.element as z.ZodType))}`;
    case "union": {
      const kinds = (def.options as z.ZodType[]).map((option) => kindOf(unwrapped(option)));
      return [...new Set(kinds)].join(" or ");
    }
    case "enum":
      return Object.values(def.entries as object).join(", ");
    case "literal":
      return (def.values as unknown[]).map((value) => JSON.stringify(value)).join(" or ");
    case "unknown":
      return "any value";
    default: {
      const type = typeOfSchema(schema);
      return type.kind === "any" ? "a value" : formatType(type);
    }
  }
}

function ports(of: Readonly<Record<string, z.ZodType>>): string {
  const all = Object.entries(of).map(([name, schema]) => {
    const type = typeOfSchema(schema);
    return type.kind === "any" ? name : `${name}: ${formatType(type)}`;
  });
  return all.join(", ") || "nothing";
}

function indented(text: string): string[] {
  return text.trimEnd().split("\n").map((line) => `  ${line}`);
}
