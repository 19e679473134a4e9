import { z } from "zod";
import { KeyMap, KeySet } from "../batches/key_map.ts";
import type { Time } from "../progress/time.ts";
import type { Batch } from "./contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "./contract/definition.ts";
import { Emission } from "./contract/emission.ts";
import { exchangeBy } from "./contract/pact.ts";
import { perSchema, timeSchema } from "./contract/schemas.ts";
import type { Per } from "./contract/state.ts";
import { TimeMap } from "./contract/time_map.ts";

/** What counts as equal, and for how long. */
export interface DistinctOptions<T> {
  /** What records are compared by; the record itself when left out. Keys compare by value. */
  readonly key?: (record: T) => unknown;
  /** How long a key is remembered: within its `time` (the default), its `epoch`, a prefix, or `forever`. */
  readonly per?: Per;
  /**
   * `complete` (the default) answers when a time is complete, with the keys not seen at an earlier time of
   * the prefix: the answer is the same on any number of workers. `receipt` answers at once.
   */
  readonly emit?: "complete" | "receipt";
}

interface DistinctConfig {
  readonly key?: ((record: unknown) => unknown) | undefined;
  readonly per: Per;
  readonly emit: "complete" | "receipt";
}

interface Seen {
  /** Keys that were sent. */
  readonly sent: KeySet;
  /** Candidates of times that are not complete, by time. */
  readonly waiting: TimeMap<KeyMap<unknown>>;
}

const itself = (record: unknown) => record;

/**
 * The first record of each key. In a loop it is what ends the loop, and is then used `per: "epoch"`:
 * with `emit: "complete"` a key gets out at the least iteration in which it occurs.
 */
export const distinct: UnaryOperator<DistinctConfig> = defineOperator({
  name: "distinct",
  version: "1.0.0",
  summary: "Keeps the first record of each key",
  config: z.strictObject({
    key: expression<(record: unknown) => unknown>("record").optional(),
    per: perSchema.default("time"),
    emit: z.enum(["complete", "receipt"]).default("complete"),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: ({ per, emit }) => per === "forever" && emit === "receipt" ? "never" : "notifications",
  pacts: ({ key }) => ({ in: exchangeBy(key ?? itself) }),
  state: {
    version: 1,
    schema: z.array(z.tuple([
      timeSchema,
      z.array(z.unknown()),
      z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.unknown()]))])),
    ])),
  },
  // The handlers share one state; apart they would only pass it round.
  // deno-lint-ignore meander/function-length
  create: ({ config, out, notifyAt, state, blame }) => {
    const key = config.key ?? itself;
    const emission = new Emission<unknown>(out.out);
    const states = state<Seen>({
      per: config.per,
      create: () => ({ sent: new KeySet(), waiting: new TimeMap() }),
    });
    const takeFresh = (batch: Batch<unknown>, { sent }: Seen): void => {
      const fresh: unknown[] = [];
      for (const record of batch) {
        try {
          if (addNew(sent, key(record))) fresh.push(record);
        } catch (error) {
          throw blame(error, record);
        }
      }
      emission.add(batch.time, fresh);
    };
    const takeCandidates = (batch: Batch<unknown>, { sent, waiting }: Seen): void => {
      let candidates = waiting.get(batch.time);
      for (const record of batch) {
        try {
          const k = key(record);
          if (sent.has(k) || candidates?.has(k)) continue;
          if (candidates === undefined) {
            notifyAt(batch.time);
            waiting.set(batch.time, candidates = new KeyMap());
          }
          candidates.set(k, record);
        } catch (error) {
          throw blame(error, record);
        }
      }
    };
    return {
      receive: {
        in(batch) {
          const seen = states.at(batch.time);
          if (config.emit === "complete") return takeCandidates(batch, seen);
          takeFresh(batch, seen);
          return emission.run();
        },
      },
      notify(time) {
        const { sent, waiting } = states.at(time);
        const fresh: unknown[] = [];
        for (const [k, record] of waiting.take(time) ?? []) if (addNew(sent, k)) fresh.push(record);
        emission.add(time, fresh);
        return emission.run();
      },
      resume: () => emission.run(),
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
  const seen: Seen = { sent: new KeySet(), waiting: new TimeMap() };
  for (const key of keys) seen.sent.add(key);
  for (const [time, candidates] of times) {
    const map = new KeyMap<unknown>();
    for (const [key, record] of candidates) map.set(key, record);
    seen.waiting.set(time, map);
  }
  return seen;
}
