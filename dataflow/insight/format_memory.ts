/**
 * Where the memory is, in words.
 *
 * @module
 */
import type { MemoryFigures } from "../../actors/memory_figures.ts";
import { formatTime } from "../../progress/time.ts";
import { formatBytes } from "./format_bytes.ts";
import type { MemoryReport, VertexMemoryReport } from "./memory.ts";

/** As many vertices as a table has. */
const MOST_VERTICES = 20;
const TITLES = ["vertex", "queued", "", "kept", "", "waiting", "in flight", "times", "", "most"];
/** Columns of words; the others are figures. */
const WORDS: readonly number[] = [0, 8];

/**
 * A report of {@linkcode memoryOf} for people, without a final line end: a line for all, and one for each
 * vertex, the biggest first. `queued` are batches and bytes that wait for it, `kept` records and bytes that it
 * keeps, of which some are `waiting` to be sent on; `most` is what it had at its highest.
 *
 * @example
 * ```ts
 * import { dataflow, Engine, formatMemory, ManualClock, memoryOf } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("delayed", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { numbers, out: numbers.delay((n) => n).output("out") };
 * });
 * const engine = new Engine({ workers: 1, clock: new ManualClock() });
 * const run = engine.install(program);
 * run.handles.numbers.send([1, 2, 3, 4]);
 * engine.run();
 * const [first, , second] = formatMemory(memoryOf(run)).split("\n");
 * expect(first).toMatch(/^delayed has .*B in memory \(at most .*B\), and 5 times open from 0 to 4$/);
 * expect(second).toMatch(/^delay +0 .* 4 /);
 * ```
 */
export function formatMemory(report: MemoryReport): string {
  const { vertices } = report;
  const shown = vertices.filter(({ now, peak }) => hasAny(now) || hasAny(peak));
  const rows = shown.slice(0, MOST_VERTICES).map(rowOf);
  const lines = [headline(report)];
  if (rows.length > 0) lines.push(...table([TITLES, ...rows]));
  if (shown.length > MOST_VERTICES) lines.push(`and ${shown.length - MOST_VERTICES} more vertices`);
  for (const { name, waiting } of report.inputs) {
    if (waiting > 0) {
      lines.push(`input ${name}: ${count(waiting, "batch", "batches")} not admitted`);
    }
  }
  for (const { from, to, collected, underWay } of report.edges) {
    lines.push(
      `edge ${from} → ${to}: ${count(collected, "record", "records")} being collected, ` +
        `${count(underWay, "batch", "batches")} under way to other workers`,
    );
  }
  if (report.frames > 0) lines.push(`${report.frames} frames wait for other workers to have room`);
  for (const { path, now, fault } of vertices) {
    if (now.onDisk > 0) {
      lines.push(`vertex ${path}: ${count(now.onDisk, "record", "records")} on disk`);
    }
    if (fault !== undefined) lines.push(`vertex ${path}: its size cannot be told, it threw`);
  }
  return lines.join("\n");
}

function headline({ dataflow, bytes, peakBytes, openTimes, status }: MemoryReport): string {
  const memory = `${formatBytes(bytes)} in memory (at most ${formatBytes(peakBytes)})`;
  if (status !== "running") return `${dataflow} is ${status} and has ${memory}`;
  const { count: times, oldest, newest } = openTimes;
  const open = times === 0
    ? "no time open"
    : times === 1
    ? `1 time open, ${formatTime(oldest!)}`
    : `${times} times open from ${formatTime(oldest!)} to ${formatTime(newest!)}`;
  return `${dataflow} has ${memory}, and ${open}`;
}

function rowOf({ path, now, peak, openTimes, isSuspended, isHeldBack }: VertexMemoryReport) {
  return [
    path,
    String(now.queuedBatches),
    formatBytes(now.queuedBytes),
    String(now.keptRecords),
    formatBytes(now.keptBytes),
    String(now.waitingRecords),
    String(now.inFlight),
    String(openTimes),
    isHeldBack ? "held back" : isSuspended ? "suspended" : "",
    `${formatBytes(peak.queuedBytes)} queued, ${formatBytes(peak.keptBytes)} kept`,
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_cell, column) =>
    Math.max(...rows.map((cells) => cells[column].length))
  );
  return rows.map((cells) =>
    cells.map((cell, i) => WORDS.includes(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))
      .join("  ").trimEnd()
  );
}

function hasAny(figures: MemoryFigures): boolean {
  return figures.queuedBatches + figures.keptRecords + figures.keptBytes + figures.inFlight +
      figures.onDisk > 0;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
