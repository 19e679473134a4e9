/**
 * `meander plugin docs`: what a plugin says of itself, as Markdown; its code is not looked at.
 *
 * @module
 */
import type { Manifest } from "../../../plugins/manifest/manifest.ts";
import { PLUGIN_NAME } from "../../../plugins/names.ts";
import type { AuthorContext } from "../../author_world.ts";
import { docsOf } from "../../plugin_docs.ts";
import { readPlugin } from "../../plugin_folder.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface DocsFlags {
  readonly store: string;
}

/** Writes it, of the plugin in a folder or of one that is installed. */
export async function docsCommand(
  this: AuthorContext,
  { store }: DocsFlags,
  path = ".",
): Promise<void> {
  await say(this, docsOf(installed(this, store, path) ?? readPlugin(this, path).manifest));
}

/** What is no folder, and could be a name, is looked for in the store; the latest version of it. */
function installed(
  { plugins }: AuthorContext,
  store: string,
  text: string,
): Manifest | undefined {
  const [name, version] = text.split("@");
  if (!PLUGIN_NAME.test(name) || plugins.files.kindOf(text) === "folder") return undefined;
  if (version !== undefined) return plugins.store(store).get(text).manifest;
  return plugins.store(store).plugins().map(({ manifest }) => manifest)
    .filter((manifest) => manifest.name === name)
    .at(-1);
}
