/**
 * The program of plugins' processes, for the stores of the command line.
 *
 * @module
 */
import { join } from "node:path";
import { BUNDLER_ENV } from "../plugins/install/bundler_env.ts";
import { guestProgram } from "../plugins/isolation/runtime.ts";
import { launch } from "../plugins/launcher.ts";

/** Its script, made in the folder of a store when it is not there. */
export function programIn(folder: string): Promise<Uint8Array> {
  return guestProgram(join(folder, "runtime"), { launch, env: bundlerEnvironment() });
}

/** What a bundler needs of the environment: what of it may be read and is set. */
export function bundlerEnvironment(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const variable of BUNDLER_ENV) {
    const { state } = Deno.permissions.querySync({ name: "env", variable });
    const value = state === "granted" ? Deno.env.get(variable) : undefined;
    if (value !== undefined) found[variable] = value;
  }
  return found;
}
