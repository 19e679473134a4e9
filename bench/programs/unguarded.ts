/**
 * Explosions of records with nothing to hold them back but the engine's own output budget.
 */
import type { Measurement, RunInput } from "../program.ts";
import { runExpansion } from "./expansion.ts";

/** flow_control without its gate. */
export function run(input: RunInput): Measurement {
  return runExpansion(input, (_root, numbers, expand) => void expand(numbers));
}
