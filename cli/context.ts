/**
 * What every command is given.
 *
 * @module
 */
import type { CommandContext } from "@stricli/core";
import type { OpenedPlugins } from "./open_plugins.ts";
import type { World } from "./world.ts";

/** The context of stricli, with what our commands need. */
export interface Context extends CommandContext {
  /** Operators and formats that there are: those of a store as well, of the named one or the usual. */
  readonly openPlugins: (store: string | undefined) => Promise<OpenedPlugins>;
  /** Files, pipes, signals and time. */
  readonly world: World;
  /** Sets the exit code of a command that did not throw. */
  readonly exit: (code: number) => void;
}
