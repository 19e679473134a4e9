/**
 * Sizes of memory as specs and the command line write them.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A number above 0 with its unit. There is no `M`, which some take for the one and some for the other. */
export const SIZE = /^(?=.*[1-9])\d+(\.\d+)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

/** What is said where something else is written. */
export const SIZE_EXPECTED = "expected a size, such as 500kB, 64MB or 1GiB";

/** The bytes of a size, at least one; `undefined` when it is none. */
export function bytesOf(written: string): number | undefined {
  if (!SIZE.test(written)) return undefined;
  const [, number, unit] = /^([\d.]+)([A-Za-z]+)$/.exec(written)!;
  const bytes = Math.round(Number(number) * UNITS[unit]);
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, bytes));
}
