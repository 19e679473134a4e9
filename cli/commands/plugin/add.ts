/**
 * `meander plugin add`: installs a plugin, and says what came in.
 *
 * @module
 */
import type { InstalledPlugin } from "../../../plugins/content.ts";
import { addPlugin } from "../../../plugins/install/add.ts";
import type { Permissions } from "../../../plugins/manifest/manifest.ts";
import { isNothing, KINDS, permissionsText } from "../../../plugins/store/grants.ts";
import { UsageError } from "../../exit.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface AddFlags {
  readonly store: string;
  readonly grant?: readonly string[];
  readonly registry?: string;
}

/** Installs it. */
export async function addCommand(
  this: PluginContext,
  { store: folder, grant = [], registry }: AddFlags,
  source: string,
): Promise<void> {
  const { plugins } = this;
  const store = plugins.store(folder);
  const facts = { when: plugins.now(), granted: grantsOf(grant) };
  const plugin = await addPlugin(store, source, facts, plugins.addTools(folder, registry));
  await say(this, textOf(plugin));
}

function textOf({ manifest, sha256, isolation, granted }: InstalledPlugin): string {
  const { name, version, summary, operators, permissions = {} } = manifest;
  const lines = [
    `Added ${name}@${version}: ${summary}`,
    `  sha256     ${sha256}`,
    `  operators  ${Object.keys(operators).map((each) => `${name}/${each}`).join(", ")}`,
    `  asks for   ${permissionsText(permissions)}`,
    `  granted    ${permissionsText(granted)}`,
    `  isolation  ${isolation}`,
  ];
  if (!isNothing(permissions) && isNothing(granted)) {
    lines.push("It may do nothing of what it asks for: add it again with --grant to let it");
  }
  return `${lines.join("\n")}\n`;
}

/** Each `kind=what`. */
function grantsOf(texts: readonly string[]): Permissions {
  const granted: { [kind in typeof KINDS[number]]?: string[] } = {};
  for (const text of texts) {
    const cut = text.indexOf("=");
    const kind = KINDS.find((each) => each === text.slice(0, cut));
    if (kind === undefined || cut + 1 === text.length) {
      throw new UsageError(
        `Cannot grant "${text}": write ${KINDS.map((each) => `${each}=…`).join(", ")}`,
      );
    }
    (granted[kind] ??= []).push(text.slice(cut + 1));
  }
  return granted;
}
