/**
 * Event times: when something happened, as a record says it, beside the time at which it arrives.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import { expression } from "../contract/definition.ts";
import type { Emission } from "../contract/emission.ts";
import { MeanderError, show } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";

/** When a record happened: a safe integer, which may lie before or after the record's own time. */
export type EventTime<T> = (record: T, time: number) => number;

/** How a configuration takes it. */
export const eventTime: z.ZodType<EventTime<unknown>, EventTime<unknown>> = expression<
  EventTime<unknown>
>("record", "time");

/** What groups of windows and sessions are told by, and how results are made of their records. */
export const folding = {
  at: eventTime.optional(),
  lateness: z.int().min(0).default(0),
  early: z.int().min(1).optional(),
  key: expression<(record: unknown) => unknown>("record").optional(),
  initial: expression<(key: unknown) => unknown>("key"),
  fold: expression<(accumulated: unknown, record: unknown, key: unknown) => unknown>(
    "accumulated",
    "record",
    "key",
  ),
};

/** A record's own time. */
export function ownTime(_record: unknown, time: number): number {
  return time;
}

/** The one group of those who have no key. */
export function oneGroup(): null {
  return null;
}

/** A checked event time. */
export function checkEventTime(value: unknown): number {
  // Adding 0 makes −0 the 0 that it equals.
  if (Number.isSafeInteger(value)) return (value as number) + 0;
  throw new TypeError(`its event time is ${show(value)}, which is not a safe integer`);
}

/** A sum that names a time; beyond the safe integers additions would round. */
export function checkSum(value: number, what: string): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${what} would be at ${value}, which is not a safe integer`);
}

/** The remainder that is never negative. */
export function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest + 0;
}

/** The first multiple at or after a time. */
export function nextMultiple(time: number, of: number): number {
  return time + modulo(-time, of);
}

/** The last time at which something that ends at `end` is kept. */
export function lastTime(end: number, lateness: number): number {
  return Math.min(end + lateness - 1, Number.MAX_SAFE_INTEGER);
}

/** Sends late records on; those that nobody reads are counted, so that none is lost in silence. */
export function lateOutlet(
  port: OutputPort<unknown>,
  late: Emission<unknown>,
  drop: (records: number, reason: string) => void,
): (time: Time, records: readonly unknown[]) => void {
  return (time, records) => {
    if (port.isRead) late.add(time, records);
    else if (records.length > 0) drop(records.length, "too late, and nobody reads them");
  };
}

/**
 * Refuses times of several coordinates: no single one of them says that everything before the end of a window
 * is complete.
 */
export function requireEpochs(port: OutputPort, vertex: string, what: string): void {
  if (port.depth === 1) return;
  throw new MeanderError(
    "MEANDER_TIME",
    `Cannot use ${what} at "${vertex}": times have ${port.depth} coordinates there, and event times ` +
      `have one`,
    {
      where: vertex,
      hint: "Use it outside of loops, in a dataflow whose times have one coordinate",
    },
  );
}
