/**
 * What every command is given.
 *
 * @module
 */
import type { CommandContext } from "@stricli/core";
import type { Registry } from "../plugins/registry.ts";
import type { World } from "./world.ts";

/** The context of stricli, with what our commands need. */
export interface Context extends CommandContext {
  /** Operators and formats that there are. */
  readonly registry: Registry;
  /** Files, pipes, signals and time. */
  readonly world: World;
  /** Sets the exit code of a command that did not throw. */
  readonly exit: (code: number) => void;
}
