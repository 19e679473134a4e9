/** Stores on disk with fixtures in them, as `meander plugin add` leaves them. */
import { bundlerEnvironment } from "../../../cli/plugin_runtime.ts";
import { guestProgram } from "../../../plugins/isolation/runtime.ts";
import { launch } from "../../../plugins/launcher.ts";
import { makeContent } from "../../../plugins/store/content_file.ts";
import { diskFiles } from "../../../plugins/store/files.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { facts } from "../store/contents.ts";
import { installed } from "./guests.ts";

const CACHE = ".test/guests";

/** The content of a fixture, at that version. */
export async function contentOf(fixture: string, version = "1.0.0"): Promise<Uint8Array> {
  const { manifest, readCode } = await installed(fixture);
  const code = new TextDecoder().decode(readCode()).replaceAll('"1.0.0"', `"${version}"`);
  return makeContent({ ...manifest, version }, new TextEncoder().encode(code));
}

/** A store in a folder, with these fixtures. */
export async function storeWith(folder: string, ...fixtures: string[]): Promise<PluginStore> {
  const store = new PluginStore(diskFiles(folder));
  for (const fixture of fixtures) store.install(await contentOf(fixture), facts);
  // What every store would put together for itself, once.
  await guestProgram(CACHE, { launch, env: bundlerEnvironment() });
  Deno.mkdirSync(`${folder}/runtime`, { recursive: true });
  for (const { name } of Deno.readDirSync(CACHE)) {
    Deno.copyFileSync(`${CACHE}/${name}`, `${folder}/runtime/${name}`);
  }
  return store;
}
