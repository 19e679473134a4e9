/** Operators over sets of records, and those that move records to other times or hold them back. */
import { delay } from "../../../operators/times/delay.ts";
import { delayBatch } from "../../../operators/times/delay_batch.ts";
import { distinct } from "../../../operators/keyed/distinct.ts";
import { except } from "../../../operators/sets/except.ts";
import { intersect } from "../../../operators/sets/intersect.ts";
import { reclock } from "../../../operators/times/reclock.ts";
import { synchronize } from "../../../operators/times/synchronize.ts";
import { union } from "../../../operators/sets/union.ts";
import type { Time } from "../../../progress/time.ts";
import { Disk } from "../../operators/spill/disk.ts";
import { type Arrival, each, recordsAt, type Subject } from "../subject.ts";
import { type Group, groupsAt, ofGroups } from "../by_time.ts";

const firstOf = (time: Time) => typeof time === "number" ? time : time[0];
const itself = (record: unknown) => record;
const size = (n: number) => Math.abs(n);

/** Each value once at the earliest time of those that `scope` puts together, which have to be in one order. */
function firsts(scope: (time: Time) => unknown) {
  return (arrivals: readonly Arrival[]) => {
    const seen = new Set<string>();
    return {
      out: ofGroups(groupsAt(arrivals, "in", itself), ({ time, key }) => {
        const name = `${scope(time)}|${key}`;
        if (seen.has(name)) return [];
        seen.add(name);
        return [key];
      }),
    };
  };
}

/** Two records stay in memory. */
const onDisk = () => ({ directory: new Disk(), records: 2 });

const same = (a: Group, b: Group) => String(a.time) === String(b.time) && a.key === b.key;

/** The groups of the left by whether the right has their key at their time. */
function lefts(
  arrivals: readonly Arrival[],
  keyOf: (record: never) => unknown,
  also: boolean,
): Group[] {
  const rights = groupsAt(arrivals, "right", keyOf);
  return groupsAt(arrivals, "left", keyOf)
    .filter((group) => rights.some((other) => same(other, group)) === also);
}

function united(arrivals: readonly Arrival[]) {
  const both = arrivals.map((arrival) => ({ ...arrival, input: "both" }));
  return { out: ofGroups(groupsAt(both, "both", itself), ({ key }) => [key]) };
}

/** Negative numbers go one later in the last coordinate, the others two later in the first. */
function moved(record: number, time: Time): Time {
  const later = [time].flat();
  if (record < 0) later[later.length - 1] += 1;
  else later[0] += 2;
  return later.length === 1 ? later[0] : later;
}

function ticked(arrivals: readonly Arrival[]) {
  const clock = recordsAt(arrivals, "clock").map(({ time }) => time as number);
  return {
    out: recordsAt(arrivals, "data").map(({ time, record }) => {
      const next = Math.min(...clock.filter((tick) => tick >= (time as number)));
      return { time: next, records: next === Infinity ? [] : [record] };
    }),
  };
}

const sameTimes = each((record: unknown) => [record]);

export const subjects: readonly Subject[] = [
  {
    name: "distinct per time",
    operator: distinct,
    config: () => ({}),
    expected: firsts((time) => time),
    waits: true,
  },
  {
    name: "distinct on receipt",
    operator: distinct,
    config: () => ({ emit: "receipt" }),
    expected: firsts((time) => time),
  },
  {
    name: "distinct per prefix",
    operator: distinct,
    config: () => ({ per: 1, key: (n: number) => [n] }),
    expected: firsts(firstOf),
    depths: [1, 2],
    waits: true,
  },
  {
    name: "distinct for ever",
    operator: distinct,
    config: () => ({ per: "forever" }),
    expected: firsts(() => 0),
    depths: [1],
    waits: true,
  },
  {
    name: "union",
    operator: union,
    config: () => ({}),
    expected: united,
    waits: true,
  },
  {
    name: "union on receipt",
    operator: union,
    config: () => ({ emit: "receipt" }),
    expected: united,
  },
  {
    name: "intersect",
    operator: intersect,
    config: () => ({}),
    expected: (arrivals) => ({ out: ofGroups(lefts(arrivals, itself, true), ({ key }) => [key]) }),
  },
  {
    name: "except",
    operator: except,
    config: () => ({}),
    expected: (arrivals) => ({
      out: ofGroups(lefts(arrivals, itself, false), ({ records }) => records),
    }),
    waits: true,
  },
  {
    name: "except by key",
    operator: except,
    config: () => ({ key: size }),
    expected: (arrivals) => ({
      out: ofGroups(lefts(arrivals, size, false), ({ records }) => records),
    }),
    waits: true,
  },
  {
    name: "delay",
    operator: delay,
    config: () => ({ f: moved }),
    expected: (arrivals) => ({
      out: recordsAt(arrivals, "in").map(({ time, record }) => ({
        time: moved(record as number, time),
        records: [record],
      })),
    }),
    waits: true,
  },
  {
    name: "delay spilling",
    operator: delay,
    config: () => ({ f: moved, spill: onDisk() }),
    expected: (arrivals) => ({
      out: recordsAt(arrivals, "in").map(({ time, record }) => ({
        time: moved(record as number, time),
        records: [record],
      })),
    }),
    waits: true,
  },
  {
    name: "delayBatch",
    operator: delayBatch,
    config: () => ({ f: (time: Time) => moved(firstOf(time) % 2 === 0 ? -1 : 1, time) }),
    expected: (arrivals) => ({
      out: recordsAt(arrivals, "in").map(({ time, record }) => ({
        time: moved(firstOf(time) % 2 === 0 ? -1 : 1, time),
        records: [record],
      })),
    }),
    waits: true,
  },
  {
    name: "delayBatch spilling",
    operator: delayBatch,
    config: () => ({ f: (time: Time) => moved(1, time), spill: onDisk() }),
    expected: (arrivals) => ({
      out: recordsAt(arrivals, "in").map(({ time, record }) => ({
        time: moved(1, time),
        records: [record],
      })),
    }),
    waits: true,
  },
  {
    name: "synchronize spilling",
    operator: synchronize,
    config: () => ({ per: 1, spill: onDisk() }),
    expected: sameTimes,
    waits: true,
  },
  {
    name: "synchronize per time",
    operator: synchronize,
    config: () => ({}),
    expected: sameTimes,
    waits: true,
  },
  {
    name: "synchronize per prefix",
    operator: synchronize,
    config: () => ({ per: 1 }),
    expected: sameTimes,
    waits: true,
  },
  {
    name: "synchronize until the end",
    operator: synchronize,
    config: () => ({ per: "forever" }),
    expected: sameTimes,
    waits: true,
  },
  {
    name: "synchronize some times",
    operator: synchronize,
    config: () => ({ when: (time: Time) => firstOf(time) % 2 === 0 }),
    expected: sameTimes,
  },
  {
    name: "reclock",
    operator: reclock,
    config: () => ({}),
    expected: ticked,
    // Of incomparable times of the clock it takes either.
    depths: [1],
    waits: true,
  },
];
