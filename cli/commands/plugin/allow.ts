/**
 * `meander plugin allow`: what may be installed from.
 *
 * @module
 */
import { parsePattern } from "../../../plugins/install/allowlist.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface AllowFlags {
  readonly store: string;
}

/** Adds a pattern, or lists them. */
export async function allowCommand(
  this: PluginContext,
  { store: folder }: AllowFlags,
  text?: string,
): Promise<void> {
  const { plugins } = this;
  const store = plugins.store(folder);
  if (text === undefined) return await say(this, allowedText(store.allowed()));
  const pattern = parsePattern(text, plugins.files.resolve);
  store.allow(pattern);
  await say(this, `Allowed ${pattern}\n`);
}

/** Patterns, or that there are none. */
export function allowedText(patterns: readonly string[]): string {
  if (patterns.length > 0) return patterns.map((pattern) => `${pattern}\n`).join("");
  return "Nothing is allowed. To allow a source: meander plugin allow PATTERN\n";
}
