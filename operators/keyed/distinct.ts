import { z } from "zod";
import { KeyMap, KeySet } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { exchangeBy } from "../contract/pact.ts";
import { perSchema, timeSchema } from "../contract/schemas.ts";
import type { Per } from "../contract/state.ts";
import { TimeMap } from "../contract/time_map.ts";
import { itself } from "./keys.ts";

/** What counts as equal, and for how long. */
export interface DistinctOptions<T> {
  /** What records are compared by; the record itself when left out. Keys compare by value. */
  readonly key?: ((record: T) => unknown) | undefined;
  /** How long a key is remembered: within its `time` (the default), its `epoch`, a prefix, or `forever`. */
  readonly per?: Per | undefined;
  /**
   * `complete` (the default) answers when a time is complete, with the keys not seen at an earlier time of
   * the prefix: the answer is the same on any number of workers. `receipt` answers at once.
   */
  readonly emit?: "complete" | "receipt" | undefined;
}

interface DistinctConfig {
  readonly key?: ((record: unknown) => unknown) | undefined;
  readonly per: Per;
  readonly emit: "complete" | "receipt";
}

type Blame = (error: unknown, record: unknown) => Error;

/** The keys of one prefix. */
class Seen {
  /** Keys that were sent. */
  readonly sent: KeySet = new KeySet();
  /** Candidates of times that are not complete, by time. */
  readonly waiting: TimeMap<KeyMap<unknown>> = new TimeMap();

  /** The batch's records with keys never met before; the keys count as sent. */
  takeFresh(batch: Batch<unknown>, keyOf: (record: unknown) => unknown, blame: Blame): unknown[] {
    const fresh: unknown[] = [];
    for (const record of batch) {
      try {
        if (addNew(this.sent, keyOf(record))) fresh.push(record);
      } catch (error) {
        throw blame(error, record);
      }
    }
    return fresh;
  }

  /** Files records with keys not sent so far until their time is complete; whether they are its first. */
  file(batch: Batch<unknown>, keyOf: (record: unknown) => unknown, blame: Blame): boolean {
    const known = this.waiting.get(batch.time);
    let candidates = known;
    for (const record of batch) {
      try {
        const key = keyOf(record);
        if (this.sent.has(key) || candidates?.has(key)) continue;
        (candidates ??= new KeyMap()).set(key, record);
      } catch (error) {
        throw blame(error, record);
      }
    }
    if (candidates === known) return false;
    this.waiting.set(batch.time, candidates!);
    return true;
  }

  /** The candidates of a complete time whose keys no earlier time had. */
  answer(time: Time): unknown[] {
    const fresh: unknown[] = [];
    for (const [key, record] of this.waiting.take(time) ?? []) {
      if (addNew(this.sent, key)) fresh.push(record);
    }
    return fresh;
  }
}

/**
 * The first record of each key. In a loop it is what ends the loop, and is then used `per: "epoch"`:
 * with `emit: "complete"` a key gets out at the least iteration in which it occurs.
 */
export const distinct: UnaryOperator<DistinctConfig, Defaults<DistinctConfig, "per" | "emit">> =
  defineOperator({
    name: "distinct",
    version: "1.0.0",
    summary: "Keeps the first record of each key",
    docs:
      "`key` is what records are compared by, the record itself when it is left out. `per` says how long a " +
      "key is remembered: within its `time`, its `epoch` (across the rounds of loops), or `forever`. With " +
      "`emit: complete` answers come when a time is complete, with `receipt` at once: then it is not said which of " +
      "several records of a key stands for it. It keeps each key for as long as it is remembered, and one record " +
      "for each new key of an open time; of incomparable times within one prefix either may come first.",
    example: {
      with: { key: "record.city" },
      inputs: { in: [{ city: "Oslo", n: 1 }, { city: "Lima", n: 2 }, { city: "Oslo", n: 3 }] },
      outputs: { out: [{ city: "Oslo", n: 1 }, { city: "Lima", n: 2 }] },
    },
    types: { outputs: { out: "in" } },
    config: z.strictObject({
      key: expression<(record: unknown) => unknown>("record").optional(),
      per: perSchema.default("time"),
      emit: z.enum(["complete", "receipt"]).default("complete"),
    }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    interest: ({ per, emit }) =>
      per === "forever" && emit === "receipt" ? "never" : "notifications",
    pacts: ({ key }) => ({ in: exchangeBy(key ?? itself) }),
    state: {
      version: 1,
      schema: z.array(z.tuple([
        timeSchema,
        z.array(z.unknown()),
        z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.unknown()]))])),
      ])),
    },
    create: ({ config, out, notifyAt, state, blame }) => {
      const keyOf = config.key ?? itself;
      const emission = new Emission<unknown>(out.out);
      const states = state({ per: config.per, create: () => new Seen() });
      return {
        receive: {
          in(batch) {
            const seen = states.at(batch.time);
            if (config.emit === "complete") {
              if (seen.file(batch, keyOf, blame)) notifyAt(batch.time);
              return;
            }
            emission.add(batch.time, seen.takeFresh(batch, keyOf, blame));
            return emission.run();
          },
        },
        notify(time) {
          emission.add(time, states.at(time).answer(time));
          return emission.run();
        },
        resume: () => emission.run(),
        size: () => emission.kept(),
        snapshot: () =>
          [...states].map(([prefix, { sent, waiting }]) => [
            prefix,
            [...sent],
            [...waiting].map(([time, candidates]) => [time, [...candidates]]),
          ]),
        restore(saved) {
          const entries = saved as [Time, unknown[], [Time, [unknown, unknown][]][]][];
          states.load(entries.map(([prefix, keys, times]) => [prefix, revive(keys, times)]));
        },
      };
    },
  });

function addNew(set: KeySet, key: unknown): boolean {
  if (set.has(key)) return false;
  set.add(key);
  return true;
}

function revive(keys: unknown[], times: [Time, [unknown, unknown][]][]): Seen {
  const seen = new Seen();
  for (const key of keys) seen.sent.add(key);
  for (const [time, candidates] of times) {
    seen.waiting.set(time, KeyMap.from(candidates));
  }
  return seen;
}
