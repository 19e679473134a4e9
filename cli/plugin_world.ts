/**
 * What the commands on plugins ask of the world, and the real one.
 *
 * @module
 */
import { join } from "node:path";
import type { AddTools, Describe } from "../plugins/install/add.ts";
import { type SourceFiles, systemFiles } from "../plugins/install/disk.ts";
import { findPlatform, notEnforced } from "../plugins/isolation/sandbox.ts";
import { launch } from "../plugins/launcher.ts";
import { diskFiles } from "../plugins/store/files.ts";
import { PluginStore } from "../plugins/store/store.ts";
import type { Context } from "./context.ts";
import { bundlerEnvironment } from "./plugin_runtime.ts";

/** Stores, and what installing into them needs. */
export interface PluginWorld {
  /** The store in a folder. */
  store(folder: string): PluginStore;
  /** The files that plugins are made of. */
  readonly files: SourceFiles;
  /** What installing into the store in a folder needs; from the usual registry when none is named. */
  addTools(folder: string, registry: string | undefined): AddTools;
  /** What the platform at hand does not enforce of isolation, in sentences. */
  notEnforced(): Promise<readonly string[]>;
  /** Writes a file, in the place of what was there. */
  write(path: string, bytes: Uint8Array): void;
  /** The time, as ISO 8601. */
  now(): string;
}

/** The context of commands on plugins. */
export interface PluginContext extends Context {
  readonly plugins: PluginWorld;
}

/** What only the composition root knows. */
export interface PluginParts {
  /** For the store in a folder. */
  readonly describe: (folder: string) => Describe;
  /** What `meander/plugin` exports. */
  readonly sdkNames: readonly string[];
}

/** Fetching and bundling take no longer together. */
const LONGEST_MS = 300_000;

/** Where npm packages come from when nobody says anything else. */
const NPM = "https://registry.npmjs.org";

/** The real one. */
export function systemPluginWorld({ describe, sdkNames }: PluginParts): PluginWorld {
  return {
    store: (folder) => new PluginStore(diskFiles(folder)),
    files: systemFiles(join(".", ".meander", "staging")),
    addTools: (folder, named) => {
      const own = bundlerEnvironment();
      const registry = named ?? own.NPM_CONFIG_REGISTRY ?? NPM;
      return {
        files: systemFiles(join(folder, "staging")),
        launch,
        // What a plugin depends on comes from where the plugin came from.
        env: { ...own, NPM_CONFIG_REGISTRY: registry },
        sdkNames,
        describe: describe(folder),
        fetch,
        registry,
        signal: AbortSignal.timeout(LONGEST_MS),
      };
    },
    notEnforced: async () => notEnforced(await findPlatform()),
    write: (path, bytes) => diskFiles(".").write(path, bytes),
    now: () => new Date().toISOString(),
  };
}
