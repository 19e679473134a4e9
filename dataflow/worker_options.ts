/**
 * From an engine's settings to those of one of its workers.
 *
 * @module
 */
import type { Clock } from "../actors/clock.ts";
import { DownstreamFirst, FirstInFirstOut, type Mailbox } from "../actors/mailbox.ts";
import { RandomOrder } from "../actors/random_order.ts";
import type { WorkerOptions } from "../actors/worker.ts";
import { BufferPool } from "../batches/pool.ts";
import { show } from "../operators/contract/fault.ts";

/** The order in which work is taken. */
export type Policy = "downstream" | "fifo" | { readonly seed: number };

/** What all workers of an engine have in common. */
export interface CommonOptions {
  readonly policy: Policy;
  readonly clock: Clock;
  readonly checks: boolean;
  readonly sliceMs: number;
}

/** Every worker has an order, a pool and a turn of its own. */
export function workerOptions(
  { policy, clock, checks, sliceMs }: CommonOptions,
  index: number,
): WorkerOptions {
  const pool = new BufferPool({ poison: checks });
  return { mailbox: mailboxFor(policy, index), clock, pool, checks, sliceMs };
}

function mailboxFor(policy: Policy, worker: number): Mailbox {
  if (policy === "downstream") return new DownstreamFirst();
  if (policy === "fifo") return new FirstInFirstOut();
  if (Number.isInteger(policy?.seed)) return new RandomOrder(policy.seed + worker);
  throw new RangeError(
    `MEANDER_OPTION  Cannot use policy ${
      show(policy)
    }: it is "downstream", "fifo" or { seed: integer }`,
  );
}
