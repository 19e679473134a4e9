/**
 * How much an output may send before what is downstream has its turn.
 *
 * @module
 */
import type { AnyOperator } from "./definition.ts";
import { show } from "./fault.ts";

/** Limits of the outputs of one vertex. What is left out is as for the whole engine. */
export interface OutputLimits {
  /** How many batches it may emit before it gives way to what is downstream: an integer from 1 on. */
  readonly budget?: number | undefined;
  /** How many records a batch collects: an integer from 1 on. */
  readonly capacity?: number | undefined;
}

/** Limits that say all. */
export interface WholeLimits {
  readonly budget: number;
  readonly capacity: number;
}

/** The most that a buffer of the pool has room for. */
const MOST = 2 ** 30;

/** What is wrong with limits that were given for a vertex of that operator, as the rest of "limits of …: ". */
export function faultsOfLimits(
  limits: OutputLimits,
  { sendsAtMost }: AnyOperator,
  config: unknown,
): string[] {
  const faults = (["budget", "capacity"] as const).flatMap((name) => {
    const value = limits[name];
    const isRight = value === undefined ||
      (Number.isInteger(value) && value >= 1 && value <= MOST);
    return isRight ? [] : [`${name} is ${show(value)}, and takes an integer from 1 to ${MOST}`];
  });
  const most = sendsAtMost?.(config);
  return most === undefined
    ? faults
    : [...faults, `its limit of ${most} records says both already: leave one of them out`];
}

/**
 * The limits of a vertex, from its own and the engine's. An operator that sends at most so many records makes up
 * its batches so that as many as it may emit never have more together.
 */
export function limitsFor(
  { sendsAtMost }: AnyOperator,
  config: unknown,
  own: OutputLimits | null,
  usual: WholeLimits,
): WholeLimits {
  const most = sendsAtMost?.(config);
  if (most !== undefined) {
    const budget = Math.ceil(most / usual.capacity);
    return { budget, capacity: Math.floor(most / budget) };
  }
  if (own === null) return usual;
  return { budget: own.budget ?? usual.budget, capacity: own.capacity ?? usual.capacity };
}
