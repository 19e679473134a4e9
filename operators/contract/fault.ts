/**
 * The one error class of Meander, and the grammar its messages follow.
 *
 * @module
 */

/** What a {@linkcode MeanderError} says besides its sentence. */
export interface FaultFacts {
  /** Where it happened: a vertex, port, scope, input or file. */
  readonly where?: string;
  /** What the reader can do about it, as an imperative without a final period. */
  readonly hint?: string;
  /** The error that caused this one. */
  readonly cause?: unknown;
  /** Every single problem, when the error reports several at once. */
  readonly problems?: readonly string[];
}

/**
 * An error of the engine. Its message reads `CODE  what, where: why. What to do`, so that a log line
 * alone is enough to act on; `code` is stable across releases and meant for programs.
 *
 * @example
 * ```ts
 * import { MeanderError } from "meander";
 * import { expect } from "vitest";
 *
 * const error = new MeanderError("MEANDER_EXAMPLE", "Cannot send at 5 from \"win\": holds 7 or later");
 * expect(error.message).toBe('MEANDER_EXAMPLE  Cannot send at 5 from "win": holds 7 or later');
 * ```
 */
export class MeanderError extends Error {
  /** Whether a value is one; never throws, unlike `instanceof` on a revoked proxy. */
  static is(value: unknown): value is MeanderError {
    try {
      return value instanceof MeanderError;
    } catch {
      return false;
    }
  }

  /** Stable, for programs: `MEANDER_…`. */
  readonly code: string;
  /** Where it happened, when that is one place. */
  readonly where: string | undefined;
  /** Every single problem when several are reported at once, else empty. */
  readonly problems: readonly string[];

  /** Joins the parts into one message of the grammar. */
  constructor(code: string, what: string, facts: FaultFacts = {}) {
    const hint = facts.hint === undefined ? "" : `. ${facts.hint}`;
    const list = (facts.problems ?? []).map((problem) => `\n  - ${problem}`).join("");
    super(
      `${code}  ${what}${hint}${list}`,
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.name = "MeanderError";
    this.code = code;
    this.where = facts.where;
    this.problems = facts.problems ?? [];
  }
}

/** What an error says, without the code before it: for a sentence that has one of its own. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error;
  return MeanderError.is(error) ? message.slice(error.code.length).trimStart() : message;
}

/**
 * Shows any value for error messages, in at most `limit` characters; never throws. Of an error it shows
 * all that it says, because what to do comes last.
 */
export function show(value: unknown, limit = 80): string {
  // Values may be hostile: a getter that throws, a revoked proxy, a message that is no text.
  try {
    const text = typeof value === "string" ? JSON.stringify(value) : plain(value);
    const most = value instanceof Error ? Math.max(limit, 1000) : limit;
    return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  } catch {
    return shape(value);
  }
}

function shape(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return "a value that cannot be shown";
  }
}

function plain(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const json = JSON.stringify(
    value,
    (_key, inner) => typeof inner === "bigint" ? `${inner}n` : inner,
  );
  return json ?? Object.prototype.toString.call(value);
}
