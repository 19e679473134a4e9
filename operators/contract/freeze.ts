/**
 * Records are immutable by contract, because streams that branch share them. Freezing them finds out an
 * operator that breaks the contract at once.
 *
 * @module
 */

/** Freezes the value and everything in it; typed arrays, which cannot be frozen, stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (!Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
