/**
 * Operators whose outputs depend on their configuration.
 *
 * @module
 */
import type { AnyOperator } from "./definition.ts";

const originals = new WeakMap<AnyOperator, AnyOperator>();

/** The operator with the outputs that it has under a configuration; itself when they are always the same. */
export function sizedFor(operator: AnyOperator, config: unknown): AnyOperator {
  const outputs = operator.outputsFor?.(config);
  if (outputs === undefined) return operator;
  const sized: AnyOperator = Object.freeze({ ...operator, outputs });
  originals.set(sized, originalOf(operator));
  return sized;
}

/** The operator as it was defined. */
export function originalOf(operator: AnyOperator): AnyOperator {
  return originals.get(operator) ?? operator;
}
