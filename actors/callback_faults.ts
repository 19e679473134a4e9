/**
 * What is wrong with callbacks themselves, apart from what they throw.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";

/** A promise, mostly: what it would do later would be nobody's turn. */
export function wrongResult(vertex: string, result: unknown): MeanderError {
  const what = result instanceof Promise ? "a promise" : show(result);
  return new MeanderError(
    "MEANDER_OPERATOR",
    `Cannot go on with "${vertex}": a callback returned ${what}; it returns nothing, or true to go on`,
    {
      where: vertex,
      hint: "Wait for asynchronous work outside, and bring its result back with later",
    },
  );
}

/** A callback that is needed, and that the operator does not have. */
export function lacks(vertex: string, handler: string, why: string): MeanderError {
  return new MeanderError(
    "MEANDER_OPERATOR",
    `Cannot go on with "${vertex}": ${why}, and it has no ${handler}`,
    { where: vertex, hint: `Give the operator a ${handler} callback` },
  );
}
