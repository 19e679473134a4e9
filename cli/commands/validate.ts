/**
 * `meander validate`: all that is wrong with a spec, with its places.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { loadSpec, paramsFrom } from "../load.ts";
import { SpecError } from "../../specs/problem.ts";
import { EXIT } from "../exit.ts";

/** Flags of `meander validate`. */
export interface ValidateFlags {
  readonly set?: readonly string[];
  readonly json: boolean;
}

/** Says that a spec is well, or throws what is wrong. */
export async function validateCommand(
  this: Context,
  { set = [], json }: ValidateFlags,
  path: string,
): Promise<void> {
  const { world, registry, process } = this;
  try {
    const { checked } = await loadSpec(path, world, { registry, params: paramsFrom(set) });
    const { inputs, outputs, analysis } = checked;
    const parts = [
      count(inputs.length, "input"),
      count(analysis.configs.size, "node"),
      count(outputs.length, "output"),
    ];
    process.stdout.write(
      json ? `${JSON.stringify({ problems: [] })}\n` : `${path}: well (${parts.join(", ")})\n`,
    );
  } catch (error) {
    if (!json || !(error instanceof SpecError)) throw error;
    process.stdout.write(`${JSON.stringify({ problems: error.found }, null, 2)}\n`);
    this.exit(EXIT.spec);
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
