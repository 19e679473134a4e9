/**
 * Plugins that their owner trusts, by name, version and hash: they run in the engine's own process, with all that
 * it may do.
 *
 * @module
 */
import * as sdk from "../plugin.ts";
import type { InstalledPlugin } from "./content.ts";
import { type PluginDefinition, pluginOf } from "./manifest/define_plugin.ts";
import { installSdk } from "./sdk_key.ts";

/** Its code, from the very bytes whose hash was checked: a file could be exchanged in between. */
export async function loadTrusted(plugin: InstalledPlugin): Promise<PluginDefinition> {
  const { name, version } = plugin.manifest;
  installSdk(sdk);
  const code = new TextDecoder().decode(plugin.readCode());
  const text = `${code}\n//# sourceURL=plugin:${name}@${version}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/javascript" }));
  try {
    const module: { default?: unknown } = await import(url);
    return pluginOf(module.default, `${name}@${version}`);
  } finally {
    URL.revokeObjectURL(url);
  }
}
