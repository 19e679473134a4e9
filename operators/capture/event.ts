/**
 * Event logs: what a stream's records and progress are once they are written down, who takes them, and who
 * gives them back.
 *
 * The laws of a log, as `LogState` checks them wherever one is written or read:
 *
 * 1. Its first event is a progress of the least time, `[[0, 1]]` at one coordinate: from there on all times may
 *    come, and the number of coordinates is known.
 * 2. A progress changes the counts of some times, all at once. A count may grow only at or after a time whose
 *    count was positive before, and none is negative afterwards. The minimal times with a positive count are
 *    the log's frontier.
 * 3. Messages have a time at or after an element of the frontier.
 *
 * From these follows that the frontier never goes back, that nothing comes after it is empty, and that every
 * prefix of a log is a log. A log is complete when its frontier is empty. Events of several logs may be mixed
 * in any way: the union of their messages is then under the meet of their frontiers.
 *
 * The protocol is that of Timely's `capture` and `replay`, except that Timely leaves the first event out.
 *
 * @module
 */
import type { Data } from "../../batches/data.ts";
import type { Time } from "../../progress/time.ts";

/** By how much the count of a time changes. */
export type TimeChange = readonly [time: Time, delta: number];

/** One event of a log: records of one time, or a change of what may still come. */
export type LogEvent<T = unknown> =
  | { readonly kind: "messages"; readonly time: Time; readonly records: Data<T> }
  | { readonly kind: "progress"; readonly changes: readonly TimeChange[] };

/** Takes the events of one log. */
export interface EventSink<T = unknown> {
  /** The next event. It is written, or kept, when this returns. Throws what does not fit the log. */
  push(event: LogEvent<T>): void;
  /** No more events come; whether the log is complete is for its frontier to say. Called once. */
  end(): void;
}

/** Gives the events of one log, in order. */
export interface EventReader<T = unknown> {
  /** The next event; `wait` when there is none yet, `end` when there will be none. Throws what is no event. */
  next(): LogEvent<T> | "wait" | "end";
  /** After `wait`: calls back, once, when it is worth asking again. */
  whenReady(ready: () => void): void;
  /** Where the last event stood in the log, for messages: `line 7`. */
  readonly place: string;
  /** Whether it may wait for ever: then nothing is expected behind a complete log. */
  readonly isLive: boolean;
  /** At the end: what of the log is cut off there, when something is. */
  readonly torn: string | undefined;
  /** It is not read any more. What it holds is free when this has returned, or when the promise is settled. */
  close(): void | Promise<void>;
}

/** A log that can be read, any number of times. */
export interface Replayable<T = unknown> {
  /** For messages. */
  readonly name: string;
  /**
   * Whether every worker can open it, as it can a file. Other logs are where they were made: the first worker
   * reads them.
   */
  readonly isEverywhere?: boolean;
  /** Begins to read it from its beginning. */
  open(): EventReader<T>;
}

/** What becomes of a log that ends before it is complete: an error, or what was open counts as complete. */
export type WhenTorn = "fail" | "complete";

/** Whether it can be written to. */
export function isSink(value: unknown): value is EventSink {
  return hasMethods(value, "push", "end");
}

/** Whether it can be read. */
export function isReplayable(value: unknown): value is Replayable {
  return hasMethods(value, "open");
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}
