import { z } from "zod";
import { KeySet } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import { anyRecord, defineOperator } from "../contract/definition.ts";
import { TimeMap } from "../contract/time_map.ts";
import { GroupEmission } from "../keyed/group_emission.ts";
import { Groups } from "../keyed/groups.ts";
import { eachKeyed, itself } from "../keyed/keys.ts";
import { pairsByTime, type SetConfig, setKey, type SetOperator, setPacts, sides } from "./sets.ts";
import { keptIn } from "../contract/kept.ts";

interface Sides {
  /** Records of keys that the right does not have so far. */
  readonly left: Groups;
  /** All keys of the right. */
  readonly right: KeySet;
}

/**
 * The left's records whose keys the right does not have at the same time, as many as there are, once the
 * time is complete on both sides.
 */
export const except: SetOperator<SetConfig> = defineOperator({
  name: "except",
  version: "1.0.0",
  summary: "Sends the records of one stream whose keys another does not have at the same time",
  docs:
    "A difference, time by time: every record of the left whose key no record of the right has at its time, " +
    "when the time is complete on both sides. `key` is what records are compared by, the record itself when " +
    "it is left out. As with Lindi's Except equal records of the left all come out; put a `distinct` behind " +
    "it for a set. Records come by key, keys in the order in which they came first.",
  example: {
    with: { key: "record.id" },
    inputs: { left: [{ id: 1 }, { id: 2 }, { id: 2 }], right: [{ id: 1 }, { id: 3 }] },
    outputs: { out: [{ id: 2 }, { id: 2 }] },
  },
  types: { outputs: { out: "left" } },
  config: z.strictObject({ key: setKey() }),
  inputs: sides,
  outputs: { out: anyRecord },
  interest: "notifications",
  pacts: setPacts,
  state: {
    version: 1,
    schema: pairsByTime(z.tuple([z.unknown(), z.array(z.unknown())]), z.unknown()),
  },
  create: ({ config, out, notifyAt, blame }) => {
    const keyOf = config.key ?? itself;
    const times = new TimeMap<Sides>();
    const emission = new GroupEmission<readonly [unknown, unknown[]]>(out.out, {
      resultsOf: ([, records]) => records,
      blame: (error, [key]) => blame(error, { key }),
    });
    const sidesAt = (time: Time): Sides =>
      times.getOrInsert(time, () => {
        notifyAt(time);
        return { left: new Groups(), right: new KeySet() };
      });
    return {
      receive: {
        left(batch) {
          const { left, right } = sidesAt(batch.time);
          eachKeyed(batch, keyOf, blame, (key, record) => {
            if (!right.has(key)) left.add(key, record);
          });
        },
        right(batch) {
          const { left, right } = sidesAt(batch.time);
          eachKeyed(batch, keyOf, blame, (key) => {
            if (right.add(key)) left.delete(key);
          });
        },
      },
      notify: (time) => emission.start(time, times.take(time)?.left ?? []),
      resume: () => emission.run(),
      size: () => keptIn(times, emission),
      snapshot: () => [...times].map(([time, { left, right }]) => [time, [...left], [...right]]),
      restore(saved) {
        for (const [time, left, right] of saved as [Time, [unknown, unknown[]][], unknown[]][]) {
          times.set(time, { left: Groups.of(left), right: KeySet.from(right) });
        }
      },
    };
  },
});
