/**
 * `meander plugin pack`: one archive of a plugin, the same bytes for the same files.
 *
 * @module
 */
import { MeanderError } from "../../../operators/contract/fault.ts";
import { pack } from "../../../plugins/install/archive.ts";
import { manifestOf } from "../../../plugins/install/add.ts";
import { readFolder } from "../../../plugins/install/folder.ts";
import type { SourceTree } from "../../../plugins/install/paths.ts";
import { sha256Of } from "../../../plugins/store/content_file.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/**
 * Of `deno.json` what others can use: its packages, and not where the author keeps Meander. So the archive is the
 * same wherever it is made, and tells nothing of the author's machine.
 */
function withoutPaths(tree: SourceTree): SourceTree {
  const bytes = tree.get("deno.json");
  if (bytes === undefined) return tree;
  const { imports = {} } = parsed(bytes) as { imports?: object };
  const kept = Object.entries(imports).filter(([, target]) =>
    /^(?:npm:|\.\/)/.test(String(target))
  );
  const text = `${JSON.stringify({ imports: Object.fromEntries(kept) }, null, 2)}\n`;
  return new Map([...tree, ["deno.json", new TextEncoder().encode(text)]]);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new MeanderError("MEANDER_PLUGIN_SOURCE", "Cannot use deno.json: it is no plain JSON", {
      where: "deno.json",
      hint: "Leave out comments and trailing commas",
      cause,
    });
  }
}

/** Packs the plugin in a folder. */
export async function packCommand(
  this: PluginContext,
  _flags: object,
  folder = ".",
): Promise<void> {
  const { plugins } = this;
  const tree = withoutPaths(readFolder(plugins.files, plugins.files.resolve(folder)));
  const { name, version } = manifestOf(tree, folder);
  const packed = pack(tree);
  const path = `${name}-${version}.tgz`;
  plugins.write(path, packed);
  const files = [...tree.keys()].map((each) => `  ${each}\n`).join("");
  await say(this, `Wrote ${path}, ${packed.length} bytes\n${files}sha256 ${sha256Of(packed)}\n`);
}
