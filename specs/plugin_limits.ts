/**
 * How much a process of a plugin may take, as a spec and the command line say it.
 *
 * @module
 */
import { bytesOf } from "./sizes.ts";
import { spanOf } from "./spans.ts";
import type { Spec } from "./spec.ts";

/** As whoever starts the processes is told; what is left out is as it usually is. */
export interface PluginLimits {
  /** Beyond that of an empty process, in MiB. */
  readonly memoryMb?: number;
  /** How long a callback may take, in milliseconds. */
  readonly callbackMs?: number;
  /** How often one that died is begun anew within a minute. */
  readonly restarts?: number;
}

/** What is given for this run, before what the spec says. */
export interface GivenPluginLimits {
  /** In bytes. */
  readonly pluginMemory?: number;
  /** In milliseconds. */
  readonly pluginTimeout?: number;
}

/** In bytes: with less than that hardly a plugin is loaded. */
export const LEAST_MEMORY: number = 16e6;
/** What is said where less is written. */
export const LEAST_MEMORY_EXPECTED = "expected 16MB or more";

const MEBIBYTE = 2 ** 20;

/** Whether a plugin can be loaded in so many bytes. */
export function isEnough(bytes: number): boolean {
  return bytes >= LEAST_MEMORY;
}

/** The limits of a spec's plugins, behind those that are given. */
export function pluginLimits(
  { limits }: Pick<Spec, "limits">,
  { pluginMemory, pluginTimeout }: GivenPluginLimits = {},
): PluginLimits {
  const { memory, timeout, restarts } = limits?.plugins ?? {};
  const bytes = pluginMemory ?? (memory === undefined ? undefined : bytesOf(memory));
  const callbackMs = pluginTimeout ?? (timeout === undefined ? undefined : spanOf(timeout));
  return {
    // Whole ones, as the runtime takes them; never more than was said.
    ...(bytes === undefined ? {} : { memoryMb: Math.floor(bytes / MEBIBYTE) }),
    ...(callbackMs === undefined ? {} : { callbackMs }),
    ...(restarts === undefined ? {} : { restarts }),
  };
}
