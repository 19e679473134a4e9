import { z } from "zod";
import { KeyMap } from "../../batches/key_map.ts";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { show } from "../contract/fault.ts";
import { exchangeBy } from "../contract/pact.ts";
import { perSchema, timeSchema } from "../contract/schemas.ts";
import type { Per } from "../contract/state.ts";
import { TimeMap } from "../contract/time_map.ts";
import { GroupEmission } from "./group_emission.ts";
import { keptTogether, waitingIn } from "../contract/kept.ts";

/** What a step does. Whatever is left out does not happen. */
export interface Step<S, O> {
  /** The key's state from now on. */
  readonly state?: S;
  /** What is sent, one by one: a list, a generator or another iterable. */
  readonly emit?: Iterable<O>;
  /** Forgets the key: its next record begins with `initial` again. */
  readonly drop?: boolean;
}

/** One machine for each key. */
export interface StateMachineOptions<T, K, S, O> {
  /** What the records of a machine have in common; keys compare by value. */
  readonly key: (record: T) => K;
  /** The state that a machine begins with. */
  readonly initial: (key: K) => S;
  /** One more record. The state is the machine's own and may be changed in place. */
  readonly fold: (state: S, record: T, key: K, time: Time) => Step<S, O> | void;
  /** How long machines live: `forever` (the default), within their `epoch`, or a prefix. */
  readonly per?: Per | undefined;
}

interface StateMachineConfig {
  readonly key: (record: unknown) => unknown;
  readonly initial: (key: unknown) => unknown;
  readonly fold: (
    state: unknown,
    record: unknown,
    key: unknown,
    time: Time,
  ) => Step<unknown, unknown> | void;
  readonly per: Per;
}

type Machines = KeyMap<unknown>;

const PARTS: readonly string[] = ["state", "emit", "drop"];
const NOTHING: readonly unknown[] = Object.freeze([]);

/**
 * A state for each key that lives across times, moved by the key's records in the order of their times.
 * It keeps the records of open times, and a state for each key until the key is dropped.
 */
export const stateMachine: UnaryOperator<StateMachineConfig, Defaults<StateMachineConfig, "per">> =
  defineOperator({
    name: "stateMachine",
    version: "1.0.0",
    summary: "Keeps a state for each key, moved by its records in the order of their times",
    docs:
      "The records of a time are taken when it is complete, in the order in which they came, after those of " +
      "every earlier time; of incomparable times either may be first. For each `fold` returns " +
      "`{state, emit, drop}`: the state from now on (the one there was, which code may have changed in " +
      "place, when it is left out), what is sent at the record's time, and whether the key is forgotten, so " +
      "that its next record begins with `initial`. Keys that are never dropped stay until their `per` is " +
      "complete, which by default is never. It gives way between records and within what one of them emits. " +
      "Timely's `state_machine` takes records of the earliest open time at once; this one waits, so that " +
      "within a time, too, none overtakes another of its sender.",
    example: {
      with: {
        key: "record.user",
        initial: "0",
        fold: "{'state': state + record.n, 'emit': [{'user': key, 'total': state + record.n}]}",
      },
      inputs: { in: [{ user: "ann", n: 2 }, { user: "bob", n: 1 }, { user: "ann", n: 3 }] },
      outputs: {
        out: [{ user: "ann", total: 2 }, { user: "bob", total: 1 }, { user: "ann", total: 5 }],
      },
    },
    types: { parameters: { key: "key" } },
    config: z.strictObject({
      key: expression<(record: unknown) => unknown>("record"),
      initial: expression<(key: unknown) => unknown>("key"),
      fold: expression<StateMachineConfig["fold"]>("state", "record", "key", "time"),
      per: perSchema.default("forever"),
    }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    interest: "notifications",
    pacts: ({ key }) => ({ in: exchangeBy(key) }),
    state: {
      version: 1,
      schema: z.tuple([
        z.array(z.tuple([timeSchema, z.array(z.unknown())])),
        z.array(z.tuple([timeSchema, z.array(z.tuple([z.unknown(), z.unknown()]))])),
      ]),
    },
    create: ({ config, out, notifyAt, state, blame }) => {
      const pending = new TimeMap<unknown[]>();
      const machines = state<Machines>({ per: config.per, create: () => new KeyMap() });
      const emission = new GroupEmission<unknown>(out.out, {
        resultsOf: (record, time) => step(machines.at(time), record, time, config),
        blame,
      });
      return {
        receive: {
          in(batch) {
            const { time } = batch;
            const rows = pending.getOrInsert(time, () => {
              notifyAt(time);
              return [];
            });
            for (const record of batch) rows.push(record);
          },
        },
        notify: (time) => emission.start(time, pending.take(time) ?? []),
        resume: () => emission.run(),
        close: () => emission.close(),
        size: () => keptTogether([waitingIn(pending), emission.kept()]),
        snapshot: () => [
          [...pending],
          [...machines].map(([prefix, each]) => [prefix, [...each]]),
        ],
        restore(saved) {
          const [rows, entries] = saved as [
            [Time, unknown[]][],
            [Time, [unknown, unknown][]][],
          ];
          pending.load(rows);
          machines.load(entries.map(([prefix, each]) => [prefix, KeyMap.from(each)] as const));
        },
      };
    },
  });

function step(
  machines: Machines,
  record: unknown,
  time: Time,
  { key: keyOf, initial, fold }: StateMachineConfig,
): Iterable<unknown> {
  const key = keyOf(record);
  const known = machines.get(key);
  const before = known !== undefined || machines.has(key) ? known : initial(key);
  const taken = fold(before, record, key, time) ?? {};
  // A name that is not known would be a state that never changes, or results that never come.
  if (typeof taken !== "object" || Object.keys(taken).some((part) => !PARTS.includes(part))) {
    throw new TypeError(
      `it has to return an object with state, emit and drop, or some of them, not ${show(taken)}`,
    );
  }
  if (taken.drop === true) machines.delete(key);
  else machines.set(key, Object.hasOwn(taken, "state") ? taken.state : before);
  return taken.emit ?? NOTHING;
}
