/**
 * `meander plugin why`: where a plugin came from, and who needs it.
 *
 * @module
 */
import { MeanderError, show } from "../../../operators/contract/fault.ts";
import { permissionsText } from "../../../plugins/store/grants.ts";
import type { Provenance } from "../../../plugins/store/store.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface WhyFlags {
  readonly store: string;
}

/** Says it of one version, or of all of a name. */
export async function whyPluginCommand(
  this: PluginContext,
  { store: folder }: WhyFlags,
  text: string,
): Promise<void> {
  const store = this.plugins.store(folder);
  const found = store.why(text);
  if (found.length === 0) {
    throw new MeanderError(
      "MEANDER_PLUGIN_STORE",
      `Cannot find plugin ${show(text)}: it never was in the store at ${show(folder)}`,
      { where: text, hint: "`meander plugin list` shows what is installed" },
    );
  }
  await say(this, found.map(textOf).join(""));
}

function textOf({ identity, sha256, entry, usedBy }: Provenance): string {
  const known = entry === undefined ? ["  removed; the lock keeps its hash"] : [
    `  from       ${entry.source}`,
    `  installed  ${entry.installed}`,
    `  isolation  ${entry.trusted === sha256 ? "trusted" : "isolated"}`,
    `  granted    ${permissionsText(entry.granted)}`,
  ];
  const users = usedBy.length === 0 ? ["no spec was locked to it"] : usedBy;
  return [
    identity,
    `  sha256     ${sha256}`,
    ...known,
    ...users.map((each) => `  used by    ${each}`),
  ]
    .map((line) => `${line}\n`).join("");
}
