/**
 * How the evaluation of an expression fails.
 *
 * @module
 */

import { MeanderError, show } from "../../operators/contract/fault.ts";

/** What went wrong, before it is known in which expression. Never leaves a compiled function. */
export class EvaluationFault extends Error {}

/** Ends the evaluation. */
export function fail(reason: string): never {
  throw new EvaluationFault(reason);
}

/** The expression in an error message. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

/** The error that a compiled function throws. */
export function located(error: unknown, text: string): MeanderError {
  const what = `Cannot evaluate "${shorten(text)}"`;
  if (error instanceof EvaluationFault) {
    return new MeanderError("MEANDER_EXPRESSION", `${what}: ${error.message}`);
  }
  // A value that is not of its declared type, or a list beyond what the machine holds.
  const reason = error instanceof Error ? error.message : show(error);
  return new MeanderError("MEANDER_EXPRESSION", `${what}: ${reason}`, { cause: error });
}

/** A value in an error message: what it is, and itself. */
export function describe(value: unknown): string {
  if (value === undefined) return "a missing value";
  if (value === null) return "null";
  if (Array.isArray(value)) return `the list ${show(value, 40)}`;
  if (typeof value === "object") return `the object ${show(value, 40)}`;
  return `the ${typeof value} ${show(value, 40)}`;
}
