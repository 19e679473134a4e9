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
import { exchangeBy, gather } from "../contract/pact.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { GroupEmission } from "./group_emission.ts";
import { compareOrdered, type Ordered, ordered } from "./order.ts";
import { type Keeps, type Kept, keptIn } from "../contract/kept.ts";

/** How many records of which groups, and what they are ranked by. */
export interface TopKOptions<T> {
  /** How many records of a group are kept. */
  readonly k: number;
  /** What records are ranked by, the largest first. */
  readonly by: (record: T) => Ordered;
  /** What the records of a group have in common; all of a time are one group when left out. */
  readonly key?: ((record: T) => unknown) | undefined;
}

interface TopKConfig {
  readonly k: number;
  readonly by: (record: unknown) => unknown;
  readonly key?: ((record: unknown) => unknown) | undefined;
}

type Entry = readonly [by: Ordered, record: unknown];

/** The best records of one group, and never more than twice as many as are asked for. */
class Best implements Keeps {
  #entries: Entry[];
  readonly #k: number;
  // What a record has to surpass, once k are known.
  #least: Ordered | undefined;

  constructor(k: number, entries: readonly Entry[] = []) {
    this.#k = k;
    this.#entries = [...entries];
  }

  add(by: Ordered, record: unknown): void {
    const entries = this.#entries;
    // Where nothing has to be surpassed yet, this is what refuses values of two kinds.
    const order = entries.length === 0 ? 1 : compareOrdered(by, this.#least ?? entries[0][0]);
    if (this.#least !== undefined && order <= 0) return;
    entries.push([by, record]);
    if (entries.length >= 2 * this.#k) this.#cut();
  }

  /** The best, the largest first; of equal ones those that came first. */
  entries(): readonly Entry[] {
    this.#cut();
    return this.#entries;
  }

  kept(): Kept {
    return keptIn(this.#entries);
  }

  #cut(): void {
    // The sort is stable, and what came later stands later.
    this.#entries.sort((a, b) => compareOrdered(b[0], a[0]));
    if (this.#entries.length < this.#k) return;
    this.#entries.length = this.#k;
    this.#least = this.#entries[this.#k - 1][0];
  }
}

/** The k largest records of each time and key. Its state is at most 2k records for each key of open times. */
export const topK: UnaryOperator<TopKConfig> = defineOperator({
  name: "topK",
  version: "1.0.0",
  summary: "Emits the k largest records of each time and key once the time is complete",
  docs:
    "`by` is what records are ranked by: numbers, strings, booleans, bigints or dates, all of one kind within " +
    "a group; anything else, and NaN, is refused. For each `key` (in the order in which keys came first), or " +
    "for all records of the time on all workers when there is none, the `k` largest come out, the largest " +
    "first, or as many as there are. Of records that rank equal those that came first are kept; which came " +
    "first is for the program to say with one worker only, so with several give `by` no ties that matter.",
  example: {
    with: { k: 2, by: "record.n" },
    inputs: { in: [{ n: 3 }, { n: 9 }, { n: 1 }, { n: 5 }] },
    outputs: { out: [{ n: 9 }, { n: 5 }] },
  },
  types: { outputs: { out: "in" } },
  config: z.strictObject({
    k: z.int().min(1).meta({ description: "how many records of a group" }),
    by: expression<(record: unknown) => unknown>("record"),
    key: expression<(record: unknown) => unknown>("record").optional(),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: ({ key }) => ({ in: key === undefined ? gather : exchangeBy(key) }),
  state: {
    version: 1,
    schema: z.array(z.tuple([
      timeSchema,
      z.array(z.tuple([z.unknown(), z.array(z.tuple([z.unknown(), z.unknown()]))])),
    ])),
  },
  create: ({ config, out, notifyAt, blame }) => {
    const groups = new TimeMap<KeyMap<Best>>();
    const emission = new GroupEmission<readonly [unknown, Best]>(out.out, {
      resultsOf: ([, best]) => best.entries().map(([, record]) => record),
      blame: (error, [key]) => blame(error, { key }),
    });
    return {
      receive: {
        in(batch) {
          if (!groups.has(batch.time)) {
            notifyAt(batch.time);
            groups.set(batch.time, new KeyMap());
          }
          take(batch, config, groups.get(batch.time)!, blame);
        },
      },
      notify: (time) => emission.start(time, groups.take(time) ?? []),
      resume: () => emission.run(),
      size: () => keptIn(groups, emission),
      snapshot: () =>
        [...groups].map(([time, each]) => [
          time,
          [...each].map(([key, best]) => [key, best.entries()]),
        ]),
      restore(saved) {
        for (const [time, entries] of saved as [Time, [unknown, Entry[]][]][]) {
          const each = new KeyMap<Best>();
          for (const [key, best] of entries) each.set(key, new Best(config.k, best));
          groups.set(time, each);
        }
      },
    };
  },
});

function take(
  batch: Batch<unknown>,
  { k, by, key: keyOf }: TopKConfig,
  groups: KeyMap<Best>,
  blame: (error: unknown, record: unknown) => Error,
): void {
  const values = batch.values();
  const make = () => new Best(k);
  let i = 0;
  try {
    for (; i < batch.length; i++) {
      const key = keyOf === undefined ? null : keyOf(values[i]);
      groups.getOrInsert(key, make).add(ordered(by(values[i])), values[i]);
    }
  } catch (error) {
    throw blame(error, values[i]);
  }
}
