import { z } from "zod";
import type { Values } from "../../batches/data.ts";
import { KeyMap } from "../../batches/key_map.ts";
import { join as joinTimes, lessEqual, type Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { type Keeps, type Kept, keptLists, keptTogether } from "../contract/kept.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { exchangeBy } from "../contract/pact.ts";
import { perSchema, timeSchema } from "../contract/schemas.ts";
import type { Per } from "../contract/state.ts";

/** Which records meet, and what comes of it. */
export interface JoinOptions<L, R, K, O> {
  /** The key of a record on the left; keys compare by value. */
  readonly leftKey: (left: L) => K;
  /** The key of a record on the right. */
  readonly rightKey: (right: R) => K;
  /** What is sent for a pair. */
  readonly value: (left: L, right: R, key: K) => O;
  /** How long records wait for partners: within their `time` (the default), `epoch`, a prefix, `forever`. */
  readonly per?: Per | undefined;
}

type JoinConfig = JoinOptions<unknown, unknown, unknown, unknown> & { readonly per: Per };
type Entry = readonly [time: Time, record: unknown];
type Side = KeyMap<Entry[]>;
/** What is kept of both streams. */
class Sides implements Keeps {
  readonly left: Side = new KeyMap();
  readonly right: Side = new KeyMap();
  /** How many records the left has, and the right. */
  lefts = 0;
  rights = 0;

  kept(): Kept {
    return keptTogether([keptLists(this.left, this.lefts), keptLists(this.right, this.rights)]);
  }
}

/**
 * Every pair of records with equal keys whose times share a prefix, sent at once at the join of the two
 * times. Both sides are kept until their prefix is complete.
 */
export const join: OperatorDefinition<
  JoinConfig,
  { readonly left: z.ZodType<unknown>; readonly right: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown> },
  Defaults<JoinConfig, "per">
> = defineOperator({
  name: "join",
  version: "1.0.0",
  summary: "Pairs the records of two streams that have equal keys",
  docs:
    "Every pair of a left and a right record with equal keys, as `value` makes it of them, as soon as both " +
    "are there. `per` says how long records wait for partners: within their `time`, their `epoch` (across the " +
    "rounds of loops), or `forever`. Pairs come in the order in which their records met, which with two inputs " +
    "need not be the same in each run. It keeps all records of both sides for that long, and gives way within the " +
    "pairs of one record when its output budget is spent.",
  example: {
    with: { leftKey: "left.id", rightKey: "right.id", value: "left.name + ' ' + right.city" },
    inputs: {
      left: [{ id: 1, name: "Ann" }],
      right: [{ id: 1, city: "Oslo" }, { id: 2, city: "Lima" }],
    },
    outputs: { out: ["Ann Oslo"] },
  },
  types: { parameters: { key: "leftKey" }, outputs: { out: "value" } },
  config: z.strictObject({
    leftKey: expression<(left: unknown) => unknown>("left"),
    rightKey: expression<(right: unknown) => unknown>("right"),
    value: expression<(left: unknown, right: unknown, key: unknown) => unknown>(
      "left",
      "right",
      "key",
    ),
    per: perSchema.default("time"),
  }),
  inputs: { left: anyRecord, right: anyRecord },
  outputs: { out: anyRecord },
  interest: ({ per }) => per === "forever" ? "never" : "notifications",
  pacts: ({ leftKey, rightKey }) => ({ left: exchangeBy(leftKey), right: exchangeBy(rightKey) }),
  state: {
    version: 1,
    schema: z.array(z.tuple([timeSchema, sideSchema(), sideSchema()])),
  },
  create: ({ config, out, state, blame }) => {
    const states = state<Sides>({
      per: config.per,
      create: () => new Sides(),
    });
    const flipped = (right: unknown, left: unknown, key: unknown) => config.value(left, right, key);
    const cursor = new PairCursor(out.out, blame);
    return {
      receive: {
        left(batch) {
          const sides = states.at(batch.time);
          const { left, right } = sides;
          sides.lefts += batch.length;
          return cursor.start(batch, config.leftKey, left, right, config.value);
        },
        right(batch) {
          const sides = states.at(batch.time);
          const { left, right } = sides;
          sides.rights += batch.length;
          return cursor.start(batch, config.rightKey, right, left, flipped);
        },
      },
      resume: () => cursor.run(),
      snapshot: () =>
        [...states].map(([prefix, { left, right }]) => [prefix, [...left], [...right]]),
      restore(saved) {
        const entries = saved as [Time, [unknown, Entry[]][], [unknown, Entry[]][]][];
        states.load(
          entries.map(([prefix, left, right]) => [prefix, revive(left, right)] as const),
        );
      },
    };
  },
});

/** Walks through the pairs of one batch with the other side, and can stop after any of them. */
class PairCursor {
  readonly #out: OutputPort<unknown>;
  readonly #blame: (error: unknown, record: unknown) => Error;
  #values: Values<unknown> = [];
  #length = 0;
  #time: Time = 0;
  #keyOf!: (record: unknown) => unknown;
  #value!: (record: unknown, other: unknown, key: unknown) => unknown;
  #own!: Side;
  #others!: Side;
  // The record at hand, its key, and how far its partners have been gone through.
  #at = 0;
  #key: unknown = undefined;
  #partners: readonly Entry[] | null = null;
  #partner = 0;

  constructor(out: OutputPort<unknown>, blame: (error: unknown, record: unknown) => Error) {
    this.#out = out;
    this.#blame = blame;
  }

  start(
    batch: Batch<unknown>,
    keyOf: (record: unknown) => unknown,
    own: Side,
    others: Side,
    value: (record: unknown, other: unknown, key: unknown) => unknown,
  ): boolean {
    this.#values = batch.values();
    this.#length = batch.length;
    this.#time = batch.time;
    this.#keyOf = keyOf;
    this.#own = own;
    this.#others = others;
    this.#value = value;
    this.#at = 0;
    this.#partners = null;
    return this.run();
  }

  /** Goes on; true when the budget was spent first. */
  run(): boolean {
    for (; this.#at < this.#length; this.#at++) {
      const record = this.#values[this.#at];
      try {
        if (this.#partners === null) this.#meet(record);
        if (this.#sendPairs(record)) return true;
      } catch (error) {
        throw this.#blame(error, record);
      }
      this.#partners = null;
    }
    this.#values = [];
    return false;
  }

  /** Files the record under its key and looks up its partners. */
  #meet(record: unknown): void {
    const key = this.#key = this.#keyOf(record);
    this.#own.getOrInsert(key, () => []).push([this.#time, record]);
    this.#partners = this.#others.get(key) ?? [];
    this.#partner = 0;
  }

  #sendPairs(record: unknown): boolean {
    const partners = this.#partners!;
    const out = this.#out;
    while (this.#partner < partners.length) {
      if (out.isFull) return true;
      const [time, other] = partners[this.#partner++];
      out.push(this.#meetingTime(time), this.#value(record, other, this.#key));
    }
    return false;
  }

  #meetingTime(other: Time): Time {
    const time = this.#time;
    return other === time || lessEqual(other, time) ? time : joinTimes(time, other);
  }
}

function revive(left: [unknown, Entry[]][], right: [unknown, Entry[]][]): Sides {
  const sides = new Sides();
  for (const [key, list] of left) {
    sides.left.set(key, [...list]);
    sides.lefts += list.length;
  }
  for (const [key, list] of right) {
    sides.right.set(key, [...list]);
    sides.rights += list.length;
  }
  return sides;
}

function sideSchema(): z.ZodType<[unknown, [Time, unknown][]][]> {
  return z.array(z.tuple([z.unknown(), z.array(z.tuple([timeSchema, z.unknown()]))]));
}
