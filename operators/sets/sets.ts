/**
 * What the set operators have in common: two sides, compared by value or by a key.
 *
 * @module
 */
import { z } from "zod";
import { anyRecord, expression, type OperatorDefinition } from "../contract/definition.ts";
import { exchangeBy, type Pact } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { itself } from "../keyed/keys.ts";

/** What the records of two sides are compared by. */
export interface SetOptions<T, R = T> {
  /** The key of a record, of either side; the record itself when left out. Keys compare by value. */
  readonly key?: ((record: T | R) => unknown) | undefined;
}

/** The checked form of {@linkcode SetOptions}. */
export interface SetConfig {
  readonly key?: ((record: unknown) => unknown) | undefined;
}

/** An operator with inputs `left` and `right` and output `out`, whose records are the left's or either's. */
export type SetOperator<Config, Given = Config> = OperatorDefinition<
  Config,
  { readonly left: z.ZodType<unknown>; readonly right: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown> },
  Given
>;

/** The two sides. */
export const sides: { readonly left: z.ZodType<unknown>; readonly right: z.ZodType<unknown> } = {
  left: anyRecord,
  right: anyRecord,
};

type KeyFunction = (record: unknown) => unknown;

/** A key of either side. */
export function setKey(): z.ZodOptional<z.ZodType<KeyFunction, KeyFunction>> {
  return expression<KeyFunction>("record").optional();
}

/** Equal keys of both sides meet. */
export function setPacts({ key }: SetConfig): { readonly left: Pact; readonly right: Pact } {
  return { left: exchangeBy(key ?? itself), right: exchangeBy(key ?? itself) };
}

/** The form of two collections for each time in snapshots. */
export function pairsByTime<L, R>(left: z.ZodType<L>, right: z.ZodType<R>): z.ZodType {
  return z.array(z.tuple([timeSchema, z.array(left), z.array(right)]));
}
