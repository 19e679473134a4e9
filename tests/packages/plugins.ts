/** The plugins in packages/, with what their manifests say. */
import { parseManifest } from "../../plugins/manifest/parse.ts";
import type { PluginDefinition } from "../../plugins/manifest/define_plugin.ts";
import type { Manifest } from "../../plugins/manifest/manifest.ts";
import { readFileSync } from "node:fs";
import numeric from "../../packages/numeric/mod.ts";
import first from "../../packages/stateful/1.0.0/mod.ts";
import second from "../../packages/stateful/2.0.0/mod.ts";
import text from "../../packages/text/mod.ts";

/** By folder. */
export const plugins: Readonly<Record<string, PluginDefinition>> = {
  "numeric": numeric,
  "text": text,
  "stateful/1.0.0": first,
  "stateful/2.0.0": second,
};

/** What the manifest in a folder says. */
export function manifestIn(folder: string): Manifest {
  const path = new URL(`../../packages/${folder}/plugin.json`, import.meta.url);
  return parseManifest(readFileSync(path, "utf8"), folder);
}
