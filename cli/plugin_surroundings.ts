/**
 * What the commands of `meander plugin` need besides; a module of its own, since other commands need nothing of it.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import * as sdk from "../plugin.ts";
import type { Describe } from "../plugins/install/add.ts";
import type { DescribedPlugin } from "../plugins/manifest/described.ts";
import { differences } from "../plugins/manifest/difference.ts";
import { engineProblem } from "../plugins/manifest/runs_on.ts";
import { pluginsOf } from "../plugins/isolation/plugins_of.ts";
import { parseContent } from "../plugins/store/content_file.ts";
import { type AuthorContext, systemAuthorWorld } from "./author_world.ts";
import { bundlerEnvironment, programIn } from "./plugin_runtime.ts";
import { systemPluginWorld } from "./plugin_world.ts";

/** For the command line. */
export function pluginSurroundings(): Pick<AuthorContext, "plugins" | "author"> {
  const { version, imports } = config;
  return {
    plugins: systemPluginWorld({ describe, sdkNames: Object.keys(sdk) }),
    author: systemAuthorWorld({ version, imports, env: bundlerEnvironment() }),
  };
}

/** Its process may say anything. */
function isDescribed(value: unknown): value is DescribedPlugin {
  const { name, version, operators, problems } = (value ?? {}) as Record<string, unknown>;
  return typeof name === "string" && typeof version === "string" && Array.isArray(problems) &&
    problems.every((problem) => typeof problem === "string") && typeof operators === "object" &&
    operators !== null && !Array.isArray(operators) &&
    Object.values(operators).every((each) => typeof each === "object" && each !== null);
}

/** The code is asked in a process without permissions, and has to say what the manifest says. */
const describe = (store: string): Describe => async (content) => {
  const { manifest, sha256, code } = parseContent(content, "the plugin");
  const engine = engineProblem(manifest, config.version);
  if (engine !== undefined) return [engine];
  const plugin = {
    ...{ manifest, sha256, source: "", granted: {} },
    isolation: "isolated" as const,
    readCode: () => code,
  };
  const asked = await pluginsOf([], { program: () => programIn(store) });
  try {
    const described = await asked.describe(plugin);
    if (!isDescribed(described)) return ["its code does not say what it has"];
    return differences(manifest, described);
  } finally {
    await asked.close();
  }
};
