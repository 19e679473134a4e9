/**
 * How far a log is, and whether an event may come next.
 *
 * @module
 */
import { dataLength, isData } from "../../batches/data.ts";
import { type CountedAntichain, countedAntichain } from "../../progress/counted_antichain.ts";
import { depthOf, equalTimes, formatTime, minimumTime, type Time } from "../../progress/time.ts";
import { show } from "../contract/fault.ts";
import type { LogEvent, TimeChange } from "./event.ts";

/** Keeps the laws of one log; see `event.ts`. An event that breaks one changes nothing. */
export class LogState {
  #depth: number | null;
  #counts: CountedAntichain | null = null;

  /** Before the first event. Without a depth the first event decides. */
  constructor(depth: number | null = null) {
    this.#depth = depth;
  }

  /** The minimal times that may still come; `null` before the first event, when nothing is known. */
  get frontier(): readonly Time[] | null {
    return this.#counts === null ? null : this.#counts.frontier();
  }

  /** Whether nothing more can come. */
  get isComplete(): boolean {
    return this.#counts !== null && this.#counts.frontier().length === 0;
  }

  /** Takes the event, or says why it may not come here. */
  take(event: LogEvent): string | undefined {
    const counts = this.#counts;
    if (event?.kind === "progress" && Array.isArray(event.changes)) {
      return counts === null ? this.#begin(event.changes) : this.#change(counts, event.changes);
    }
    if (event?.kind !== "messages" || !isData(event.records)) return "it is no event";
    if (counts === null) return "a log begins with the progress of its least time";
    const problem = this.#problemOf(event.time);
    if (problem !== undefined) return problem;
    if (counts.lessEqual(event.time)) return undefined;
    return `its ${dataLength(event.records)} records are at ${formatTime(event.time)}, which is ` +
      `complete: ${openTimes(counts.frontier())}`;
  }

  #begin(changes: readonly TimeChange[]): string | undefined {
    const [[time, delta] = []] = changes;
    const isLeast = changes.length === 1 && delta === 1 &&
      (time === 0 || Array.isArray(time) && time.length > 1 && time.every((x) => x === 0));
    if (!isLeast) return "a log begins with the progress of its least time, which counts 1 there";
    const depth = depthOf(time);
    this.#depth ??= depth;
    if (depth !== this.#depth) {
      return `its times have ${coordinates(depth)}, and those here have ${this.#depth}`;
    }
    this.#counts = countedAntichain(depth);
    this.#counts.update(minimumTime(depth), 1);
    return undefined;
  }

  #change(counts: CountedAntichain, changes: readonly TimeChange[]): string | undefined {
    const sums: [time: Time, delta: number][] = [];
    for (const change of changes) {
      if (!Array.isArray(change) || change.length !== 2) return `${show(change)} is no change`;
      const [time, delta] = change as TimeChange;
      const problem = this.#problemOf(time);
      if (problem !== undefined) return problem;
      if (!Number.isSafeInteger(delta) || delta === 0) {
        return `it changes the count at ${formatTime(time)} by ${
          show(delta)
        }, which is no integer ` +
          `other than 0`;
      }
      if (delta > 0 && !counts.lessEqual(time)) {
        return `it counts ${formatTime(time)}, which is complete: ${openTimes(counts.frontier())}`;
      }
      const known = sums.find((sum) => equalTimes(sum[0], time));
      if (known === undefined) sums.push([time, delta]);
      else known[1] += delta;
    }
    for (const [time, delta] of sums) {
      const count = counts.count(time) + delta;
      if (count < 0) return `the count at ${formatTime(time)} would be ${count}`;
      if (!Number.isSafeInteger(count)) return `the count at ${formatTime(time)} is too large`;
    }
    for (const [time, delta] of sums) if (delta !== 0) counts.update(time, delta);
    return undefined;
  }

  /** Why it is no time of this log. */
  #problemOf(time: unknown): string | undefined {
    const depth = this.#depth!;
    const list = typeof time === "number" ? [time] : time;
    const isOne = Array.isArray(list) && list.every(isCoordinate) &&
      (typeof time === "number" || list.length > 1);
    if (!isOne) return `${show(time)} is no time`;
    if (list.length === depth) return undefined;
    return `its time ${formatTime(time as Time)} has ${
      coordinates(list.length)
    }, and those of this ` +
      `log have ${depth}`;
  }
}

function isCoordinate(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function coordinates(count: number): string {
  return `${count} coordinate${count === 1 ? "" : "s"}`;
}

/** What is still open, in words. */
export function openTimes(frontier: readonly Time[]): string {
  if (frontier.length === 0) return "nothing is open";
  const shown = frontier.slice(0, 8).map(formatTime).join(", ");
  return `open from ${shown}${frontier.length > 8 ? ", …" : ""} on`;
}
