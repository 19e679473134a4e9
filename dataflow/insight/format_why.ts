/**
 * Answers to "why is it stuck" in words.
 *
 * @module
 */
import { formatTime } from "../../progress/time.ts";
import type { Holder, WhyNot } from "./why.ts";

/** As many reasons as one line names. */
const MOST_REASONS = 3;
/** As many vertices of a path as one line names. */
const LONGEST_PATH = 8;

/**
 * Answers of {@linkcode why} for people: one line for each port, without a final line end. A notification
 * that waits is named only where there is no other reason.
 *
 * @example
 * ```ts
 * import { formatWhy } from "meander";
 * import { expect } from "vitest";
 *
 * const held = {
 *   kind: "message" as const, time: 4, location: "count.in", vertex: "count", occurrences: 3,
 *   waitsFor: null, result: 4, path: ["count", "counts"],
 * };
 * expect(formatWhy([
 *   { port: "counts", frontier: [4], holders: [held] },
 *   { port: "errors", frontier: [], holders: [] },
 * ])).toBe([
 *   "counts is held at 4: 3 messages at 4 wait at count.in (count → counts)",
 *   "errors is complete",
 * ].join("\n"));
 * ```
 */
export function formatWhy(answers: readonly WhyNot[]): string {
  if (answers.length === 0) return "(there is no output and no probe to ask about)";
  return answers.map(lineFor).join("\n");
}

function lineFor({ port, frontier, holders }: WhyNot): string {
  if (frontier.length === 0) return `${port} is complete`;
  const distinct = withoutRepeats(holders);
  const causes = distinct.filter(({ waitsFor }) => waitsFor === null);
  const waiting = distinct.length - causes.length;
  const named = causes.length > 0 ? causes : distinct;
  const reasons = named.slice(0, MOST_REASONS).map(reason);
  const left = named.length - reasons.length;
  if (left > 0) reasons.push(`${left} more`);
  if (causes.length > 0 && waiting > 0) {
    reasons.push(
      waiting === 1 ? "1 notification waits for that" : `${waiting} notifications wait for that`,
    );
  }
  return `${port} is held at ${frontier.map(formatTime).join(" and ")}: ${reasons.join("; ")}`;
}

/** What could result in several times stands in the answer for each of them. */
function withoutRepeats(holders: readonly Holder[]): Holder[] {
  const seen = new Set<string>();
  return holders.filter(({ kind, location, time, waitsFor }) => {
    const key = `${kind} ${location} ${formatTime(time)} ${
      waitsFor === null ? "" : formatTime(waitsFor)
    }`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function reason(holder: Holder): string {
  const kept = memoryIn(holder);
  const has = kept.length === 0 ? "" : ` [${kept.join(", ")}]`;
  return `${what(holder)}${has} (${shortened(holder.path).join(" → ")})`;
}

/** What it has in memory that may be why nothing goes on; of messages themselves it is said already. */
function memoryIn({ kind, memory }: Holder): string[] {
  if (memory === undefined) return [];
  const { queuedBatches, waitingRecords, inFlight, isSuspended, isHeldBack } = memory;
  const state = memory.keptRecords - waitingRecords;
  const kept: string[] = [];
  if (isSuspended && kind !== "work") kept.push("it gave way");
  if (isHeldBack) kept.push("it is held back");
  // The one that it is in the middle of is counted among them.
  const queued = kind === "work" ? queuedBatches - 1 : queuedBatches;
  if (queued > 0 && kind !== "message") {
    kept.push(`${counted(queued, "batch", "batches")} queued`);
  }
  if (waitingRecords > 0) kept.push(`${counted(waitingRecords, "record", "records")} waiting`);
  if (state > 0 && kind !== "message") kept.push(`${counted(state, "record", "records")} kept`);
  if (memory.onDisk > 0) kept.push(`${counted(memory.onDisk, "record", "records")} on disk`);
  if (inFlight > 0) kept.push(`${inFlight} in flight`);
  return kept;
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function what({ kind, vertex, location, time, occurrences, waitsFor }: Holder): string {
  const at = formatTime(time);
  const isOne = occurrences === 1;
  switch (kind) {
    case "input":
      return `input "${vertex}" is open at ${at}, close it or advance it`;
    case "message":
      return isOne
        ? `1 message at ${at} waits at ${location}`
        : `${occurrences} messages at ${at} wait at ${location}`;
    case "work":
      return `"${vertex}" is in the middle of its work at ${at}`;
    case "notification":
      return waitsFor === null
        ? `"${vertex}" has a notification due, and a right to send at ${at} until then`
        : `"${vertex}" waits for a notification at ${formatTime(waitsFor)}`;
    case "capability":
      return `"${vertex}" keeps a right to send at ${at}, until it drops it`;
    case "unknown":
      return `a worker has something at ${at} at ${location} or before`;
  }
}

function shortened(path: readonly string[]): readonly string[] {
  if (path.length <= LONGEST_PATH) return path;
  return [...path.slice(0, 3), `… ${path.length - 5} more …`, ...path.slice(-2)];
}
