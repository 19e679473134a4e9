/**
 * Writing a stream down as events.
 *
 * @module
 */
import { z } from "zod";
import type { Data } from "../../batches/data.ts";
import { equalTimes, minimumTime, type Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  type Handlers,
  type OperatorContext,
  type OperatorDefinition,
  type Ports,
} from "../contract/definition.ts";
import { MeanderError, show } from "../contract/fault.ts";
import { gather } from "../contract/pact.ts";
import { type EventSink, isSink, type LogEvent, type TimeChange } from "./event.ts";
import { namingVertex } from "./named_fault.ts";

/** A sink for all workers, or one for each. */
export type CaptureInto<T = unknown> = EventSink<T> | ((worker: number) => EventSink<T>);

/** What a capture is configured with. */
export interface CaptureConfig {
  /** Where the events go. */
  readonly into: CaptureInto;
  /** How many coordinates the stream's times have. */
  readonly depth: number;
}

/** See its summary; `stream.captureInto` is the way to it. */
export const capture: OperatorDefinition<
  CaptureConfig,
  { readonly in: z.ZodType<unknown> },
  Record<never, never>
> = defineOperator({
  name: "capture",
  version: "1.0.0",
  summary: "Writes the records of a stream and its progress to a log",
  docs:
    "Each batch becomes an event when it arrives; each change of what is complete becomes one after all batches " +
    "of the times that are complete. One sink is written by the first worker, which gathers all records. A " +
    "function is called on each worker with its index, and each sink gets the records of its worker; the " +
    "progress is the same in all. The log is ended when nothing more can come, and also when the dataflow " +
    "fails or is cancelled: then it is not complete. It keeps no state: after a restore a new log begins with " +
    "what comes then.",
  config: z.strictObject({
    into: z.custom<CaptureInto>((value) => typeof value === "function" || isSink(value), {
      error: "expected a sink of events, with push and end, or a function of the worker's index",
    }),
    depth: z.int().min(1),
  }),
  inputs: { in: anyRecord },
  outputs: {},
  interest: "always",
  pacts: ({ into }) => typeof into === "function" ? {} : { in: gather },
  create: (context) => {
    const { config: { into }, worker } = context;
    if (typeof into === "function") return capturing(checked(into(worker.index), context), context);
    // Its records are with the first worker.
    return worker.index === 0 ? capturing(into, context) : { receive: { in: () => {} } };
  },
});

type CaptureContext = OperatorContext<CaptureConfig, Record<never, never>>;

function capturing(sink: EventSink, context: CaptureContext): Handlers<{ in: Ports[string] }> {
  const { frontier, name, config: { depth } } = context;
  const push = (event: LogEvent) => namingVertex("capture", name, () => sink.push(event));
  let known: readonly Time[] = [minimumTime(depth)];
  let isOpen = true;
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    namingVertex("capture", name, () => sink.end());
  };
  push({ kind: "progress", changes: [[known[0], 1]] });
  return {
    receive: {
      in: (batch) => push({ kind: "messages", time: batch.time, records: keptData(batch) }),
    },
    frontier() {
      const now = [...frontier("in")];
      const changes = changesBetween(known, now);
      if (changes.length > 0) push({ kind: "progress", changes });
      known = now;
      if (now.length === 0) end();
    },
    close: end,
  };
}

/** The data as something that stays: a pooled buffer is used again after the callback. */
function keptData(batch: Batch): Data<unknown> {
  const { data, length, lease } = batch;
  if (lease === null && data.length === length) return data;
  return "slice" in data ? data.slice(0, length) as Data<unknown> : data;
}

function changesBetween(before: readonly Time[], now: readonly Time[]): TimeChange[] {
  const without = (some: readonly Time[], others: readonly Time[]) =>
    some.filter((time) => !others.some((other) => equalTimes(time, other)));
  return [
    ...without(now, before).map((time): TimeChange => [time, 1]),
    ...without(before, now).map((time): TimeChange => [time, -1]),
  ];
}

function checked(sink: unknown, { name, worker }: CaptureContext): EventSink {
  if (isSink(sink)) return sink;
  throw new MeanderError(
    "MEANDER_LOG",
    `Cannot capture at "${name}" on worker ${worker.index}: the function gave ${
      show(sink)
    }, which is ` +
      `no sink of events`,
    { where: name, hint: "Return a log for each worker" },
  );
}
