/**
 * Expressions of specs for code.
 *
 * @module
 */
import { MeanderError } from "../operators/contract/fault.ts";
import { ANY } from "../operators/contract/record_type.ts";
import { compileExpression } from "./expressions/compile.ts";

/**
 * A function from an expression, with the names of its parameters. A dataflow whose functions are made so can
 * be written as a spec.
 *
 * @throws {MeanderError} `MEANDER_EXPRESSION` with all that is wrong with the text.
 * @example
 * ```ts
 * import { cel } from "meander/specs";
 * import { expect } from "vitest";
 *
 * const double = cel<(record: number) => number>("record * 2", "record");
 * expect(double(21)).toBe(42);
 * ```
 */
// deno-lint-ignore no-explicit-any
export function cel<F extends (...args: any[]) => unknown>(
  text: string,
  ...parameters: readonly string[]
): F {
  const compiled = compileExpression(text, {
    parameters: new Map(parameters.map((name) => [name, ANY])),
  });
  if (compiled.ok) return compiled.f as F;
  throw new MeanderError("MEANDER_EXPRESSION", `Cannot compile ${JSON.stringify(text)}`, {
    problems: compiled.problems.map(({ offset, message, hint }) =>
      `at character ${offset + 1}: ${message}${hint === undefined ? "" : `. ${hint}`}`
    ),
  });
}
