/**
 * The one place that starts another program: this very Deno, for bundling and for plugins that run isolated, and
 * what gives a process its limits. Permission to run programs is as good as all permissions, so nothing else
 * may ask for it.
 *
 * @module
 */

import { MeanderError, reasonOf, show } from "../operators/contract/fault.ts";

/** A program to start. */
export interface Launch {
  /** Its arguments. */
  readonly args: readonly string[];
  /** `deno` when left out. */
  readonly program?: string;
  /** Programs to begin with, such as `prlimit`, each with its arguments; they run `deno` in turn. */
  readonly through?: readonly string[];
  /** All of its environment: nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that it starts in. */
  readonly cwd?: string;
}

/**
 * Starts it with all three streams as pipes.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_PROCESS` when the engine may not, or it is not there.
 */
export function launch(
  { args, program: named = "deno", through = [], env = {}, cwd }: Launch,
): Deno.ChildProcess {
  // By its name, as the permission names it; others need to be told where it is, having no path to search.
  const [program, ...rest] = through.length === 0
    ? [named, ...args]
    : [...through, Deno.execPath(), ...args];
  const command = new Deno.Command(program, {
    args: rest,
    clearEnv: true,
    env: { NO_COLOR: "1", ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  try {
    return command.spawn();
  } catch (error) {
    const isRefused = error instanceof Deno.errors.NotCapable;
    throw new MeanderError(
      "MEANDER_PLUGIN_PROCESS",
      `Cannot start ${show(program)}: ${isRefused ? "it is not allowed" : reasonOf(error)}`,
      {
        where: program,
        cause: error,
        ...(isRefused ? { hint: `Allow it: deno run --allow-run=${program}` } : {}),
      },
    );
  }
}
