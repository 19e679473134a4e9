import { z } from "zod";
import { KeyMap, KeySet } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import { anyRecord, defineOperator } from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { timeSchema } from "../contract/schemas.ts";
import { eachKeyed, itself } from "../keyed/keys.ts";
import { type SetConfig, setKey, type SetOperator, setPacts, sides } from "./sets.ts";

/** The keys of one time. Each is in one of them. */
class Meeting {
  /** The first record of keys that only the left has so far. */
  readonly left: KeyMap<unknown> = new KeyMap();
  /** Keys that only the right has so far. */
  readonly right: KeySet = new KeySet();
  /** Keys that both have, whose record was sent. */
  readonly sent: KeySet = new KeySet();
}

/** One record of the left for each key that both sides have at a time. It keeps the keys of open times. */
export const intersect: SetOperator<SetConfig> = defineOperator({
  name: "intersect",
  version: "1.0.0",
  summary: "Sends one record for each key that both of two streams have at a time",
  docs:
    "An intersection of sets, time by time. `key` is what records are compared by, the record itself when it " +
    "is left out. Of each key that both sides have, the left's first record is sent, once, as soon as both " +
    "have come.",
  example: {
    with: { key: "record.id" },
    inputs: { left: [{ id: 1, of: "l" }, { id: 2, of: "l" }], right: [{ id: 1, of: "r" }] },
    outputs: { out: [{ id: 1, of: "l" }] },
  },
  types: { outputs: { out: "left" } },
  config: z.strictObject({ key: setKey() }),
  inputs: sides,
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: setPacts,
  state: {
    version: 1,
    schema: z.array(z.tuple([
      timeSchema,
      z.array(z.tuple([z.unknown(), z.unknown()])),
      z.array(z.unknown()),
      z.array(z.unknown()),
    ])),
  },
  create: ({ config, out, state, blame }) => {
    const keyOf = config.key ?? itself;
    const states = state({ create: () => new Meeting() });
    const emission = new Emission<unknown>(out.out);
    return {
      receive: {
        left(batch) {
          const { left, right, sent } = states.at(batch.time);
          const found: unknown[] = [];
          eachKeyed(batch, keyOf, blame, (key, record) => {
            if (sent.has(key) || left.has(key)) return;
            if (!right.delete(key)) return void left.set(key, record);
            sent.add(key);
            found.push(record);
          });
          emission.add(batch.time, found);
          return emission.run();
        },
        right(batch) {
          const { left, right, sent } = states.at(batch.time);
          const found: unknown[] = [];
          eachKeyed(batch, keyOf, blame, (key) => {
            if (sent.has(key)) return;
            if (!left.has(key)) return void right.add(key);
            found.push(left.get(key));
            left.delete(key);
            sent.add(key);
          });
          emission.add(batch.time, found);
          return emission.run();
        },
      },
      resume: () => emission.run(),
      size: () => emission.kept(),
      snapshot: () =>
        [...states].map(([time, { left, right, sent }]) => [
          time,
          [...left],
          [...right],
          [...sent],
        ]),
      restore(saved) {
        const entries = saved as [Time, [unknown, unknown][], unknown[], unknown[]][];
        states.load(entries.map(([time, ...keys]) => [time, revive(...keys)] as const));
      },
    };
  },
});

function revive(left: [unknown, unknown][], right: unknown[], sent: unknown[]): Meeting {
  const meeting = new Meeting();
  for (const [key, record] of left) meeting.left.set(key, record);
  for (const key of right) meeting.right.add(key);
  for (const key of sent) meeting.sent.add(key);
  return meeting;
}
