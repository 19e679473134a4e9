/**
 * Logs for tests: random ones that keep the laws, a brute-force judge of the laws, and logs as bytes that come
 * in pieces.
 *
 * @module
 */
import fc from "fast-check";
import { valuesOf } from "../../../batches/data.ts";
import type { LogEvent, Replayable, TimeChange } from "../../../operators/capture/event.ts";
import { LogReader, type Pieces } from "../../../operators/capture/files/log_reader.ts";
import { HEADER, linesOf } from "../../../operators/capture/files/log_lines.ts";
import { lessEqual, minimumTime, type Time } from "../../../progress/time.ts";
import type { TimedRecords } from "../../_support/bags.ts";

/** Records of one time. */
export function messages(time: Time, ...records: unknown[]): LogEvent {
  return { kind: "messages", time, records };
}

/** A change of what may still come. */
export function progress(...changes: TimeChange[]): LogEvent {
  return { kind: "progress", changes };
}

/** The records of the messages of a log. */
export function contents(events: readonly LogEvent[]): TimedRecords[] {
  return events.flatMap((event) =>
    event.kind === "messages"
      ? [{ time: event.time, records: Array.from(valuesOf(event.records)) }]
      : []
  );
}

/** Counts by hand: which times may still come after these events, which keep the laws. */
export function openAfter(events: readonly LogEvent[]): Time[] {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "progress") continue;
    for (const [time, delta] of event.changes) {
      const key = JSON.stringify(time);
      counts.set(key, (counts.get(key) ?? 0) + delta);
    }
  }
  return [...counts].filter(([, count]) => count > 0).map(([key]) => JSON.parse(key));
}

/** Whether a list of well-formed events keeps the laws of a log: each law as it is written, event by event. */
export function keepsLaws(events: readonly LogEvent[], depth: number): boolean {
  return events.every((event, i) => {
    const open = openAfter(events.slice(0, i));
    const mayCome = (time: Time) => open.some((other) => lessEqual(other, time));
    if (i === 0) {
      return JSON.stringify(event) === JSON.stringify(progress([minimumTime(depth), 1]));
    }
    if (event.kind === "messages") return mayCome(event.time);
    const sum = (time: Time) =>
      events.slice(0, i + 1).flatMap((one) => one.kind === "progress" ? one.changes : [])
        .filter(([other]) => JSON.stringify(other) === JSON.stringify(time))
        .reduce((total, [, delta]) => total + delta, 0);
    return event.changes.every(([time, delta]) => (delta < 0 || mayCome(time)) && sum(time) >= 0);
  });
}

function anyLater(time: Time): fc.Arbitrary<Time> {
  if (typeof time === "number") return fc.nat(2).map((by) => time + by);
  return fc.tuple(...time.map((x) => fc.nat(1).map((by) => x + by))).map((list) => list);
}

/** What one step of a random log does. */
const anyStep = fc.record({
  kind: fc.constantFrom("messages", "messages", "progress", "split"),
  pick: fc.nat(100),
  seed: fc.nat(1 << 30),
});

/** Logs that keep the laws, of numbers; complete ones, or ones that stop anywhere. */
export function anyLog(depth: number, complete = true): fc.Arbitrary<LogEvent[]> {
  return fc.array(anyStep, { maxLength: 14, size: "max" }).map((steps) => {
    const events: LogEvent[] = [progress([minimumTime(depth), 1])];
    for (const { kind, pick, seed } of steps) {
      const open = openAfter(events);
      if (open.length === 0) break;
      const from = open[pick % open.length];
      const [a, b] = fc.sample(anyLater(from), { numRuns: 2, seed });
      if (kind === "messages") {
        events.push(messages(a, ...Array.from({ length: 1 + pick % 4 }, (_, i) => seed % 7 + i)));
      } else if (kind === "progress") events.push(progress([a, 1], [from, -1]));
      else events.push(progress([a, 1], [b, 2], [from, -1]));
    }
    if (!complete) return events;
    const left = new Map<string, number>();
    for (const event of events) {
      if (event.kind !== "progress") continue;
      for (const [time, delta] of event.changes) {
        const key = JSON.stringify(time);
        left.set(key, (left.get(key) ?? 0) + delta);
      }
    }
    for (const [key, count] of left) {
      if (count > 0) events.push(progress([JSON.parse(key), -count]));
    }
    return events;
  });
}

/** A log as the bytes of a file. */
export function bytesOf(events: readonly LogEvent[]): Uint8Array {
  return new TextEncoder().encode(`${HEADER}\n${events.map(linesOf).join("")}`);
}

/** Hands the bytes out in pieces of some sizes, in turn, in one buffer that is used again and again. */
export async function* piecesOf(bytes: Uint8Array, sizes: readonly number[]): Pieces {
  const buffer = new Uint8Array(Math.max(...sizes));
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const piece = bytes.subarray(at, at + sizes[i % sizes.length]);
    buffer.fill(0x21);
    buffer.set(piece);
    await null;
    yield buffer.subarray(0, piece.length);
    at += piece.length;
  }
}

/** A log whose file has these bytes. */
export function logOf(bytes: Uint8Array | string, sizes: readonly number[] = [4096]): Replayable {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return {
    name: "a.log",
    isEverywhere: true,
    open: () => new LogReader("a.log", false, () => piecesOf(all, sizes)),
  };
}

/** Everything that the log gives, and how its end is. */
export async function readAll(
  log: Replayable,
): Promise<{ events: LogEvent[]; torn: string | undefined }> {
  const reader = log.open();
  const events: LogEvent[] = [];
  try {
    for (;;) {
      const event = reader.next();
      if (event === "end") return { events, torn: reader.torn };
      if (event === "wait") await new Promise<void>((ready) => reader.whenReady(ready));
      else events.push(event);
    }
  } finally {
    await reader.close();
  }
}
