/**
 * Reads the graph of a plugin's modules, before any of them is bundled: whatever it touches lies in its folder,
 * or is a package of an exact version.
 *
 * @module
 */
import * as z from "zod";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { harmlessBuiltin } from "./builtins.ts";
import { type Dependencies, isExactNpm } from "./dependencies.ts";
import type { SourceTree } from "./paths.ts";

const resolved = z.looseObject({ specifier: z.string().optional(), error: z.string().optional() });

const graph = z.looseObject({
  modules: z.array(z.looseObject({
    specifier: z.string(),
    kind: z.string().optional(),
    error: z.string().optional(),
    dependencies: z.array(z.looseObject({
      specifier: z.string(),
      code: resolved.optional(),
      type: resolved.optional(),
    })).optional(),
  })),
});

/** What a graph is held against. */
export interface GraphFacts {
  /** The address of the folder, with `/` at its end. */
  readonly base: string;
  /** What lies in it. */
  readonly tree: SourceTree;
  readonly dependencies: Dependencies;
}

/**
 * Checks what `deno info --json` wrote.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_IMPORT` with everything that must not be imported.
 */
export function checkGraph(text: string, where: string, facts: GraphFacts): void {
  const problems = new Set<string>();
  for (const module of parseGraph(text, where).modules) {
    const own = nameIn(module.specifier, facts);
    for (const { specifier, code, type } of module.dependencies ?? []) {
      for (const target of [code, type]) {
        const why = target === undefined ? undefined : dependencyProblem(specifier, target, facts);
        if (why !== undefined) problems.add(`${own} imports ${show(specifier)}: ${why}`);
      }
    }
    const why = moduleProblem(module.specifier, facts);
    if (why !== undefined) problems.add(`${own}: ${why}`);
    else if (module.error !== undefined) problems.add(`${own}: ${firstLine(module.error)}`);
  }
  if (problems.size === 0) return;
  throw new MeanderError("MEANDER_PLUGIN_IMPORT", `Cannot bundle plugin from ${show(where)}`, {
    where,
    hint:
      "A plugin imports its own files, npm packages of exact versions, and built-ins that only compute",
    problems: [...problems],
  });
}

function dependencyProblem(
  specifier: string,
  { specifier: to, error }: z.infer<typeof resolved>,
  facts: GraphFacts,
): string | undefined {
  const { refused } = facts.dependencies;
  const key = [...refused.keys()].find((each) =>
    specifier === each || specifier.startsWith(each.endsWith("/") ? each : `${each}/`)
  );
  if (key !== undefined) {
    return `it is mapped to ${
      show(refused.get(key))
    }, which is no npm package of an exact version ` +
      "and no file of the plugin";
  }
  if (to === undefined) return firstLine(error ?? "it was not found");
  if (to.startsWith("npm:")) {
    return isExactNpm(to) ? undefined : "its version is not exact, such as npm:name@1.2.3";
  }
  return moduleProblem(to, facts);
}

/** Of a module with its full address. */
function moduleProblem(specifier: string, { base, tree }: GraphFacts): string | undefined {
  // What the packages' own dependencies are is up to them; the bundle is looked at afterwards.
  if (specifier.startsWith("npm:")) return undefined;
  if (specifier.startsWith("node:")) {
    return harmlessBuiltin(specifier) === undefined
      ? "it is a built-in that reaches out"
      : undefined;
  }
  if (!specifier.startsWith("file:")) return "it lies elsewhere";
  if (!specifier.startsWith(base)) return "it lies outside of the plugin";
  // Encoded, or with a query: no file of ours has such a name.
  return tree.has(specifier.slice(base.length)) ? undefined : "the plugin has no such file";
}

function nameIn(specifier: string, { base }: GraphFacts): string {
  return show(specifier.startsWith(base) ? specifier.slice(base.length) : specifier);
}

function parseGraph(text: string, where: string): z.infer<typeof graph> {
  try {
    return graph.parse(JSON.parse(text));
  } catch (cause) {
    throw new MeanderError(
      "MEANDER_PLUGIN_IMPORT",
      `Cannot bundle plugin from ${show(where)}: the graph of its modules cannot be read`,
      { where, cause },
    );
  }
}

function firstLine(text: string): string {
  return show(text.split("\n")[0], 300).slice(1, -1);
}
