/**
 * Runs one command line.
 *
 * @module
 */
import { proposeCompletions, run } from "@stricli/core";
import type { Registry } from "../plugins/registry.ts";
import { appOf } from "./app.ts";
import type { Context } from "./context.ts";
import { EXIT, printable } from "./exit.ts";
import { openPlugins, type StoreOpener } from "./open_plugins.ts";
import type { World } from "./world.ts";

/** Where a command line is run. */
export interface Surroundings {
  readonly world: World;
  /** What comes with the program. */
  readonly registry: Registry;
  /** Opens stores of plugins; from disk when left out. */
  readonly openStore?: StoreOpener;
  /** What the commands of `meander plugin` need besides; asked for when one of them is chosen. */
  readonly plugins?: () => Promise<object>;
  /** Of Meander. */
  readonly version: string;
  /** For messages; results go through the world's sinks. */
  readonly stdout: { readonly write: (text: string) => void };
  readonly stderr: { readonly write: (text: string) => void };
}

/** Runs it and returns its exit code. */
export async function main(args: readonly string[], around: Surroundings): Promise<number> {
  const app = appOf(around.version);
  let chosen: number | undefined = undefined;
  const process = {
    stdout: around.stdout,
    stderr: around.stderr,
    exitCode: undefined as number | string | null | undefined,
  };
  const context: Context & { readonly process: typeof process } = {
    process,
    world: around.world,
    openPlugins: (store) =>
      openPlugins({
        base: around.registry,
        store,
        isFolder: (path) => around.world.isFolder(path),
        open: around.openStore,
        heard: (plugin, line) => around.stderr.write(`${plugin}: ${printable(line)}\n`),
      }),
    exit: (code) => void (chosen = code),
    ...(args[0] === "plugin" ? await around.plugins?.() : {}),
  };
  if (args[0] === "__complete") {
    const found = await proposeCompletions(app, args.slice(1), context as never);
    for (const { completion } of found) process.stdout.write(`${completion}\n`);
    return EXIT.done;
  }
  await run(app, args, context as never);
  const code = Number(process.exitCode ?? 0);
  // Below zero are the library's own: a command or flag that is not known, or a value that does not fit.
  return chosen ?? (code < 0 ? EXIT.usage : code);
}
