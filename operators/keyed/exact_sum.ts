/**
 * Sums that do not depend on the order of their terms.
 *
 * @module
 */
import { show } from "../contract/fault.ts";

/**
 * A sum so far, as plain data: an exact integer, a bigint, or doubles that do not overlap, the smallest
 * first, whose exact sum it is. A sum that is not finite is a list of one.
 */
export type ExactSum = number | bigint | readonly number[];

/** The sum of one term. */
export function beginSum(term: unknown): ExactSum {
  return typeof term === "bigint" ? term : addTo(0, term);
}

/** The sum with one more term. It may be the same list, changed. */
export function addTo(sum: ExactSum, term: unknown): ExactSum {
  if (typeof sum === "bigint") {
    if (typeof term === "bigint") return sum + term;
    throw cannotAdd(term, "bigints");
  }
  if (typeof term !== "number") throw cannotAdd(term, "numbers");
  if (typeof sum !== "number") return grown(sum as number[], term);
  const next = sum + term;
  // Both are exact then, and so is what comes of them.
  if (Number.isSafeInteger(next) && Number.isSafeInteger(term)) return next;
  return grown([sum], term);
}

/** The sum, rounded once, to the nearest double (ties to even), for numbers. */
export function valueOf(sum: ExactSum): number | bigint {
  if (typeof sum === "bigint") return sum;
  // Adding 0 makes 0 of −0.
  return typeof sum === "number" ? sum + 0 : rounded(sum) + 0;
}

/**
 * Adds a double to doubles that do not overlap, which stay so (J. R. Shewchuk, "Adaptive Precision
 * Floating-Point Arithmetic", 1997).
 */
function grown(parts: number[], term: number): number[] {
  if (!Number.isFinite(term) || !Number.isFinite(parts[0] ?? 0)) {
    return [rounded(parts) + term];
  }
  let carried = term;
  let kept = 0;
  for (const part of parts) {
    const isLarger = Math.abs(carried) < Math.abs(part);
    const large = isLarger ? part : carried;
    const small = isLarger ? carried : part;
    const sum = large + small;
    const rest = small - (sum - large);
    if (rest !== 0) parts[kept++] = rest;
    carried = sum;
  }
  // Beyond the largest double nothing can be kept but that it was passed.
  if (!Number.isFinite(carried)) return [carried];
  parts.length = kept;
  parts.push(carried);
  return parts;
}

/** The parts added from the largest on, until something is lost; then that decides a tie. */
function rounded(parts: readonly number[]): number {
  let at = parts.length - 1;
  let sum = parts[at];
  let rest = 0;
  while (at > 0 && rest === 0) {
    const part = parts[--at];
    const before = sum;
    sum = before + part;
    rest = part - (sum - before);
  }
  if (at > 0 && rest !== 0 && Math.sign(rest) === Math.sign(parts[at - 1])) {
    const twice = rest * 2;
    const next = sum + twice;
    // Exactly half way between two doubles, and what is left says to which side.
    if (next - sum === twice) return next;
  }
  return sum;
}

function cannotAdd(term: unknown, kind: string): TypeError {
  return new TypeError(`it gave ${show(term)}, which cannot be added to ${kind}`);
}
