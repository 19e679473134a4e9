/**
 * What becomes of something that may fail, as plain data.
 *
 * @module
 */
import { formatTime, type Time } from "../../progress/time.ts";
import { MeanderError, show } from "../contract/fault.ts";

/**
 * A value, or the reason why there is none. Being plain data it goes through files, pipes and to other
 * workers as it is.
 *
 * @example
 * ```ts
 * import type { Result } from "meander";
 * import { expect } from "vitest";
 *
 * function parse(text: string): Result<number, string> {
 *   const n = Number(text);
 *   return Number.isNaN(n) ? { err: `not a number: ${text}` } : { ok: n };
 * }
 * expect(["7", "seven"].map(parse)).toEqual([{ ok: 7 }, { err: "not a number: seven" }]);
 * ```
 */
export type Result<T, E> = { readonly ok: T } | { readonly err: E };

/** The value type of a {@linkcode Result}. */
export type OkOf<R> = R extends { readonly ok: infer T } ? T : never;

/** The reason type of a {@linkcode Result}. */
export type ErrOf<R> = R extends { readonly err: infer E } ? E : never;

/**
 * Whether a result is a value; else it is a reason.
 *
 * @throws {MeanderError} `MEANDER_RESULT` for what is neither, or both: nobody could say which was meant.
 */
export function isOk(
  result: unknown,
  where: string,
  time: Time,
): result is { readonly ok: unknown } {
  if (typeof result === "object" && result !== null) {
    const ok = "ok" in result;
    if (ok !== "err" in result) return ok;
  }
  throw new MeanderError(
    "MEANDER_RESULT",
    `Cannot take ${show(result)} for a result in "${where}" at time ${
      formatTime(time)
    }: a result ` +
      `has either a field "ok" or a field "err"`,
    { where, hint: "Make results as { ok: value } or { err: reason }" },
  );
}
