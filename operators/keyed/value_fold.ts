/**
 * What `min`, `max` and `sum` have in common: one value for each key of each time.
 *
 * @module
 */
import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorContext,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { OperatorExample } from "../contract/description.ts";
import { exchangeBy, gather } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { GroupEmission } from "./group_emission.ts";
import { itself } from "./keys.ts";
import { keptIn } from "../contract/kept.ts";

/** Which values of which groups. */
export interface ValueConfig {
  readonly key?: ((record: unknown) => unknown) | undefined;
  readonly value?: ((record: unknown) => unknown) | undefined;
}

/** What is looked at of each record, all records of a time in one group. */
export interface ValueOptions<T, V> {
  /** The value of a record. */
  readonly value: (record: T) => V;
  readonly key?: undefined;
}

/** What is looked at of each record, in groups of equal keys. */
export interface KeyedValueOptions<T, K, V> extends KeyOptions<T, K> {
  /** The value of a record. */
  readonly value: (record: T) => V;
}

/** Groups of equal keys of records that are values themselves. */
export interface KeyOptions<T, K> {
  /** What the records of a group have in common; keys compare by value. */
  readonly key: (record: T) => K;
}

/** A key and what came of the values of its records. */
export interface KeyedValue<K, V> {
  readonly key: K;
  readonly value: V;
}

/** How values become one. What is kept is plain data and never `undefined`. */
export interface ValueFold<A> {
  /** What one value makes. */
  readonly begin: (value: unknown) => A;
  /** What is kept with one more value. */
  readonly add: (kept: A, value: unknown) => A;
  /** What is sent. */
  readonly result: (kept: A) => unknown;
}

/** Who an operator of this kind is. */
export interface ValueFoldText {
  readonly name: string;
  readonly summary: string;
  readonly docs: string;
  readonly example: OperatorExample;
}

/** An operator that makes one value for each key of each time, or for each time when there is no key. */
export function valueFold<A>(text: ValueFoldText, fold: ValueFold<A>): UnaryOperator<ValueConfig> {
  return defineOperator({
    ...text,
    version: "1.0.0",
    config: z.strictObject({
      key: expression<(record: unknown) => unknown>("record").optional(),
      value: expression<(record: unknown) => unknown>("record").optional(),
    }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    interest: "notifications",
    pacts: ({ key }) => ({ in: key === undefined ? gather : exchangeBy(key) }),
    state: {
      version: 1,
      schema: z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.unknown()]))])),
    },
    create: (context) => handlers(context, fold),
  });
}

function handlers<A>(
  { config, out, notifyAt, blame }: OperatorContext<ValueConfig, { out: z.ZodType<unknown> }>,
  fold: ValueFold<A>,
) {
  const isKeyed = config.key !== undefined;
  const folds = new TimeMap<KeyMap<A>>();
  const emission = new GroupEmission<readonly [unknown, A]>(out.out, {
    resultsOf: ([key, kept]) => [isKeyed ? { key, value: fold.result(kept) } : fold.result(kept)],
    blame: (error, [key]) => blame(error, { key }),
  });
  return {
    receive: {
      in(batch: Batch<unknown>) {
        let kept = folds.get(batch.time);
        if (kept === undefined) {
          notifyAt(batch.time);
          folds.set(batch.time, kept = new KeyMap<A>());
        }
        take(config, fold, kept, batch, blame);
      },
    },
    notify: (time: Time) => emission.start(time, folds.take(time) ?? []),
    resume: () => emission.run(),
    size: () => keptIn(folds, emission),
    snapshot: () => [...folds].map(([time, kept]) => [time, [...kept]]),
    restore(saved: unknown) {
      for (const [time, entries] of saved as [Time, [unknown, A][]][]) {
        folds.set(time, KeyMap.from(entries));
      }
    },
  };
}

function take<A>(
  { key: keyOf, value: valueOf = itself }: ValueConfig,
  { begin, add }: ValueFold<A>,
  folds: KeyMap<A>,
  batch: Batch<unknown>,
  blame: (error: unknown, record: unknown) => Error,
): void {
  const values = batch.values();
  let i = 0;
  try {
    for (; i < batch.length; i++) {
      const key = keyOf === undefined ? null : keyOf(values[i]);
      const value = valueOf(values[i]);
      const known = folds.get(key);
      const after = known === undefined ? begin(value) : add(known, value);
      if (after !== known) folds.set(key, after);
    }
  } catch (error) {
    throw blame(error, values[i]);
  }
}
