import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import { anyRecord, type Defaults, defineOperator } from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { eachKeyed, itself } from "../keyed/keys.ts";
import {
  pairsByTime,
  type SetConfig,
  setKey,
  type SetOperator,
  type SetOptions,
  setPacts,
  sides,
} from "./sets.ts";

/** What counts as equal, and when the answer comes. */
export interface UnionOptions<T, R = T> extends SetOptions<T, R> {
  /**
   * `complete` (the default) answers when a time is complete, and prefers the left's record of a key.
   * `receipt` answers at once with the record that came first, whichever side it is of.
   */
  readonly emit?: "complete" | "receipt" | undefined;
}

interface UnionConfig extends SetConfig {
  readonly emit: "complete" | "receipt";
}

/** The first record of each key by side. On receipt the left's alone is used, for either. */
interface Firsts {
  readonly left: KeyMap<unknown>;
  readonly right: KeyMap<unknown>;
}

/** One record for each key that either side has at a time. It keeps one record for each key of open times. */
export const union: SetOperator<UnionConfig, Defaults<UnionConfig, "emit">> = defineOperator({
  name: "union",
  version: "1.0.0",
  summary: "Sends one record for each key that either of two streams has at a time",
  docs:
    "A union of sets, time by time; all records of both, equal ones included, are `concat`'s. `key` is what " +
    "records are compared by, the record itself when it is left out. With `emit: complete` answers come when " +
    "a time is complete: of each key the left's first record, or the right's first when the left has none, " +
    "keys of the left first. With `receipt` they come at once, with the record that came first of either " +
    "side, which for records that differ beside their key need not be the same in each run.",
  example: {
    with: { key: "record.id" },
    inputs: { left: [{ id: 1, of: "l" }], right: [{ id: 1, of: "r" }, { id: 2, of: "r" }] },
    outputs: { out: [{ id: 1, of: "l" }, { id: 2, of: "r" }] },
  },
  config: z.strictObject({
    key: setKey(),
    emit: z.enum(["complete", "receipt"]).default("complete"),
  }),
  inputs: sides,
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: setPacts,
  state: {
    version: 1,
    schema: pairsByTime(z.tuple([z.unknown(), z.unknown()]), z.tuple([z.unknown(), z.unknown()])),
  },
  create: ({ config, out, notifyAt, state, blame }) => {
    const keyOf = config.key ?? itself;
    const states = state<Firsts>({
      create: () => ({ left: new KeyMap(), right: new KeyMap() }),
    });
    const emission = new Emission<unknown>(out.out);
    const receive = (side: "left" | "right") => (batch: Parameters<typeof eachKeyed>[0]) => {
      const firsts = states.at(batch.time);
      if (config.emit === "complete") {
        notifyAt(batch.time);
        return eachKeyed(batch, keyOf, blame, (key, record) => {
          if (!firsts[side].has(key)) firsts[side].set(key, record);
        });
      }
      const fresh: unknown[] = [];
      eachKeyed(batch, keyOf, blame, (key, record) => {
        if (firsts.left.has(key)) return;
        // That it came is all that is asked for later.
        firsts.left.set(key, null);
        fresh.push(record);
      });
      emission.add(batch.time, fresh);
      return emission.run();
    };
    return {
      receive: { left: receive("left"), right: receive("right") },
      notify(time) {
        const { left, right } = states.at(time);
        emission.add(time, [...left.values()]);
        emission.add(time, [...right].flatMap(([key, record]) => left.has(key) ? [] : [record]));
        return emission.run();
      },
      resume: () => emission.run(),
      size: () => emission.kept(),
      snapshot: () => [...states].map(([time, { left, right }]) => [time, [...left], [...right]]),
      restore(saved) {
        const entries = saved as [Time, [unknown, unknown][], [unknown, unknown][]][];
        states.load(
          entries.map(([time, left, right]) =>
            [time, { left: KeyMap.from(left), right: KeyMap.from(right) }] as const
          ),
        );
      },
    };
  },
});
