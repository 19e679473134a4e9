/**
 * A store on disk, with its plugins ready to run. A module of its own, since most runs have none.
 *
 * @module
 */
import { pluginsOf } from "../plugins/isolation/plugins_of.ts";
import { diskFiles } from "../plugins/store/files.ts";
import { PluginStore } from "../plugins/store/store.ts";
import { runtimeIn } from "./plugin_runtime.ts";
import type { Heard, OpenStore, PluginUse } from "./open_plugins.ts";

/** Opens the store in a folder. */
export async function openStore(folder: string, heard: Heard): Promise<OpenStore> {
  const store = new PluginStore(diskFiles(folder));
  const { plugins: installed, problems } = store.look();
  const runtime = () => runtimeIn(folder);
  const { plugins, notEnforced, close } = await pluginsOf(installed, { runtime, heard });
  return {
    plugins,
    problems,
    notEnforced,
    close,
    recordUse: (spec, uses) => {
      store.recordUse(
        spec,
        uses.map(({ name, version, sha256 }) => `${name}@${version} ${sha256}`),
      );
    },
    uses: () => new Map([...store.uses()].map(([spec, pins]) => [spec, pins.map(useOf)])),
  };
}

/** As the store has checked it: `name@version sha256`. */
function useOf(pin: string): PluginUse {
  const [identity, sha256] = pin.split(" ");
  const [name, version] = identity.split("@");
  return { name, version, sha256 };
}
