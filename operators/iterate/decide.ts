import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import { formatTime } from "../../progress/time.ts";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { MeanderError } from "../contract/fault.ts";
import { waitingIn } from "../contract/kept.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";

/** When a loop is given up that finds no fixed point. */
export interface DecideConfig {
  /** What changes still after so many iterations… */
  readonly maxIterations?: number | undefined;
  /** … fails the dataflow, or leaves as it is then. */
  readonly onLimit: "fail" | "leave";
}

/** The records of one time until it is known where they go. */
interface Round {
  readonly records: unknown[];
  isChanged: boolean;
}

/**
 * The end of a loop that goes round until nothing changes: the records of a time are done when nobody has
 * told of a change at that time, and go round again otherwise. Its state is the records of each open time.
 */
export const decide: OperatorDefinition<
  DecideConfig,
  { readonly in: z.ZodType<unknown>; readonly changed: z.ZodType<boolean> },
  { readonly again: z.ZodType<unknown>; readonly done: z.ZodType<unknown> },
  Defaults<DecideConfig, "onLimit">
> = defineOperator({
  name: "decide",
  version: "1.0.0",
  summary: "Ends a loop at the times at which nothing has changed",
  config: z.strictObject({
    maxIterations: z.int().min(1).optional(),
    onLimit: z.enum(["fail", "leave"]).default("fail"),
  }),
  inputs: { in: anyRecord, changed: z.boolean() },
  outputs: { again: anyRecord, done: anyRecord },
  interest: "notifications",
  // Whether to go on is for all workers to decide alike.
  pacts: () => ({ changed: { kind: "broadcast" } }),
  state: {
    version: 1,
    schema: z.array(z.tuple([timeSchema, z.array(z.unknown()), z.boolean()])),
  },
  create: ({ config, name, out, notifyAt }) => {
    const open = new TimeMap<Round>();
    const again = new Emission<unknown>(out.again);
    const done = new Emission<unknown>(out.done);
    const run = () => again.run() || done.run();
    const limit = config.maxIterations ?? Infinity;
    const at = (time: Time): Round => {
      const known = open.get(time);
      if (known !== undefined) return known;
      const round: Round = { records: [], isChanged: false };
      open.set(time, round);
      notifyAt(time);
      return round;
    };
    return {
      receive: {
        in(batch) {
          const { records } = at(batch.time);
          for (const record of batch) records.push(record);
        },
        changed(batch) {
          at(batch.time).isChanged = true;
        },
      },
      notify(time) {
        const { records, isChanged } = open.take(time)!;
        const isLast = (time as readonly number[]).at(-1)! + 1 >= limit;
        if (isChanged && isLast && config.onLimit === "fail") throw noFixpoint(name, limit, time);
        (isChanged && !isLast ? again : done).add(time, records);
        return run();
      },
      resume: run,
      size: () => waitingIn(open, again, done),
      snapshot: () => [...open].map(([time, round]) => [time, round.records, round.isChanged]),
      restore(saved) {
        for (const [time, records, isChanged] of saved as [Time, unknown[], boolean][]) {
          open.set(time, { records: [...records], isChanged });
        }
      },
    };
  },
});

function noFixpoint(name: string, limit: number, time: Time): MeanderError {
  return new MeanderError(
    "MEANDER_ITERATIONS",
    `Cannot find a fixed point at "${name}" within maxIterations ${limit}: records still change at ` +
      formatTime(time),
    { where: name, hint: 'Raise maxIterations, or take the result as it is with onLimit: "leave"' },
  );
}
