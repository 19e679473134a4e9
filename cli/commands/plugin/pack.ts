/**
 * `meander plugin pack`: one archive of a plugin, the same bytes for the same files.
 *
 * @module
 */
import { pack } from "../../../plugins/install/archive.ts";
import { manifestOf } from "../../../plugins/install/add.ts";
import { readFolder } from "../../../plugins/install/folder.ts";
import { sha256Of } from "../../../plugins/store/content_file.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/** Packs the plugin in a folder. */
export async function packCommand(
  this: PluginContext,
  _flags: object,
  folder = ".",
): Promise<void> {
  const { plugins } = this;
  const tree = readFolder(plugins.files, plugins.files.resolve(folder));
  const { name, version } = manifestOf(tree, folder);
  const packed = pack(tree);
  const path = `${name}-${version}.tgz`;
  plugins.write(path, packed);
  const files = [...tree.keys()].map((each) => `  ${each}\n`).join("");
  await say(this, `Wrote ${path}, ${packed.length} bytes\n${files}sha256 ${sha256Of(packed)}\n`);
}
