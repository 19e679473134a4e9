/**
 * `meander plugin remove`: takes a version out of what is installed.
 *
 * @module
 */
import { MeanderError } from "../../../operators/contract/fault.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { UsageError } from "../../exit.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface RemoveFlags {
  readonly store: string;
  readonly force: boolean;
}

/** Removes it, unless a spec was locked to it. */
export async function removeCommand(
  this: PluginContext,
  { store: folder, force }: RemoveFlags,
  identity: string,
): Promise<void> {
  const store = this.plugins.store(folder);
  if (!identity.includes("@")) {
    throw new UsageError(`Cannot remove ${identity}: say which version, NAME@VERSION`);
  }
  const usedBy = store.why(identity).flatMap((each) => each.usedBy);
  if (usedBy.length > 0 && !force) {
    throw new MeanderError(
      "MEANDER_PLUGIN_USED",
      `Cannot remove plugin "${identity}": specs were locked to it`,
      { where: identity, hint: "Lock them to another version, or say --force", problems: usedBy },
    );
  }
  store.remove(identity);
  await say(
    this,
    usedBy.length > 0
      ? `Removed ${identity}. Its bytes stay as long as specs are locked to them\n`
      : `Removed ${identity}. Its line in the lock stays; \`meander plugin gc\` deletes its bytes\n`,
  );
}
