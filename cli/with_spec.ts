/**
 * What commands do with a spec: plugins are opened, it is loaded under its lock, and whatever comes of it the
 * plugins are closed.
 *
 * @module
 */
import type { ParamValues } from "../specs/params.ts";
import { type GivenPluginLimits, type PluginLimits, pluginLimits } from "../specs/plugin_limits.ts";
import type { PluginLock } from "../specs/plugin_lock.ts";
import { SpecError } from "../specs/problem.ts";
import type { Context } from "./context.ts";
import { printable } from "./exit.ts";
import { type LoadedSpec, loadSpec } from "./load.ts";
import type { OpenedPlugins } from "./open_plugins.ts";
import { type LockFlags, readLock, requireFrozen } from "./spec_lock.ts";

/** Where plugins come from. */
export interface StoreFlags {
  readonly store?: string;
}

/** Of commands that load specs. */
export type PluginFlags = StoreFlags & LockFlags;

/** A spec with the plugins that it may use. */
export interface OpenedSpec extends LoadedSpec {
  readonly plugins: OpenedPlugins;
  /** Choices of its lock; `undefined` when there is none, or all was chosen anew. */
  readonly before: PluginLock | undefined;
  /** Which limits processes of plugins have. */
  readonly pluginLimits: PluginLimits;
}

/** Calls the task with the spec, and closes the plugins when it is done. */
export async function withSpec<T>(
  context: Pick<Context, "openPlugins" | "world" | "process">,
  flags: PluginFlags & GivenPluginLimits,
  path: string,
  params: ParamValues,
  task: (opened: OpenedSpec) => Promise<T>,
): Promise<T> {
  const { world, process } = context;
  const plugins = await context.openPlugins(flags.store);
  try {
    const before = await readLock(path, plugins, flags, world);
    const { registry } = plugins;
    const loaded = await loadSpec(path, world, { registry, params, lock: before }).catch(
      (error) => {
        // What is damaged is not there, which may be why.
        const problems = error instanceof SpecError ? plugins.problems : [];
        for (const problem of problems) process.stderr.write(`Store: ${printable(problem)}\n`);
        throw error;
      },
    );
    if (flags.frozen === true) requireFrozen(path, loaded.checked, before);
    const limits = pluginLimits(loaded.checked.spec, flags);
    plugins.limit(limits);
    return await task({ ...loaded, plugins, before, pluginLimits: limits });
  } finally {
    await plugins.close();
  }
}
