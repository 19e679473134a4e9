/**
 * `meander plugin list`: what is installed, versions side by side.
 *
 * @module
 */
import { MeanderError, reasonOf } from "../../../operators/contract/fault.ts";
import type { InstalledPlugin } from "../../../plugins/content.ts";
import { permissionsText } from "../../../plugins/store/grants.ts";
import { parseUse } from "../../../plugins/store/ledgers.ts";
import type { PluginStore } from "../../../plugins/store/store.ts";
import { EXIT } from "../../exit.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { allowedText } from "./allow.ts";
import { say, table } from "./say.ts";

/** Its flags. */
export interface ListFlags {
  readonly store: string;
  readonly json: boolean;
  readonly allowed: boolean;
}

/** A plugin as the list has it. */
interface Row {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly isolation: string;
  readonly asked: InstalledPlugin["granted"];
  readonly granted: InstalledPlugin["granted"];
  readonly source: string;
  readonly operators: readonly string[];
  readonly usedBy: readonly string[];
}

/** Lists it; what is damaged is named, and ends with the code of plugins. */
export async function listCommand(
  this: PluginContext,
  { store: folder, json, allowed }: ListFlags,
): Promise<void> {
  const store = this.plugins.store(folder);
  if (allowed) {
    const patterns = store.allowed();
    return await say(this, json ? `${JSON.stringify(patterns)}\n` : allowedText(patterns));
  }
  const { plugins, problems: damaged } = store.look();
  const problems = [...damaged];
  const uses = usesOf(store, problems);
  const rows = plugins.map((plugin): Row => rowOf(plugin, uses));
  const isIsolated = rows.some(({ isolation }) => isolation === "isolated");
  const notEnforced = isIsolated ? await this.plugins.notEnforced() : [];
  const all = { plugins: rows, problems, notEnforced };
  await say(this, json ? `${JSON.stringify(all, null, 2)}\n` : textOf(all));
  if (problems.length > 0) this.exit(EXIT.plugin);
}

/** Who uses what; when that cannot be told, the rest can. */
function usesOf(store: PluginStore, problems: string[]): ReadonlyMap<string, readonly string[]> {
  try {
    return store.uses();
  } catch (error) {
    if (!MeanderError.is(error)) throw error;
    problems.push(reasonOf(error));
    return new Map();
  }
}

function rowOf(
  { manifest, sha256, isolation, granted, source }: InstalledPlugin,
  uses: ReadonlyMap<string, readonly string[]>,
): Row {
  const { name, version, operators, permissions = {} } = manifest;
  const usedBy = [...uses].filter(([, pins]) =>
    pins.some((pin) => parseUse(pin)?.identity === `${name}@${version}`)
  ).map(([spec]) => spec);
  return {
    name,
    version,
    sha256,
    isolation,
    asked: permissions,
    granted,
    source,
    operators: Object.keys(operators),
    usedBy,
  };
}

interface Listed {
  readonly plugins: readonly Row[];
  readonly problems: readonly string[];
  readonly notEnforced: readonly string[];
}

function textOf({ plugins: rows, problems, notEnforced }: Listed): string {
  const head = ["PLUGIN", "SHA-256", "ISOLATION", "GRANTED", "SOURCE", "USED BY"];
  const body = rows.map((row) => [
    `${row.name}@${row.version}`,
    row.sha256.slice(0, 12),
    row.isolation,
    permissionsText(row.granted),
    row.source,
    row.usedBy.join(", ") || "-",
  ]);
  const list = rows.length === 0 ? "No plugin is installed\n" : table([head, ...body]);
  return [
    list,
    ...problems.map((problem) => `damaged: ${problem}\n`),
    ...notEnforced.map((what) => `not enforced here: ${what}\n`),
  ].join("");
}
