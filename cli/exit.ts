/**
 * Exit codes, and errors as a person at a shell reads them.
 *
 * @module
 */
import { MeanderError } from "../operators/contract/fault.ts";
import { formatProblem, SpecError } from "../specs/problem.ts";
import { InputError } from "../specs/reader.ts";

/** What the exit code of `meander` says. */
export const EXIT = {
  /** Everything was done. */
  done: 0,
  /** It failed while it ran. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The spec is wrong. */
  spec: 3,
  /** An input cannot be read. */
  input: 4,
  /** A plugin is wrong, not what was locked, or not allowed. */
  plugin: 5,
  /** A signal stopped it early: what had been read was worked on and written. */
  drained: 8,
  /** It was interrupted: what was written is not all. */
  cancelled: 130,
} as const;

/** A command line that cannot be meant. */
export class UsageError extends Error {
  /** Says what is wrong and what to do. */
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The code for what was thrown. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof InputError) return EXIT.input;
  const code = MeanderError.is(error) ? error.code : "";
  // A vertex that cannot be made because of its plugin is the plugin's fault.
  if (code === "MEANDER_OPERATOR_FAILED" && isOfPlugin((error as Error).cause)) return EXIT.plugin;
  if (code === "MEANDER_SPEC") return EXIT.spec;
  if (isOfPlugin(error)) return EXIT.plugin;
  return code === "MEANDER_FILE" ? EXIT.input : EXIT.failed;
}

function isOfPlugin(error: unknown): boolean {
  return MeanderError.is(error) && error.code.startsWith("MEANDER_PLUGIN");
}

/** The error for people: every problem of a spec on a line of its own; no stack unless it is asked for. */
export function formatError(error: unknown, debug = false): string {
  return printable(plainError(error, debug));
}

/** Names and data may hold what a terminal obeys: it is shown, and not sent. */
export function printable(text: string): string {
  return text.replace(
    CONTROLS,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

function plainError(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return error.stack ?? error.message;
  if (error instanceof SpecError) {
    const lines = error.found.map((problem) => `${error.where}:${formatProblem(problem)}`);
    const { length } = error.found;
    return [...lines, `${length} ${length === 1 ? "problem" : "problems"}`].join("\n");
  }
  return error instanceof Error ? error.message : String(error);
}
