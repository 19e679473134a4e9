/**
 * Records are immutable by contract, because streams that branch share them. Freezing them finds out an
 * operator that breaks the contract at once.
 *
 * @module
 */

/** Freezes the value and everything in it; typed arrays, which cannot be frozen, stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  // Getters are the user's code, and are not called for this.
  for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(value))) {
    deepFreeze(inner);
  }
  return value;
}
