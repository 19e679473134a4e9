/**
 * `meander operators`: what there is, and how each is used.
 *
 * @module
 */
import type { Plugin, Registry } from "../../plugins/registry.ts";
import { describeFormat, describeOperator } from "../../specs/describe.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../exit.ts";
import { type Style, styleFor } from "../style.ts";

/** Lists all, or describes one. */
export async function operatorsCommand(
  this: Context,
  _flags: object,
  name?: string,
): Promise<void> {
  const { registry, world } = this;
  const style = styleFor(world.hasColours);
  const sink = world.stdout();
  await sink.write(
    name === undefined ? listed(registry.plugins, style) : described(registry, name),
  );
  await sink.finish();
}

function listed(plugins: readonly Plugin[], style: Style): string {
  return plugins.map(({ name, version, operators, formats = [] }) => {
    const rows: [string, string][] = [
      ...operators.map((each): [string, string] => [`${name}/${each.name}`, each.summary]),
      ...formats.map((each): [string, string] => [`format ${each.name}`, each.summary]),
    ];
    const width = Math.max(...rows.map(([what]) => what.length));
    const lines = rows.map(([what, summary]) => `  ${what.padEnd(width)}  ${summary}`);
    return `${style(`${name} ${version}`, "bold")}\n${lines.join("\n")}\n`;
  }).join("\n");
}

function described(registry: Registry, name: string): string {
  const full = name.includes("/") ? name : `core/${name}`;
  const operator = registry.find(full);
  if (!("problem" in operator)) return describeOperator(operator);
  const format = registry.findFormat(name);
  if (!("problem" in format)) return describeFormat(format);
  throw new UsageError(`Cannot describe "${name}": ${operator.problem}. ${operator.hint}`);
}
