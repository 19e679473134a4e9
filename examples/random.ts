/**
 * Numbers that look random and are the same everywhere: the examples make their input of them, each worker
 * its own share, and tests make it once more.
 *
 * @module
 */

/** A scattered whole number from 0 up to but not including 2³², by a mixer of 32 bits (lowbias32). */
function mix(index: number): number {
  let h = index | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** What tells the sequences of different seeds apart; hand it to `numberAt`. */
export function saltOf(seed: number): number {
  return mix(seed);
}

/** The number at a place of a sequence: whole, from 0 up to but not including `limit`. */
export function numberAt(salt: number, index: number, limit: number): number {
  return Math.floor(mix(index ^ salt) * limit / 2 ** 32);
}
