/**
 * Rights that no connection gives: for the gate, and for nobody else.
 *
 * @module
 */
import type { AnyOperator, Connection } from "../contract/definition.ts";

type Pairs = (config: unknown) => readonly Connection[];

// Beside the definition and not in it, so that no operator can give itself rights that nothing checks.
const pairsOf = new WeakMap<AnyOperator, Pairs>();

/**
 * Says of an operator that what arrives at these inputs may be sent at these outputs, although nobody expects it
 * there because of that. It is safe only where for every such record some shard of the vertex holds a capability at
 * that output, at or before the time that is sent at, until the record was taken.
 */
export function cover(operator: AnyOperator, pairs: Pairs): void {
  pairsOf.set(operator, pairs);
}

/** The pairs of ports that an operator covers; none, but for the gate. */
export function coveredPairs(operator: AnyOperator, config: unknown): readonly Connection[] {
  return pairsOf.get(operator)?.(config) ?? [];
}
