/**
 * Brute-force arrangements of arrivals that oracles of several operators begin with.
 *
 * @module
 */
import { compareTimes, type Time } from "../../progress/time.ts";
import { canonical } from "../batches/any_key.ts";
import type { TimedRecords } from "../_support/bags.ts";
import { type Arrival, recordsAt } from "./subject.ts";

/** The records of one time and key. */
export interface Group {
  readonly time: Time;
  readonly key: unknown;
  readonly records: readonly unknown[];
}

/** All records of an input by time and key, earlier times first, then in order of first arrival. */
export function groupsAt(
  arrivals: readonly Arrival[],
  input: string,
  keyOf: (record: never, time: Time) => unknown = () => null,
): Group[] {
  const groups = new Map<string, Group & { records: unknown[] }>();
  for (const { time, record } of recordsAt(arrivals, input)) {
    const key = keyOf(record as never, time);
    const name = `${time}|${canonical(key)}`;
    if (!groups.has(name)) groups.set(name, { time, key, records: [] });
    groups.get(name)!.records.push(record);
  }
  return [...groups.values()].sort((a, b) => compareTimes(a.time, b.time));
}

/** One answer for each group. */
export function ofGroups(
  groups: readonly Group[],
  answer: (group: Group) => readonly unknown[],
): TimedRecords[] {
  return groups.map((group) => ({ time: group.time, records: answer(group) }));
}
