/**
 * Bytes for people.
 *
 * @module
 */

const UNITS: readonly string[] = ["B", "kB", "MB", "GB", "TB"];

/** In powers of ten, as disks and networks count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
