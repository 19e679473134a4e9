/**
 * The lock beside a spec: read before the spec is checked, and written when something new was chosen.
 *
 * @module
 */
import { resolve } from "node:path";
import { MeanderError, reasonOf, show } from "../operators/contract/fault.ts";
import type { CheckedSpec } from "../specs/check.ts";
import {
  formatPluginLock,
  LOCK_CODE,
  lockDifference,
  lockPathOf,
  parsePluginLock,
  type PluginLock,
} from "../specs/plugin_lock.ts";
import { UsageError } from "./exit.ts";
import type { OpenedPlugins, PluginUse } from "./open_plugins.ts";
import type { World } from "./world.ts";

/** What is done with the lock. */
export interface LockFlags {
  /** It is neither changed nor made. */
  readonly frozen?: boolean;
  /** All is chosen anew. */
  readonly updateLock?: boolean;
}

/**
 * The choices to keep; `undefined` when there are none, or when all is to be chosen anew. Where no plugin has
 * bytes of its own nobody looks for a lock.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_LOCK` when the file is no lock.
 */
export async function readLock(
  spec: string,
  { registry, store }: Pick<OpenedPlugins, "registry" | "store">,
  { frozen = false, updateLock = false }: LockFlags,
  world: Pick<World, "readText">,
): Promise<PluginLock | undefined> {
  if (frozen && updateLock) {
    throw new UsageError(
      "Cannot use --frozen with --update-lock: one keeps what the other changes",
    );
  }
  const hasBytes = registry.plugins.some(({ provenance }) => provenance !== undefined);
  if (updateLock || (store === undefined && !hasBytes)) return undefined;
  const path = lockPathOf(spec);
  const text = await world.readText(path).catch((error) => {
    if (isAbsent(error)) return undefined;
    throw new MeanderError(LOCK_CODE, `Cannot read lock ${show(path)}: ${reasonOf(error)}`, {
      where: path,
      cause: error,
    });
  });
  return text === undefined ? undefined : parsePluginLock(text, path);
}

function isAbsent(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown; name?: unknown } };
  return cause?.code === "ENOENT" || cause?.name === "NotFound";
}

/**
 * Refuses a spec that would change a frozen lock.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_LOCK` with the difference.
 */
export function requireFrozen(
  spec: string,
  { lock }: Pick<CheckedSpec, "lock">,
  before: PluginLock | undefined,
): void {
  const problems = changesOf(lock, before);
  if (problems.length === 0) return;
  const where = lockPathOf(spec);
  const what = before === undefined ? "make" : "change";
  throw new MeanderError(LOCK_CODE, `Cannot ${what} lock ${show(where)}: it is frozen`, {
    where,
    hint: "Run it without --frozen where the lock may be written, and keep the file with the spec",
    problems,
  });
}

/** A spec without plugins that have bytes of their own needs no lock, whatever is there. */
function changesOf(lock: PluginLock, before: PluginLock | undefined): string[] {
  return lock.size === 0 ? [] : lockDifference(before ?? new Map(), lock);
}

/**
 * Writes what was chosen, when that is not what the file says, and tells the store. Where that may not be, it says
 * so and goes on: the run is the same, and only the next one may be another.
 */
export async function settleLock(
  spec: string,
  { lock }: Pick<CheckedSpec, "lock">,
  before: PluginLock | undefined,
  plugins: Pick<OpenedPlugins, "recordUse">,
  world: Pick<World, "file">,
  say: (line: string) => void,
): Promise<void> {
  if (lock.size === 0) return;
  const path = lockPathOf(spec);
  if (changesOf(lock, before).length > 0) {
    await written(path, formatPluginLock(lock), world).catch((error) => {
      say(
        `The lock ${path} is not written, so that the next run may choose otherwise: ${
          short(error)
        }`,
      );
    });
  }
  try {
    plugins.recordUse(resolve(spec), usesOf(lock));
  } catch (error) {
    say(`The store does not know that ${spec} uses its plugins: ${short(error)}`);
  }
}

/** It gets its name when it is whole, so that nobody reads half of it. */
async function written(path: string, text: string, world: Pick<World, "file">): Promise<void> {
  const sink = await world.file(path);
  await sink.write(text);
  await sink.finish();
}

/** One line, whatever was thrown. */
function short(error: unknown): string {
  return reasonOf(error).split("\n")[0];
}

/** Each plugin version once, whatever ranges it was chosen for. */
function usesOf(lock: PluginLock): PluginUse[] {
  const uses = [...lock].map(([key, choice]) => ({
    name: key.slice(0, key.indexOf("@")),
    ...choice,
  }));
  return [...new Map(uses.map((use) => [`${use.name}@${use.version}`, use])).values()];
}
