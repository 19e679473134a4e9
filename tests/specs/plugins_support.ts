/**
 * Plugins that tests of versions are made of: every version says of itself in its output which one it is.
 *
 * @module
 */
import { z } from "zod";
import { anyRecord, defineOperator } from "../../operators/contract/definition.ts";
import type { Plugin } from "../../plugins/registry.ts";
import { spec } from "./support.ts";
import type { LockedChoice, PluginLock } from "../../specs/plugin_lock.ts";

/** A hash that stands for some bytes. */
export function hashOf(digit: number): string {
  return (digit % 16).toString(16).repeat(64);
}

/** `tag` marks each record with the version; other operators do nothing. */
function operator(name: string, mark: string) {
  return defineOperator({
    name,
    version: "1.0.0",
    summary: "Says which version it is",
    config: z.strictObject({ onlyHere: z.boolean().optional() }),
    inputs: { in: anyRecord },
    outputs: { out: z.string() },
    create: ({ out }) => ({
      receive: {
        in(batch) {
          for (const record of batch) out.out.push(batch.time, `${mark}(${record})`);
        },
      },
    }),
  });
}

/** A plugin of a store. */
export function stored(
  name: string,
  version: string,
  sha256: string = hashOf(1),
  operators: readonly string[] = ["tag"],
): Plugin {
  return {
    name,
    version,
    operators: operators.map((each) => operator(each, `${name}-${version}`)),
    provenance: { sha256, isolation: "isolated", granted: {}, source: "a test" },
  };
}

/** A plugin that is a part of the program. */
export function builtIn(name: string, version: string): Plugin {
  return { name, version, operators: [operator("tag", `${name}-${version}`)] };
}

/** A lock of these choices. */
export function lockOf(choices: Readonly<Record<string, readonly [string, string]>>): PluginLock {
  return new Map(
    Object.entries(choices).map(([key, [version, sha256]]): [string, LockedChoice] => [
      key,
      { version, sha256 },
    ]),
  );
}

/** A spec in which every node reads the input; nodes are written in flow style. */
export function specWith(nodes: Readonly<Record<string, string>>, plugins?: string): string {
  const lines = Object.entries(nodes).map(([name, node]) => `  ${name}: { ${node}, from: i }\n`);
  const outputs = Object.keys(nodes).map((name) => `${name}: { from: ${name} }`).join(", ");
  return spec(
    `${plugins === undefined ? "" : `plugins: ${plugins}\n`}inputs: { i: { format: lines } }\n` +
      `nodes:\n${lines.join("")}outputs: { ${outputs} }\n`,
  );
}
