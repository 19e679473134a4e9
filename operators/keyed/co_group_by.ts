import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { exchangeBy } from "../contract/pact.ts";
import { ANY } from "../contract/record_type.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { GroupEmission } from "./group_emission.ts";
import { fileByKey, Groups, savedGroups } from "./groups.ts";
import { keptIn } from "../contract/kept.ts";

/** Which records of two streams belong together, and what comes of them. */
export interface CoGroupByOptions<L, R, K, O> {
  /** What the records of a group have in common on the left; keys compare by value. */
  readonly leftKey: (left: L) => K;
  /** The same on the right. */
  readonly rightKey: (right: R) => K;
  /** What is sent for a key that either side has: any number of results, as any iterable. */
  readonly reduce: (key: K, lefts: readonly L[], rights: readonly R[], time: Time) => Iterable<O>;
}

interface Sides {
  readonly left: Groups;
  readonly right: Groups;
}

type Group = readonly [key: unknown, lefts: readonly unknown[], rights: readonly unknown[]];

/**
 * All records of each time and key on both sides together, once the time is complete on both. With a
 * reduction that goes through both lists it makes outer joins, semijoins and antijoins.
 */
export const coGroupBy: OperatorDefinition<
  CoGroupByOptions<unknown, unknown, unknown, unknown>,
  { readonly left: z.ZodType<unknown>; readonly right: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown> }
> = defineOperator({
  name: "coGroupBy",
  version: "1.0.0",
  summary: "Sends what a function makes of all records of each time and key on two sides",
  docs:
    "When a time is complete on both sides, `reduce` is called once for each key that either side has at it, " +
    "with the records of both in the order in which they came; a side that lacks the key gives an empty list. " +
    "Keys of the left come first, then those that only the right has. However many results there are, the " +
    "vertex gives way to what is downstream when its output budget is spent. All records of open times are " +
    "kept: for pairs alone `join` answers at once.",
  example: {
    with: {
      leftKey: "left.id",
      rightKey: "right.id",
      reduce: "lefts.map(l, {'name': l.name, 'orders': size(rights)})",
    },
    inputs: {
      left: [{ id: 1, name: "Ann" }, { id: 2, name: "Bob" }],
      right: [{ id: 1, item: "tea" }, { id: 1, item: "oil" }],
    },
    outputs: { out: [{ name: "Ann", orders: 2 }, { name: "Bob", orders: 0 }] },
  },
  types: {
    parameters: { key: "leftKey" },
    results: { reduce: { kind: "list", of: ANY } },
    outputs: { out: "reduce[]" },
  },
  config: z.strictObject({
    leftKey: expression<(left: unknown) => unknown>("left"),
    rightKey: expression<(right: unknown) => unknown>("right"),
    reduce: expression<
      (
        key: unknown,
        lefts: readonly unknown[],
        rights: readonly unknown[],
        time: Time,
      ) => Iterable<unknown>
    >("key", "lefts", "rights", "time"),
  }),
  inputs: { left: anyRecord, right: anyRecord },
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: ({ leftKey, rightKey }) => ({ left: exchangeBy(leftKey), right: exchangeBy(rightKey) }),
  state: { version: 1, schema: z.array(z.tuple([timeSchema, savedGroups, savedGroups])) },
  create: ({ config, out, notifyAt, blame }) => {
    const times = new TimeMap<Sides>();
    const emission = new GroupEmission<Group>(out.out, {
      resultsOf: ([key, lefts, rights], time) => config.reduce(key, lefts, rights, time),
      blame: (error, [key]) => blame(error, { key }),
    });
    const sidesAt = (time: Time): Sides =>
      times.getOrInsert(time, () => {
        notifyAt(time);
        return { left: new Groups(), right: new Groups() };
      });
    return {
      receive: {
        left: (batch) => fileByKey(batch, config.leftKey, sidesAt(batch.time).left, blame),
        right: (batch) => fileByKey(batch, config.rightKey, sidesAt(batch.time).right, blame),
      },
      notify(time) {
        const sides = times.take(time);
        return emission.start(time, met(sides), sides);
      },
      resume: () => emission.run(),
      close: () => emission.close(),
      size: () => keptIn(times, emission),
      snapshot: () => [...times].map(([time, { left, right }]) => [time, [...left], [...right]]),
      restore(saved) {
        const entries = saved as [Time, [unknown, unknown[]][], [unknown, unknown[]][]][];
        for (const [time, left, right] of entries) {
          times.set(time, { left: Groups.of(left), right: Groups.of(right) });
        }
      },
    };
  },
});

function* met(sides: Sides | undefined): Generator<Group> {
  if (sides === undefined) return;
  const { left, right } = sides;
  for (const [key, lefts] of left) yield [key, lefts, right.get(key) ?? []];
  for (const [key, rights] of right) if (!left.has(key)) yield [key, [], rights];
}
