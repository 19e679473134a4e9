/**
 * Parallelization contracts: which worker's shard of a vertex gets a record.
 *
 * @module
 */

/**
 * How the records that arrive at an input are spread over the workers. With one worker all are alike.
 *
 * - `pipeline`: they stay on the worker that made them.
 * - `exchange`: records with equal keys meet on one worker.
 * - `broadcast`: every worker gets every record.
 * - `gather`: the first worker gets every record.
 * - `balance`: batches go to the workers in turn.
 * - `route`: the function names the worker, from 0 up to but not including `workers`.
 */
export type Pact =
  | { readonly kind: "pipeline" }
  | { readonly kind: "exchange"; readonly key: (record: never) => unknown }
  | { readonly kind: "broadcast" }
  | { readonly kind: "gather" }
  | { readonly kind: "balance" }
  | { readonly kind: "route"; readonly to: (record: never, workers: number) => number };

/** Records with equal keys meet on one worker. */
export function exchangeBy(key: (record: never) => unknown): Pact {
  return { kind: "exchange", key };
}

/** The first worker gets every record. */
export const gather: Pact = Object.freeze({ kind: "gather" });
