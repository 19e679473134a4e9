/**
 * `meander operators`: what there is, and how each is used.
 *
 * @module
 */
import type { Plugin, Registry } from "../../plugins/registry.ts";
import { permissionsText } from "../../plugins/store/grants.ts";
import { describeFormat, describeOperator } from "../../specs/describe.ts";
import type { Context } from "../context.ts";
import { printable, UsageError } from "../exit.ts";
import type { OpenedPlugins } from "../open_plugins.ts";
import { type Style, styleFor } from "../style.ts";
import type { StoreFlags } from "../with_spec.ts";

/** Lists all, or describes one. */
export async function operatorsCommand(
  this: Context,
  { store }: StoreFlags,
  name?: string,
): Promise<void> {
  const { world, process } = this;
  const style = styleFor(world.hasColours);
  const plugins = await this.openPlugins(store);
  try {
    for (const problem of plugins.problems) process.stderr.write(`Store: ${printable(problem)}\n`);
    const sink = world.stdout();
    await sink.write(name === undefined ? listed(plugins, style) : described(plugins, name));
    if (name === undefined) await sink.write(await unenforced(plugins));
    await sink.finish();
  } finally {
    await plugins.close();
  }
}

/** What the platform at hand leaves to be wished of the isolation of what is isolated. */
async function unenforced({ registry, notEnforced }: OpenedPlugins): Promise<string> {
  const isIsolated = registry.plugins.some(({ provenance }) =>
    provenance?.isolation === "isolated"
  );
  const missing = isIsolated ? await notEnforced() : [];
  const lines = missing.map((what) => `not enforced here: ${what}\n`);
  return lines.length === 0 ? "" : `\n${lines.join("")}`;
}

/** What plugins say of themselves may hold what a terminal obeys; what is bold here is ours. */
function listed({ registry, uses }: OpenedPlugins, style: Style): string {
  const all = uses();
  return registry.plugins.map((plugin) => {
    const { name, version, operators, formats = [] } = plugin;
    const rows: [string, string][] = [
      ...operators.map((each): [string, string] => [`${name}/${each.name}`, each.summary]),
      ...formats.map((each): [string, string] => [`format ${each.name}`, each.summary]),
    ];
    const width = Math.max(...rows.map(([what]) => what.length));
    const lines = rows.map(([what, summary]) => `  ${what.padEnd(width)}  ${printable(summary)}`);
    const head = [style(`${name} ${version}`, "bold"), ...origin(plugin, all)];
    return `${[head.join("  "), ...lines].join("\n")}\n`;
  }).join("\n");
}

/** Short, on one line. */
function origin(plugin: Plugin, uses: ReturnType<OpenedPlugins["uses"]>): string[] {
  const { provenance } = plugin;
  if (provenance === undefined) return [];
  const { sha256, isolation, granted } = provenance;
  const users = usersOf(plugin, uses);
  return [
    sha256.slice(0, 12),
    isolation,
    `granted: ${printable(permissionsText(granted))}`,
    `used by: ${printable(users.join(", ")) || "no spec"}`,
  ];
}

/** The specs that were locked to these very bytes. */
function usersOf(
  { name, version, provenance }: Plugin,
  uses: ReturnType<OpenedPlugins["uses"]>,
): string[] {
  return [...uses].filter(([, all]) =>
    all.some((use) =>
      use.name === name && use.version === version && use.sha256 === provenance?.sha256
    )
  ).map(([spec]) => spec);
}

function described({ registry, uses }: OpenedPlugins, name: string): string {
  const full = name.includes("/") ? name : `core/${name}`;
  const operator = registry.find(full);
  if (!("problem" in operator)) {
    return printable(describeOperator(operator) + whence(operator.plugin, registry, uses()));
  }
  const format = registry.findFormat(name);
  if (!("problem" in format)) {
    return printable(describeFormat(format) + whence(format.plugin, registry, uses()));
  }
  throw new UsageError(`Cannot describe "${name}": ${operator.problem}. ${operator.hint}`);
}

/** All that is known of where it comes from, and what else there is of it. */
function whence(
  plugin: Plugin,
  registry: Registry,
  uses: ReturnType<OpenedPlugins["uses"]>,
): string {
  const others = registry.versionsOf(plugin.name).filter((each) => each !== plugin);
  const rows: [string, string][] = [];
  if (plugin.provenance !== undefined) {
    const { sha256, isolation, granted, source } = plugin.provenance;
    rows.push(
      ["sha256", sha256],
      ["isolation", isolation],
      ["granted", permissionsText(granted)],
      ["source", source],
      ["used by", usersOf(plugin, uses).join(", ") || "no spec"],
    );
  }
  if (others.length > 0) {
    rows.push(["others", others.map(({ version }) => version).join(", ")]);
  }
  if (rows.length === 0) return "";
  const lines = rows.map(([what, value]) => `  ${what.padEnd(9)}  ${value}`);
  return `\nplugin ${plugin.name} ${plugin.version}:\n${lines.join("\n")}\n`;
}
