/**
 * What somebody may have meant by a name that does not exist.
 *
 * @module
 */

/** Candidates that are looked at: a guess is a courtesy, and must not take longer than what it is about. */
const MOST = 500;

/**
 * The candidate that is nearest to a name, when it is near enough to have been meant: at most a third of the
 * name's letters are wrong, missing, too many or swapped with their neighbour; letter case does not count.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // Nobody has meant a name of some thousand letters, and comparing takes their product.
  if (name.length > 100) return undefined;
  let best: string | undefined = undefined;
  // Of one letter nothing is left when it is wrong.
  let least = Math.min(name.length, Math.max(1, Math.floor(name.length / 3)) + 1);
  let left = MOST;
  for (const candidate of candidates) {
    if (left-- === 0) break;
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = distanceOf(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Damerau's distance, with neighbours swapped at most once (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_unused, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
