/**
 * `meander plugin gc`: deletes what nothing refers to.
 *
 * @module
 */
import { parseUse } from "../../../plugins/store/ledgers.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface GcFlags {
  readonly store: string;
}

/** Deletes contents that are neither installed nor what a spec was locked to. */
export async function gcCommand(this: PluginContext, { store: folder }: GcFlags): Promise<void> {
  const store = this.plugins.store(folder);
  const roots = [...store.uses().values()].flat().flatMap((use) => parseUse(use)?.sha256 ?? []);
  const { files } = store.collect(roots);
  await say(
    this,
    files.length === 0 ? "Nothing to delete\n" : files.map((path) => `Deleted ${path}\n`).join(""),
  );
}
