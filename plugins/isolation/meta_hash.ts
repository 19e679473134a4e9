/**
 * Tells whether a vertex that was begun anew did the same as before.
 *
 * @module
 */

/** FNV-1a, 32 bits, of what a turn says: its times, ports and lengths, not its records. */
export function metaHash(meta: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < meta.length; i++) hash = Math.imul(hash ^ meta[i], 0x01000193);
  return hash >>> 0;
}
