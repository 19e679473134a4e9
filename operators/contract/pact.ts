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
 */
export type Pact =
  | { readonly kind: "pipeline" }
  | { readonly kind: "exchange"; readonly key: (record: never) => unknown }
  | { readonly kind: "broadcast" };

/** Records with equal keys meet on one worker. */
export function exchangeBy(key: (record: never) => unknown): Pact {
  return { kind: "exchange", key };
}
