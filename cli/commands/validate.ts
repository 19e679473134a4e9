/**
 * `meander validate`: all that is wrong with a spec, with its places; or which operators its nodes are.
 *
 * @module
 */
import type { CheckedSpec } from "../../specs/check.ts";
import { type PlannedNode, planOf } from "../../specs/plan.ts";
import { SpecError } from "../../specs/problem.ts";
import type { Context } from "../context.ts";
import { EXIT, printable } from "../exit.ts";
import { paramsFrom } from "../load.ts";
import { settleLock } from "../spec_lock.ts";
import { type PluginFlags, withSpec } from "../with_spec.ts";

/** Flags of `meander validate`. */
export interface ValidateFlags extends PluginFlags {
  readonly set?: readonly string[];
  readonly json: boolean;
}

/** Says that a spec is well, or throws what is wrong. */
export async function validateCommand(
  this: Context,
  flags: ValidateFlags,
  path: string,
): Promise<void> {
  const { world, process } = this;
  const { set = [], json } = flags;
  try {
    await withSpec(this, flags, path, paramsFrom(set), async ({ checked, plugins, before }) => {
      const say = (line: string) => void process.stderr.write(`${printable(line)}\n`);
      // Who asks for another choice wants it kept; to look changes nothing.
      if (flags.updateLock) await settleLock(path, checked, before, plugins, world, say);
      const plan = planOf(checked);
      process.stdout.write(
        json ? `${JSON.stringify({ problems: [], plan }, null, 2)}\n` : well(path, checked, plan),
      );
    });
  } catch (error) {
    if (!json || !(error instanceof SpecError)) throw error;
    process.stdout.write(`${JSON.stringify({ problems: error.found }, null, 2)}\n`);
    this.exit(error.code === "MEANDER_SPEC" ? EXIT.spec : EXIT.plugin);
  }
}

function well(path: string, checked: CheckedSpec, plan: readonly PlannedNode[]): string {
  const { inputs, outputs, analysis } = checked;
  const parts = [
    count(inputs.length, "input"),
    count(analysis.configs.size, "node"),
    count(outputs.length, "output"),
  ];
  const chosen = plan.flatMap(({ plugin, version, sha256, isolation }) =>
    sha256 === undefined ? [] : [`  ${plugin}@${version}  ${sha256.slice(0, 12)}  ${isolation}\n`]
  );
  return `${path}: well (${parts.join(", ")})\n${[...new Set(chosen)].join("")}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
