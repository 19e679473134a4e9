/**
 * Makes the dataflow of a spec, on this thread and on those of other workers.
 *
 * @module
 */
import process from "node:process";
import type { Dataflow, Ports } from "../dataflow/program.ts";
import { core } from "../plugins/core.ts";
import { Registry } from "../plugins/registry.ts";
import { buildSpec, type BuiltSpec } from "../specs/build.ts";
import { type CheckedSpec, checkSpec } from "../specs/check.ts";
import type { ParamValues } from "../specs/params.ts";
import { SpecError } from "../specs/problem.ts";
import { readSpecText } from "../specs/source.ts";
import type { PluginLimits } from "../specs/plugin_limits.ts";
import type { PluginLock } from "../specs/plugin_lock.ts";
import { printable } from "./exit.ts";
import { functionsOf } from "./load.ts";
import { type OpenedPlugins, openPlugins } from "./open_plugins.ts";
import { importModule } from "./system_world.ts";
import type { OpenedSpec } from "./with_spec.ts";

/** The operators and formats of the command line. */
export const registry: Registry = new Registry([core]);

// A bundle (`deno task build`) has its chunks beside each other, and these two modules under their own names.
const isBundle = import.meta.url.endsWith(".js");
const HERE = new URL(isBundle ? "./cli/program.js" : "./program.ts", import.meta.url).href;

/** What the threads of other workers run; `undefined` for the usual one. */
export const threadModule: string | undefined = isBundle
  ? new URL("./dataflow/thread_main.js", import.meta.url).href
  : undefined;

/** Where the plugins of a spec lie, which of them were chosen, and how much their processes may take. */
export interface PluginMaking {
  readonly store: string;
  readonly chosen: PluginLock;
  readonly limits: PluginLimits;
}

/** What else a spec is built with; plain data, which threads are sent. */
export interface Making {
  /** How many epochs of an input may be open. */
  readonly openEpochs?: number;
  /** Left out of a spec that uses no plugins of a store. */
  readonly plugins?: PluginMaking;
}

/** Builds a spec so that other threads can build it as well, of the same plugins. */
export function buildForWorkers(
  checked: CheckedSpec,
  path: string,
  text: string,
  params: ParamValues,
  making: Making = {},
): BuiltSpec {
  return buildSpec(checked, {
    file: path,
    openEpochs: making.openEpochs,
    madeBy: [programOfText, path, text, params, making],
    module: HERE,
  });
}

/** What a spec is built with, of which plugins of a store were chosen. */
export function makingOf(
  { checked: { lock }, plugins: { store }, pluginLimits }: OpenedSpec,
  openEpochs?: number,
): Making {
  return {
    ...(openEpochs === undefined ? {} : { openEpochs }),
    ...(store === undefined || lock.size === 0
      ? {}
      : { plugins: { store, chosen: lock, limits: pluginLimits } }),
  };
}

/** For the threads of other workers: the same dataflow from the same text. */
export async function programOfText(
  path: string,
  text: string,
  params: ParamValues,
  making: Making = {},
): Promise<Dataflow<Ports>> {
  const source = readSpecText(text);
  const functions = await functionsOf(path, source, { importModule });
  const { plugins } = making;
  const checked = checkSpec(source, {
    registry: plugins === undefined ? registry : (await opened(plugins)).registry,
    // Exactly what the first worker has chosen, whatever was installed since.
    ...(plugins === undefined ? {} : { lock: plugins.chosen, isExact: true }),
    params,
    ...(functions === undefined ? {} : { functions }),
  });
  if ("problems" in checked) throw new SpecError(path, checked.problems);
  return buildForWorkers(checked, path, text, params, making).program;
}

/** The plugins of a store, for a thread: what runs of them ends with their vertices, or with the thread. */
async function opened({ store, limits }: PluginMaking): Promise<OpenedPlugins> {
  const plugins = await openPlugins({
    base: registry,
    store,
    isFolder: () => Promise.resolve(true),
    heard: (plugin, line) => void process.stderr.write(`${plugin}: ${printable(line)}\n`),
  });
  plugins.limit(limits);
  return plugins;
}
