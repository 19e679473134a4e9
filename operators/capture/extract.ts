/**
 * What a log has in it, by time.
 *
 * @module
 */
import { valuesOf } from "../../batches/data.ts";
import { compareTimes, formatTime, type Time } from "../../progress/time.ts";
import type { Replayable, WhenTorn } from "./event.ts";
import { LogCursor } from "./log_cursor.ts";
import { compareRecords } from "./record_order.ts";

/** How logs are extracted. */
export interface ExtractOptions {
  /** What becomes of a log that ends before it is complete; `fail` when left out. */
  readonly whenTorn?: WhenTorn | undefined;
}

/**
 * Waits until the log, or every one of several, has ended, and gives all records by time: earlier times first
 * (in the order of `compareTimes`), and the records of each time sorted by value, so that the same records
 * always give the same list. All of it is in memory.
 *
 * @throws {MeanderError} `MEANDER_LOG_TORN` for a log that ends before it is complete: that of a dataflow that
 * failed, for example.
 */
export async function extract<T>(
  logs: Replayable<T> | readonly Replayable<T>[],
  { whenTorn = "fail" }: ExtractOptions = {},
): Promise<[time: Time, records: T[]][]> {
  const byTime = new Map<string, [time: Time, records: T[]]>();
  // A cast, since a list of logs is no log: the type guard of `isArray` forgets read-only lists.
  for (const log of Array.isArray(logs) ? logs : [logs as Replayable<T>]) {
    const cursor = new LogCursor<T>(log, { depth: null, whenTorn });
    try {
      await readInto(cursor, byTime);
    } finally {
      await cursor.close();
    }
  }
  const all = [...byTime.values()].sort(([a], [b]) => compareTimes(a, b));
  for (const [, records] of all) records.sort(compareRecords);
  return all;
}

async function readInto<T>(
  cursor: LogCursor<T>,
  byTime: Map<string, [time: Time, records: T[]]>,
): Promise<void> {
  for (;;) {
    const event = cursor.next();
    if (event === "end") return;
    if (event === "wait") {
      await new Promise<void>((resolve) => cursor.whenReady(resolve));
    } else if (event.kind === "messages" && event.records.length > 0) {
      const key = formatTime(event.time);
      let found = byTime.get(key);
      if (found === undefined) byTime.set(key, found = [event.time, []]);
      const values = valuesOf(event.records);
      for (let i = 0; i < values.length; i++) found[1].push(values[i]);
    }
  }
}
