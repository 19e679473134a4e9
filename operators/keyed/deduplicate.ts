import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import { coordinateOf, depthOf, type Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { exchangeBy } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { eachKeyed, itself } from "./keys.ts";
import {
  type Keeps,
  type Kept,
  keptIn,
  keptTogether,
  NOTHING_KEPT,
  waitingIn,
} from "../contract/kept.ts";

/** What counts as equal, and for how long. */
export interface DeduplicateOptions<T> {
  /** What records are compared by; the record itself when left out. Keys compare by value. */
  readonly key?: ((record: T) => unknown) | undefined;
  /** For how many epochs after the one at which a record passed others of its key do not. */
  readonly expiry: number;
}

interface DeduplicateConfig {
  readonly key?: ((record: unknown) => unknown) | undefined;
  readonly expiry: number;
}

/** When keys passed last. Times that differ in their epoch alone belong together. */
class Passes implements Keeps {
  /** The epoch of the last pass of each key, by time without its epoch. */
  readonly #last = new TimeMap<KeyMap<number>>();
  /** The keys that passed at a time. */
  readonly #at = new TimeMap<readonly unknown[]>();
  readonly #expiry: number;
  readonly #index: number;

  /** The coordinate with that index is the epoch. */
  constructor(expiry: number, index: number) {
    this.#expiry = expiry;
    this.#index = index;
  }

  /** The keys that cannot pass at a time because they passed before. */
  at(time: Time): { has(key: unknown): boolean } {
    const last = this.#last.get(this.#lane(time));
    const oldest = coordinateOf(time, this.#index) - this.#expiry;
    return {
      has(key) {
        const epoch = last?.get(key);
        return epoch !== undefined && epoch >= oldest;
      },
    };
  }

  /** Keys pass; the time when they are to be forgotten, if ever. */
  add(time: Time, keys: readonly unknown[]): Time | undefined {
    if (keys.length === 0 || this.#expiry === 0) return undefined;
    const epoch = coordinateOf(time, this.#index);
    const last = this.#last.getOrInsert(this.#lane(time), () => new KeyMap());
    for (const key of keys) last.set(key, epoch);
    this.#at.set(time, keys);
    const end = epoch + this.#expiry;
    return Number.isSafeInteger(end) ? this.#withEpoch(time, end) : undefined;
  }

  /** Forgets the keys whose last pass that time has made so old that it counts no longer. */
  forget(end: Time): void {
    const epoch = coordinateOf(end, this.#index) - this.#expiry;
    if (epoch < 0) return;
    const lane = this.#lane(end);
    const last = this.#last.get(lane);
    for (const key of this.#at.take(this.#withEpoch(end, epoch)) ?? []) {
      // What is asked for within a notification may come after later ones: the key may have passed again.
      if (last?.get(key) === epoch) last.delete(key);
    }
    if (last?.size === 0) this.#last.delete(lane);
  }

  /** The keys that passed. */
  kept(): Kept {
    return keptIn(this.#at);
  }

  /** The keys that passed, by time. */
  [Symbol.iterator](): IterableIterator<[Time, readonly unknown[]]> {
    return this.#at[Symbol.iterator]();
  }

  #lane(time: Time): Time {
    return typeof time === "number" ? 0 : this.#withEpoch(time, 0);
  }

  #withEpoch(time: Time, epoch: number): Time {
    return typeof time === "number" ? epoch : time.with(this.#index, epoch);
  }
}

/**
 * Lets a record pass unless one of equal key passed within the last epochs. Its state is the keys that
 * passed within `expiry`, and one record for each key of open times.
 */
export const deduplicate: UnaryOperator<DeduplicateConfig> = defineOperator({
  name: "deduplicate",
  version: "1.0.0",
  summary: "Lets one record of each key pass, and no other for a number of epochs",
  docs:
    "A record passes unless one of equal `key` (the record itself when it is left out) passed at an earlier " +
    "epoch that is at most `expiry` epochs before; of one time the first of a key passes. Those that do not " +
    "pass do not count: a key that comes all the time passes every `expiry + 1` epochs. Answers come when a " +
    "time is complete, so that they are the same whatever came first. Keys are forgotten when `expiry` epochs " +
    "after their pass are complete; with 0 it is a `distinct` of each time, and `distinct` with `per: forever` " +
    "never forgets. Where times have several coordinates the epoch is the last one of the root's, and only " +
    "times that agree in all others know of each other: in a loop the same iteration of other epochs.",
  example: {
    with: { key: "record.id", expiry: 10 },
    inputs: { in: [{ id: "a", n: 1 }, { id: "b", n: 2 }, { id: "a", n: 3 }] },
    outputs: { out: [{ id: "a", n: 1 }, { id: "b", n: 2 }] },
  },
  types: { outputs: { out: "in" } },
  config: z.strictObject({
    key: expression<(record: unknown) => unknown>("record").optional(),
    expiry: z.int().min(0).meta({
      description: "for how many epochs others of a key do not pass",
    }),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: ({ key }) => ({ in: exchangeBy(key ?? itself) }),
  state: {
    version: 1,
    schema: z.tuple([
      z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.unknown()]))])),
      z.array(z.tuple([timeSchema, z.array(z.unknown())])),
    ]),
  },
  create: ({ config, out, notifyAt, state, blame }) => {
    const keyOf = config.key ?? itself;
    const emission = new Emission<unknown>(out.out);
    const candidates = new TimeMap<KeyMap<unknown>>();
    // A state knows how many coordinates an epoch has; of times it is told by the first that comes.
    const epochs = state<null>({ per: "epoch", create: () => null });
    let known: Passes | undefined;
    const passes = (time: Time) =>
      known ??= new Passes(config.expiry, depthOf(epochs.prefixOf(time)) - 1);
    const file = (batch: Batch<unknown>) => {
      const { time } = batch;
      const passed = passes(time).at(time);
      const waiting = candidates.getOrInsert(time, () => {
        notifyAt(time);
        return new KeyMap<unknown>();
      });
      eachKeyed(batch, keyOf, blame, (key, record) => {
        if (!waiting.has(key) && !passed.has(key)) waiting.set(key, record);
      });
    };
    return {
      receive: { in: file },
      notify(time) {
        const before = passes(time).at(time);
        const fresh = [...candidates.take(time) ?? []].filter(([key]) => !before.has(key));
        emission.add(time, fresh.map(([, record]) => record));
        passes(time).forget(time);
        const end = passes(time).add(time, fresh.map(([key]) => key));
        if (end !== undefined) notifyAt(end, { capability: "none" });
        return emission.run();
      },
      resume: () => emission.run(),
      size: () => keptTogether([waitingIn(candidates, emission), known?.kept() ?? NOTHING_KEPT]),
      snapshot: () => [
        [...candidates].map(([time, waiting]) => [time, [...waiting]]),
        known === undefined ? [] : [...known],
      ],
      restore(saved) {
        const [waiting, passed] = saved as [
          [Time, [unknown, unknown][]][],
          [Time, unknown[]][],
        ];
        for (const [time, entries] of waiting) {
          candidates.set(time, KeyMap.from(entries));
        }
        for (const [time, keys] of passed) passes(time).add(time, keys);
      },
    };
  },
});
