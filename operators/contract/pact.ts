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
  | {
    readonly kind: "exchange";
    readonly key: (record: never) => unknown;
    /** What `key` gives, where that can be said as data: a field, or `null` for the whole record. */
    readonly field?: string | null;
  }
  | { readonly kind: "broadcast" }
  | { readonly kind: "gather" }
  | { readonly kind: "balance" }
  | { readonly kind: "route"; readonly to: (record: never, workers: number) => number };

/** Records with equal keys meet on one worker. */
export function exchangeBy(key: (record: never) => unknown): Pact {
  return { kind: "exchange", key };
}

/**
 * Records whose field is equal meet on one worker; `null` stands for the whole record. Unlike a function it is
 * data, which is what a plugin's manifest needs: the engine then spreads records without asking the plugin.
 *
 * @example
 * ```ts
 * import { exchangeByField } from "meander/plugin";
 * import { expect } from "vitest";
 *
 * expect(exchangeByField("city")).toMatchObject({ kind: "exchange", field: "city" });
 * ```
 */
export function exchangeByField(field: string | null): Pact {
  const key = field === null
    ? (record: unknown) => record
    // A record without fields has none of that name; it is not for the pact to refuse it.
    : (record: unknown) =>
      (record as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  return Object.freeze({ kind: "exchange", key, field });
}

/** The first worker gets every record. */
export const gather: Pact = Object.freeze({ kind: "gather" });

/** Every worker gets every record. */
export const broadcast: Pact = Object.freeze({ kind: "broadcast" });

/** Batches go to the workers in turn. */
export const balance: Pact = Object.freeze({ kind: "balance" });
