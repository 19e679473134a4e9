/**
 * A spec that uses one plugin at two versions, as threads make it again: the plugins are made in this module, and
 * what is told is the text and what was chosen.
 *
 * @module
 */
import type { Dataflow, Ports } from "../../dataflow/program.ts";
import { core } from "../../plugins/core.ts";
import { type Plugin, Registry } from "../../plugins/registry.ts";
import { buildSpec, type BuiltSpec } from "../../specs/build.ts";
import { checkSpec } from "../../specs/check.ts";
import { formatPluginLock, parsePluginLock, type PluginLock } from "../../specs/plugin_lock.ts";
import { SpecError } from "../../specs/problem.ts";
import { hashOf, stored } from "./plugins_support.ts";

/** What is installed on the first worker, and what another thread finds: the same, more, or other bytes. */
export type Found = "same" | "more" | "other bytes" | "less";

function installed(found: Found): readonly Plugin[] {
  return [
    stored("text", "1.0.0", found === "other bytes" ? hashOf(9) : hashOf(1)),
    ...(found === "less" ? [] : [stored("text", "2.0.0", hashOf(2))]),
    ...(found === "more" ? [stored("text", "1.9.0", hashOf(3)), stored("text", "3.0.0")] : []),
  ];
}

/** Builds it; threads find what is said. */
export function built(text: string, found: Found, chosen?: PluginLock): BuiltSpec {
  const isThread = chosen !== undefined;
  const checked = checkSpec(text, {
    registry: new Registry([core, ...installed(isThread ? found : "same")]),
    ...(isThread ? { lock: chosen, isExact: true } : {}),
  });
  if ("problems" in checked) throw new SpecError("spec", checked.problems);
  return buildSpec(checked, {
    madeBy: [programOf, text, found, formatPluginLock(checked.lock)],
    module: import.meta.url,
  });
}

/** For threads. */
export function programOf(text: string, found: Found, chosen: string): Dataflow<Ports> {
  return built(text, found, parsePluginLock(chosen, "what was chosen")).program;
}
