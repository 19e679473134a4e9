import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { keptIn } from "../contract/kept.ts";
import { exchangeBy } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";

/** How records are folded. */
export interface AggregateOptions<T, K, A, O> {
  /** What the records of one fold have in common; keys compare by value. */
  readonly key: (record: T) => K;
  /** The value that a fold begins with. */
  readonly initial: (key: K) => A;
  /** One more record. */
  readonly fold: (accumulated: A, record: T, key: K) => A;
  /** What is sent for a key when the time is complete. */
  readonly emit: (key: K, accumulated: A, time: Time) => O;
}

/**
 * Folds the records of each time and key. Results are sent when the time is complete, keys in the order
 * in which they came first. Its state is one value for each key of each open time.
 */
export const aggregate: UnaryOperator<AggregateOptions<unknown, unknown, unknown, unknown>> =
  defineOperator({
    name: "aggregate",
    version: "1.0.0",
    summary: "Folds the records of each time and key, and emits when the time is complete",
    docs:
      "For each key of each time: `initial` is what the fold begins with, `fold` takes one more record, and " +
      "`emit` says what is sent when the time is complete. Keys come in the order in which they came first. It keeps " +
      "one value for each key of each open time; times may be open in any number and complete in any order.",
    example: {
      with: {
        key: "record.city",
        initial: "0",
        fold: "accumulated + record.n",
        emit: "{'city': key, 'sum': accumulated}",
      },
      inputs: { in: [{ city: "Oslo", n: 1 }, { city: "Lima", n: 2 }, { city: "Oslo", n: 3 }] },
      outputs: { out: [{ city: "Oslo", sum: 4 }, { city: "Lima", sum: 2 }] },
    },
    types: {
      parameters: { accumulated: "initial", key: "key" },
      results: { fold: "initial" },
      outputs: { out: "emit" },
    },
    config: z.strictObject({
      key: expression<(record: unknown) => unknown>("record"),
      initial: expression<(key: unknown) => unknown>("key"),
      fold: expression<(accumulated: unknown, record: unknown, key: unknown) => unknown>(
        "accumulated",
        "record",
        "key",
      ),
      emit: expression<(key: unknown, accumulated: unknown, time: Time) => unknown>(
        "key",
        "accumulated",
        "time",
      ),
    }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    interest: "notifications",
    pacts: ({ key }) => ({ in: exchangeBy(key) }),
    state: {
      version: 1,
      schema: z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.unknown()]))])),
    },
    create: ({ config, out, notifyAt, blame }) => {
      const folds = new TimeMap<KeyMap<unknown>>();
      const emission = new Emission<unknown>(out.out);
      return {
        receive: {
          in(batch) {
            let fold = folds.get(batch.time);
            if (fold === undefined) {
              notifyAt(batch.time);
              folds.set(batch.time, fold = new KeyMap<unknown>());
            }
            take(config, batch, fold, blame);
          },
        },
        notify(time) {
          const results: unknown[] = [];
          for (const [key, accumulated] of folds.take(time) ?? []) {
            try {
              results.push(config.emit(key, accumulated, time));
            } catch (error) {
              throw blame(error, { key, accumulated });
            }
          }
          emission.add(time, results);
          return emission.run();
        },
        resume: () => emission.run(),
        size: () => keptIn(folds, emission),
        snapshot: () => [...folds].map(([time, fold]) => [time, [...fold]]),
        restore(state) {
          for (const [time, entries] of state as [Time, [unknown, unknown][]][]) {
            folds.set(time, KeyMap.from(entries));
          }
        },
      };
    },
  });

function take(
  { key: keyOf, initial, fold }: AggregateOptions<unknown, unknown, unknown, unknown>,
  batch: Batch<unknown>,
  folds: KeyMap<unknown>,
  blame: (error: unknown, record: unknown) => Error,
): void {
  const values = batch.values();
  let i = 0;
  try {
    for (; i < batch.length; i++) {
      const record = values[i];
      const key = keyOf(record);
      // Two looks for a number that stands in the map itself are faster than one for an object elsewhere.
      const known = folds.get(key);
      const before = known !== undefined || folds.has(key) ? known : initial(key);
      const after = fold(before, record, key);
      if (after !== known || known === undefined) folds.set(key, after);
    }
  } catch (error) {
    throw blame(error, values[i]);
  }
}
