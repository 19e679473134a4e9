/**
 * From what lies in a store to plugins that a registry takes: isolated ones as what their manifests say, trusted
 * ones as what their code is.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import type { InstalledPlugin } from "../content.ts";
import type { Plugin } from "../registry.ts";
import { engineProblem } from "../manifest/runs_on.ts";
import { loadTrusted } from "../trusted.ts";
import { isolatedOperators } from "./isolated_operators.ts";
import { type IsolationLimits, limitsWith, systemTiming, type Timing } from "./limits.ts";
import { ProcessPool, type ProcessStatus } from "./process_pool.ts";
import { findPlatform, notEnforced, type Platform } from "./sandbox.ts";

/** How plugins are run. */
export interface PluginsOptions {
  /** The program of their processes (`runtime.ts`); asked for when the first is about to start. */
  readonly program: () => Promise<Uint8Array>;
  readonly limits?: IsolationLimits;
  readonly timing?: Timing;
  /** What the platform can do; looked for when left out. */
  readonly platform?: Platform;
  /** Lines that a plugin wrote. */
  readonly heard?: (plugin: string, line: string) => void;
}

/** Plugins of one owner, and their processes. */
export interface RunnablePlugins {
  readonly plugins: readonly Plugin[];
  /** Those that do not run on this version of Meander, by their own word, each in a sentence. */
  readonly unfit: readonly string[];
  /** What the platform does not enforce of isolation, in sentences. */
  notEnforced(): Promise<readonly string[]>;
  /** The processes that there are. */
  processes(): readonly ProcessStatus[];
  /** Says how much each process may take that is started from now on; what is left out is as it usually is. */
  limit(limits: IsolationLimits): void;
  /** Waits until all processes have answered everything; false when there was nothing to wait for. */
  settled(): Promise<boolean>;
  /** What is in the code of a plugin, asked in a process of its own. */
  describe(plugin: InstalledPlugin): Promise<unknown>;
  /** Ends all processes, and waits until they have ended. */
  close(): Promise<void>;
}

/** Makes plugins of what is installed. No process is started before a vertex needs it. */
export async function pluginsOf(
  installed: readonly InstalledPlugin[],
  options: PluginsOptions,
): Promise<RunnablePlugins> {
  const { timing = systemTiming, heard = () => {} } = options;
  const platform = once(() => Promise.resolve(options.platform ?? findPlatform()));
  const ground = once(async () => {
    const [program, found] = await Promise.all([options.program(), platform()]);
    return { program, platform: found };
  });
  let limits = limitsWith(options.limits);
  const pool = new ProcessPool({
    ...{ ground, timing, heard },
    // Looked at whenever a process is started, or vertices get one.
    get limits() {
      return limits;
    },
  });
  const unfit = installed.flatMap(({ manifest }) => {
    const problem = engineProblem(manifest, config.version);
    return problem === undefined ? [] : [`${manifest.name}@${manifest.version}: ${problem}`];
  });
  const fit = installed.filter(({ manifest }) =>
    engineProblem(manifest, config.version) === undefined
  );
  const plugins = await Promise.all(fit.map(async (plugin): Promise<Plugin> => {
    const { manifest, sha256, isolation, granted, source } = plugin;
    const operators = isolation === "isolated"
      ? isolatedOperators(plugin, pool)
      : (await loadTrusted(plugin)).operators;
    const provenance = { sha256, isolation, granted, source };
    return { name: manifest.name, version: manifest.version, operators, provenance };
  }));
  return {
    plugins,
    unfit,
    notEnforced: async () => notEnforced(await platform()),
    processes: () => pool.status(),
    limit: (given) => void (limits = limitsWith(given)),
    settled: () => pool.settled(),
    describe: (plugin) => pool.describe(plugin),
    close: () => pool.close(),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
