/**
 * Logs as lines of text. The first line says that it is one, and of which version:
 *
 *     {"meander":"event log","version":1}
 *     {"progress":[[0,1]]}
 *     {"time":0,"records":["a","b"]}
 *     {"progress":[[1,1],[0,-1]]}
 *
 * Every line ends with a line feed: what comes behind the last one is a line that was cut off. Times are numbers,
 * or lists of them; `record_text.ts` says how records are written.
 *
 * @module
 */
import { valuesOf } from "../../../batches/data.ts";
import type { Time } from "../../../progress/time.ts";
import { show } from "../../contract/fault.ts";
import type { LogEvent, TimeChange } from "../event.ts";
import { recordsFrom, textOf } from "../record_text.ts";

/** The version that is written, and the only one that can be read. */
export const LOG_VERSION = 1;
/** The first line. */
export const HEADER = `{"meander":"event log","version":${LOG_VERSION}}`;
/** More records than this are more than one line, so that no reader has to hold many at once. */
const RECORDS = 1024;

/** The event as lines, each with its end. */
export function linesOf(event: LogEvent): string {
  if (event.kind === "progress") return `{"progress":${JSON.stringify(event.changes)}}\n`;
  const rows = valuesOf(event.records);
  const time = JSON.stringify(event.time);
  let lines = "";
  for (let from = 0; from < rows.length; from += RECORDS) {
    const part = rows.length <= RECORDS
      ? rows
      : Array.prototype.slice.call(rows, from, from + RECORDS);
    lines += `{"time":${time},"records":${textOf(part)}}\n`;
  }
  return lines;
}

/**
 * The event of a line. Its time and changes are for `LogState` to judge.
 *
 * @throws {TypeError} with the reason, when it is none.
 */
export function eventOf(line: string): LogEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new TypeError(`${show(line)} is no JSON`);
  }
  const given = (value ?? {}) as Record<string, unknown>;
  const names = Object.keys(given).sort().join();
  if (names === "progress" && Array.isArray(given.progress)) {
    return { kind: "progress", changes: given.progress as TimeChange[] };
  }
  if (names !== "records,time") throw new TypeError(`${show(line)} is no event`);
  return {
    kind: "messages",
    time: given.time as Time,
    records: recordsFrom(given.records, line),
  };
}

/** What a first line says. */
export type Header = "ours" | "another version" | "no log";

/** Whose first line it is, and what there is to say about it when it is not ours. */
export function headerOf(line: string): { readonly kind: Header; readonly problem: string } {
  if (line === HEADER) return { kind: "ours", problem: "" };
  const { meander, version } = objectOf(line);
  if (meander !== "event log") {
    return { kind: "no log", problem: `it is no event log: its first line is ${show(line)}` };
  }
  if (version === LOG_VERSION) return { kind: "ours", problem: "" };
  const problem = `it is an event log of version ${
    show(version)
  }, and this Meander reads version ${LOG_VERSION}`;
  return { kind: "another version", problem };
}

function objectOf(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}
