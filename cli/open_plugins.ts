/**
 * Opens the plugins of a store beside those that come with the program. Without a store nothing of this is loaded.
 *
 * @module
 */
import { MeanderError } from "../operators/contract/fault.ts";
import { type Plugin, Registry } from "../plugins/registry.ts";
import type { PluginLimits } from "../specs/plugin_limits.ts";
import { UsageError } from "./exit.ts";

/** Where a store is looked for when none is named. */
export const USUAL_STORE = ".meander/store";

/** What is used of a store, and how it was. */
export interface PluginUse {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** A store that was opened. */
export interface OpenStore {
  /** All that is installed and in order. */
  readonly plugins: readonly Plugin[];
  /** What is not in order, each in a sentence. */
  readonly problems: readonly string[];
  /** What the platform at hand does not enforce of isolation, in sentences. */
  readonly notEnforced: () => Promise<readonly string[]>;
  /** Says how much each process may take that is started from now on. */
  readonly limit: (limits: PluginLimits) => void;
  /** Remembers what a spec uses, so that it is kept. */
  readonly recordUse: (spec: string, uses: readonly PluginUse[]) => void;
  /** The specs that use plugins of the store, by path. */
  readonly uses: () => ReadonlyMap<string, readonly PluginUse[]>;
  /** Waits until they have answered everything; false when there was nothing to wait for. */
  readonly settled: () => Promise<boolean>;
  /** Ends what runs of them. */
  readonly close: () => Promise<void>;
}

/** Takes lines that plugins wrote to where people look. */
export type Heard = (plugin: string, line: string) => void;

/** Opens the store in a folder. */
export type StoreOpener = (folder: string, heard: Heard) => Promise<OpenStore>;

/** How plugins are opened. */
export interface OpenOptions {
  /** What comes with the program. */
  readonly base: Registry;
  /** The store that was asked for. */
  readonly store: string | undefined;
  /** Whether there is such a folder. */
  readonly isFolder: (path: string) => Promise<boolean>;
  /** Opens a store; from disk when left out. */
  readonly open?: StoreOpener | undefined;
  /** Told what plugins write. */
  readonly heard: Heard;
}

/** All plugins that there are. */
export interface OpenedPlugins extends Omit<OpenStore, "plugins"> {
  readonly registry: Registry;
  /** The folder of the store; `undefined` when there is none. */
  readonly store: string | undefined;
  /** What is said at the start of a run in which plugins with these hashes are used, line by line. */
  readonly status: (used: ReadonlySet<string>) => Promise<readonly string[]>;
}

/**
 * The plugins of the program and of a store: the one that is named, or the usual one where it is there.
 *
 * @throws {UsageError} when the one that is named is not there.
 */
export async function openPlugins(options: OpenOptions): Promise<OpenedPlugins> {
  const { base, store, isFolder, open = openOnDisk, heard } = options;
  const folder = store ?? USUAL_STORE;
  if (!await isFolder(folder)) {
    if (store === undefined) return { ...NO_STORE, registry: base };
    throw new UsageError(`Cannot use --store ${store}: there is no such folder`);
  }
  const opened = await open(folder, heard);
  try {
    const registry = united(base, opened.plugins, folder);
    return { ...opened, registry, store: folder, status: (used) => statusOf(opened, used) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

const NO_STORE: Omit<OpenedPlugins, "registry"> = {
  store: undefined,
  problems: [],
  notEnforced: () => Promise.resolve([]),
  limit: () => {},
  recordUse: () => {},
  uses: () => new Map(),
  status: () => Promise.resolve([]),
  settled: () => Promise.resolve(false),
  close: () => Promise.resolve(),
};

async function statusOf(
  { notEnforced, problems, plugins }: OpenStore,
  used: ReadonlySet<string>,
): Promise<string[]> {
  const isIsolated = plugins.some(({ provenance }) =>
    provenance?.isolation === "isolated" && used.has(provenance.sha256)
  );
  const missing = isIsolated ? await notEnforced() : [];
  return [
    ...missing.map((what) => `not enforced here: ${what}`),
    ...problems.map((problem) => `damaged: ${problem}`),
  ];
}

/** Nobody may call a plugin like one of the program's: specs would get it for the program's own. */
function united(base: Registry, plugins: readonly Plugin[], folder: string): Registry {
  for (const { name, version } of plugins) {
    if (base.versionsOf(name).length === 0) continue;
    throw new MeanderError(
      "MEANDER_PLUGIN_STORE",
      `Cannot use plugin "${name}@${version}" of the store at "${folder}": "${name}" is a part of Meander`,
      { where: folder, hint: `Remove it: meander plugin remove ${name}@${version}` },
    );
  }
  return new Registry([...base.plugins, ...plugins]);
}

async function openOnDisk(folder: string, heard: Heard): Promise<OpenStore> {
  const { openStore } = await import("./open_store.ts");
  return await openStore(folder, heard);
}
