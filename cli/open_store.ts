/**
 * A store on disk, with its plugins ready to run. A module of its own, since most runs have none.
 *
 * @module
 */
import { pluginsOf } from "../plugins/isolation/plugins_of.ts";
import { diskFiles } from "../plugins/store/files.ts";
import { PluginStore } from "../plugins/store/store.ts";
import { programIn } from "./plugin_runtime.ts";
import type { Heard, OpenStore, PluginUse } from "./open_plugins.ts";

/** Opens the store in a folder. */
export async function openStore(folder: string, heard: Heard): Promise<OpenStore> {
  const store = new PluginStore(diskFiles(folder));
  const { plugins: installed, problems } = store.look();
  const program = () => programIn(folder);
  const { plugins, unfit, notEnforced, limit, settled, close } = await pluginsOf(installed, {
    program,
    heard,
  });
  // Who leaves at once, as at a third interrupt, waits for nothing; a process in an endless loop would not notice. In
  // the threads of other workers the runtime ends what they have started when they end.
  const end = () => void close();
  addEventListener("unload", end);
  return {
    plugins,
    problems: [...problems, ...unfit],
    notEnforced,
    limit,
    settled,
    close: () => {
      removeEventListener("unload", end);
      return close();
    },
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
