/**
 * Results as multisets: what a dataflow promises is which records belong to a time, not their order.
 * @module
 */

import { canonical } from "../batches/any_key.ts";
import { compareTimes, formatTime, type Time } from "../../progress/time.ts";

/** Records of one time, in any of the forms that outputs and the kit hand out. */
export interface TimedRecords {
  readonly time: Time;
  readonly records: Iterable<unknown>;
}

/** A multiset of records by value, as something that `toEqual` compares. */
export type Bag = readonly string[];
/** One bag for each time that has records. */
export type BagsByTime = Readonly<Record<string, Bag>>;

/** The records as a multiset. */
export function bag(records: Iterable<unknown>): Bag {
  return Array.from(records, canonical).sort();
}

/** The records of each time as a multiset; times without records do not show. */
export function bagsByTime(batches: Iterable<TimedRecords>): BagsByTime {
  const byTime = new Map<string, { time: Time; records: unknown[] }>();
  for (const { time, records } of batches) {
    const name = formatTime(time);
    let entry = byTime.get(name);
    if (entry === undefined) byTime.set(name, entry = { time, records: [] });
    entry.records.push(...records);
  }
  const entries = [...byTime.values()].sort((a, b) => compareTimes(a.time, b.time));
  return Object.fromEntries(
    entries.filter(({ records }) => records.length > 0)
      .map(({ time, records }) => [formatTime(time), bag(records)]),
  );
}
