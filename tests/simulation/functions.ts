/**
 * The user's functions of random programs, for the engine and for the meaning alike.
 * @module
 */

/** A permutation of a few small integers and a bit of everything else. */
export function mapped(n: number, by: number): number {
  return (n * 3 + by) % 17;
}

/** Keeps most records. */
export function fitting(n: number, by: number): boolean {
  return n % by !== 1;
}

/** Up to two results for a record: the integers from the first up to but not including the second. */
export function expanded(n: number, by: number): [from: number, to: number] {
  const from = n % 13;
  return [from, from + (n + by) % 3];
}

/** The same as a list. */
export function copies(n: number, by: number): number[] {
  const [from, to] = expanded(n, by);
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** A fold in which the order of records is of no account. */
export function added(sum: number, n: number): number {
  return (sum + n * n) % 101;
}

/** What is sent for a key and its sum. */
export function summed(key: number, sum: number): number {
  return (key * 7 + sum) % 17;
}

/** The aggregate of a whole time. */
export function aggregateOf(records: readonly number[], by: number): number[] {
  const sums = new Map<number, number>();
  for (const n of records) sums.set(n % by, added(sums.get(n % by) ?? 0, n));
  return [...sums].map(([key, sum]) => summed(key, sum));
}

/** What records of the two sides of a join meet by. */
export function keyOf(n: number): number {
  return n % 5;
}

/** What is sent for a pair. */
export function met(left: number, right: number): number {
  return (left * 2 + right) % 17;
}

/** All pairs that meet. */
export function paired(left: readonly number[], right: readonly number[]): number[] {
  return left.flatMap((l) => right.filter((r) => keyOf(r) === keyOf(l)).map((r) => met(l, r)));
}

/** Where a record is delayed to: one coordinate becomes odd, for two records in three. */
export function delayed(n: number, time: readonly number[], coordinate: number): number[] {
  return time.map((c, i) => i === coordinate && n % 3 > 0 ? c | 1 : c);
}
