import { z } from "zod";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { show } from "../contract/fault.ts";
import {
  checkEventTime,
  type EventTime,
  eventTime,
  lateOutlet,
  requireEpochs,
} from "./event_time.ts";
import { waitingIn } from "../contract/kept.ts";

/** What records of one time are sorted by: all numbers, or all texts. */
export type SortKey = number | string;

/** The order in which records are sent. */
export interface ReorderOptions<T> {
  /** When a record happened, as a safe integer. */
  readonly at: (record: T, time: number) => number;
  /** What the records of one time are sorted by; in the order in which they came when left out. */
  readonly by?: ((record: T) => number | string) | undefined;
}

interface ReorderConfig {
  readonly at: EventTime<unknown>;
  readonly by?: ((record: unknown) => unknown) | undefined;
}

type Entry = readonly [by: SortKey, record: unknown];

/**
 * Sends each record at the time at which it happened, when that is complete: in the order of event times.
 * Those whose event time is before their own go to the output `late`.
 */
export const reorder: OperatorDefinition<
  ReorderConfig,
  { readonly in: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown>; readonly late: z.ZodType<unknown> }
> = defineOperator({
  name: "reorder",
  version: "1.0.0",
  summary: "Sends records at their event times, in order",
  docs:
    "`at` says when a record happened. It is sent at that time, once it is complete: records leave in the order " +
    "of event times, on each worker. `by` gives a number or a text by which the records of one time are sorted; " +
    "without it they keep the order in which they came. A record that happened before its own time goes to " +
    "the output `late`, at its own time, at once. It keeps the records whose time is not complete. Times have " +
    "to have one coordinate.",
  example: {
    with: { at: "record.at", by: "record.n" },
    inputs: { in: [{ at: 3, n: 2 }, { at: 1, n: 9 }, { at: -1, n: 4 }, { at: 3, n: 1 }] },
    outputs: {
      out: [{ at: 1, n: 9 }, { at: 3, n: 1 }, { at: 3, n: 2 }],
      late: [{ at: -1, n: 4 }],
    },
  },
  types: { results: { at: { kind: "integer" } }, outputs: { out: "in", late: "in" } },
  config: z.strictObject({
    at: eventTime,
    by: expression<(record: unknown) => unknown>("record").optional(),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord, late: anyRecord },
  interest: "notifications",
  state: {
    version: 1,
    schema: z.array(
      z.tuple([
        z.int().min(0),
        z.array(z.tuple([z.union([z.number(), z.string()]), z.unknown()])),
      ]),
    ),
  },
  create: ({ config, name, out, notifyAt, drop, blame }) => {
    requireEpochs(out.out, name, "reorder");
    const { at, by } = config;
    const waiting = new Map<number, Entry[]>();
    const ordered = new Emission<unknown>(out.out);
    const late = new Emission<unknown>(out.late);
    const sendLate = lateOutlet(out.late, late, drop);
    const take = (record: unknown, time: number, overdue: unknown[]) => {
      const happened = checkEventTime(at(record, time));
      if (happened < time) return void overdue.push(record);
      let entries = waiting.get(happened);
      if (entries === undefined) {
        notifyAt(happened);
        waiting.set(happened, entries = []);
      }
      entries.push([by === undefined ? 0 : sortKey(by(record), entries[0]), record]);
    };
    return {
      receive: {
        in(batch) {
          const overdue: unknown[] = [];
          for (const record of batch) {
            try {
              take(record, batch.time as number, overdue);
            } catch (error) {
              throw blame(error, record);
            }
          }
          sendLate(batch.time, overdue);
          return late.run();
        },
      },
      notify(time) {
        const entries = waiting.get(time as number) ?? [];
        waiting.delete(time as number);
        if (by !== undefined) entries.sort(compareEntries);
        ordered.add(time, entries.map(([, record]) => record));
        return ordered.run();
      },
      resume: () => late.run() || ordered.run(),
      size: () => waitingIn(...waiting.values(), ordered, late),
      snapshot: () => Array.from(waiting, ([time, entries]) => [time, [...entries]]),
      restore(state) {
        for (const [time, entries] of state as [number, Entry[]][]) waiting.set(time, entries);
      },
    };
  },
});

/** Checked against the first one of its time: numbers and texts have no order among each other. */
function sortKey(value: unknown, first: Entry | undefined): SortKey {
  const isNumber = typeof value === "number" && !Number.isNaN(value);
  if (!isNumber && typeof value !== "string") {
    throw new TypeError(`it is sorted by ${show(value)}, which is neither a number nor a text`);
  }
  if (first === undefined || typeof first[0] === typeof value) return value as SortKey;
  throw new TypeError(
    `it is sorted by ${show(value)}, and another of its time by ${show(first[0])}`,
  );
}

function compareEntries([a]: Entry, [b]: Entry): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
