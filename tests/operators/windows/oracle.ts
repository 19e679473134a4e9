/**
 * Windows by brute force: every window looks at every record, and sessions grow together pair by pair.
 * @module
 */

import type { Time } from "../../../progress/time.ts";
import type { Span, WindowKind } from "../../../operators/windows/window_options.ts";

/** A record that says when it happened. */
export interface Event {
  readonly id: number;
  readonly at: number;
  readonly key: string;
}

/** Records that came at one time. */
export interface Came {
  readonly time: Time;
  readonly records: readonly unknown[];
}

/** What comes out at a time. */
export interface Out {
  readonly time: number;
  readonly records: unknown[];
}

/** What is sent for a window in these tests: the ids of its records, in the order in which they were folded. */
export interface Result {
  readonly key: string | null;
  readonly start: number;
  readonly end: number;
  readonly kind: WindowKind;
  readonly replaces?: readonly Span[];
  readonly ids: readonly number[];
}

/** How records are folded in these tests. */
export const foldIds = {
  initial: (): readonly number[] => [],
  fold: (ids: unknown, record: unknown): readonly number[] => [
    ...(ids as number[]),
    (record as Event).id,
  ],
};

interface Arrived {
  readonly time: number;
  readonly record: Event;
}

function arrived(came: readonly Came[]): Arrived[] {
  return came.flatMap(({ time, records }) =>
    records.map((record) => ({ time: time as number, record: record as Event }))
  );
}

/** The distinct values of a list, in order. */
function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Settings of windows of fixed length. */
export interface WindowSettings {
  readonly size: number;
  readonly every?: number;
  readonly offset?: number;
  readonly lateness?: number;
  readonly early?: number;
  readonly keyed: boolean;
}

/** The windows that an event time is in, as their starts. */
export function startsOf(at: number, { size, every = size, offset = 0 }: WindowSettings): number[] {
  const starts: number[] = [];
  for (let start = at - size + 1; start <= at; start++) {
    if ((start - offset) % every === 0) starts.push(start);
  }
  return starts;
}

/** What has to come out of `window`; ids in ascending order. */
export function windowAnswers(
  came: readonly Came[],
  settings: WindowSettings,
): { out: Out[]; late: Out[] } {
  const { size, lateness = 0, early, keyed } = settings;
  const all = arrived(came);
  const out: Out[] = [];
  const keys = [...new Set(all.map(({ record }) => keyed ? record.key : null))];
  const starts = distinct(all.flatMap(({ record }) => startsOf(record.at, settings)));
  for (const start of starts) {
    const end = start + size;
    for (const key of keys) {
      const inside = all.filter(({ time, record }) =>
        (key === null || record.key === key) && record.at >= start && record.at < end &&
        time < end + lateness
      );
      const say = (kind: WindowKind, time: number) => {
        const ids = inside.filter((each) => each.time <= time).map(({ record }) => record.id);
        const result = { key, start, end, kind, ids: ids.sort((a, b) => a - b) };
        out.push({ time, records: [result] });
      };
      const times = distinct(inside.map(({ time }) => time));
      const inTime = times.filter((time) => time < end);
      if (inTime.length > 0) say("onTime", end - 1);
      for (const time of times) if (time >= end) say("late", time);
      if (early === undefined) continue;
      const boundaries = distinct(inTime.map((time) => Math.ceil(time / early) * early));
      for (const time of boundaries) if (time < end - 1) say("early", time);
    }
  }
  const late = all.filter(({ time, record }) =>
    startsOf(record.at, settings).every((start) => start + size + lateness <= time)
  );
  return { out, late: late.map(({ time, record }) => ({ time, records: [record] })) };
}

/** Settings of sessions. */
export interface SessionSettings {
  readonly gap: number;
  readonly lateness?: number;
  readonly early?: number;
  readonly keyed: boolean;
}

interface Group {
  readonly members: readonly Arrived[];
  readonly said: readonly Span[];
  readonly isNew: boolean;
  readonly hadOld: boolean;
  readonly changedAt: number;
}

/** Joins groups until no two have records less than a gap apart. */
function grownTogether(groups: readonly Group[], gap: number): Group[] {
  for (let i = 0; i < groups.length; i++) {
    for (let j = i + 1; j < groups.length; j++) {
      const [a, b] = [groups[i], groups[j]];
      const meet = a.members.some((x) =>
        b.members.some((y) => Math.abs(x.record.at - y.record.at) < gap)
      );
      if (!meet) continue;
      const both: Group = {
        members: [...a.members, ...b.members],
        said: [...a.said, ...b.said],
        isNew: a.isNew || b.isNew,
        hadOld: a.hadOld || b.hadOld,
        changedAt: Math.max(a.changedAt, b.changedAt),
      };
      return grownTogether([...groups.filter((g) => g !== a && g !== b), both], gap);
    }
  }
  return [...groups];
}

/** What has to come out of `sessionWindow`; ids in the order of event times, then of times and arrival. */
export function sessionAnswers(
  came: readonly Came[],
  { gap, lateness = 0, early, keyed }: SessionSettings,
): { out: Out[]; late: Out[] } {
  const all = arrived(came);
  const out: Out[] = [];
  const late: Out[] = [];
  const last = Math.max(0, ...all.flatMap(({ time, record }) => [time, record.at + gap]));
  const endOf = ({ members }: Group) => Math.max(...members.map(({ record }) => record.at)) + gap;
  for (const key of new Set(all.map(({ record }) => keyed ? record.key : null))) {
    const mine = all.filter(({ record }) => key === null || record.key === key);
    let groups: Group[] = [];
    for (let time = 0; time <= last; time++) {
      const kept = groups.filter((group) => endOf(group) + lateness > time)
        .map((group) => ({ ...group, isNew: false, hadOld: true }));
      const fresh = mine.filter((each) => each.time === time).map((each) => ({
        members: [each],
        said: [],
        isNew: true,
        hadOld: false,
        changedAt: time,
      }));
      groups = [];
      for (const group of grownTogether([...kept, ...fresh], gap)) {
        const end = endOf(group);
        if (!group.hadOld && end + lateness <= time) {
          late.push({ time, records: group.members.map(({ record }) => record) });
          continue;
        }
        const start = Math.min(...group.members.map(({ record }) => record.at));
        const kind = group.isNew && end <= time ? "late" : end - 1 === time ? "onTime" : undefined;
        const isEarly = early !== undefined && time % early === 0 && end - 1 > time &&
          group.changedAt > time - early;
        if (kind !== undefined || isEarly) {
          const ids = group.members
            .toSorted((a, b) =>
              a.record.at - b.record.at || a.time - b.time || all.indexOf(a) - all.indexOf(b)
            )
            .map(({ record }) => record.id);
          const replaces = group.said.toSorted((a, b) => a.start - b.start);
          const result = { key, start, end, kind: kind ?? "early", replaces, ids };
          out.push({ time, records: [result] });
        }
        groups.push(kind === undefined ? group : { ...group, said: [{ start, end }] });
      }
    }
  }
  return { out, late };
}

/** What has to come out of `reorder`. */
export function reorderAnswers(came: readonly Came[]): { out: Out[]; late: Out[] } {
  const all = arrived(came);
  const inTime = all.filter(({ time, record }) => record.at >= time);
  const late = all.filter(({ time, record }) => record.at < time);
  return {
    out: inTime.map(({ record }) => ({ time: record.at, records: [record] })),
    late: late.map(({ time, record }) => ({ time, records: [record] })),
  };
}
