/**
 * The functions of the pipeline, shared with its peers so that all do the same work.
 */

/** The first map. */
export const shift = (x: number): number => x + 1;

/** The filter, which keeps two of three. The truncation tells the compiler that x is an integer. */
export const keep = (x: number): boolean => (x | 0) % 3 !== 0;

/** The last map. */
export const last = (x: number): number => x * 2;

/** The sum that 0 to `records` must give, from the formula of an arithmetic series. */
export function pipelineSum(records: number): number {
  const all = records * (records + 1) / 2;
  const threes = Math.floor(records / 3);
  return 2 * (all - 3 * threes * (threes + 1) / 2);
}
