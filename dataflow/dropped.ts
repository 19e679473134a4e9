/**
 * Records that went no further.
 *
 * @module
 */

/** Records that went no further, with the vertex and its reason. */
export interface Dropped {
  readonly vertex: string;
  readonly records: number;
  readonly reason: string;
}

/** One entry for each vertex and reason. */
export function summedUp(all: Iterable<Dropped>): Dropped[] {
  const sums = new Map<string, Dropped>();
  for (const each of all) {
    const key = JSON.stringify([each.vertex, each.reason]);
    sums.set(key, { ...each, records: (sums.get(key)?.records ?? 0) + each.records });
  }
  return [...sums.values()];
}
