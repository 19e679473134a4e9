/**
 * What `--stats` says of every vertex.
 *
 * @module
 */
import { formatBytes } from "../dataflow/insight/format_bytes.ts";
import type { EngineStats, VertexStats } from "../dataflow/insight/stats.ts";

export { memoryOf } from "../dataflow/insight/memory.ts";
export { StatsRecorder } from "../dataflow/insight/stats.ts";

/** The columns, those of words first. */
const COLUMNS: readonly [title: string, cell: (stats: VertexStats, share: number) => string][] = [
  ["vertex", ({ path }) => path],
  ["operator", operatorText],
  ["in", ({ received }) => String(received)],
  ["out", ({ sent }) => String(sent)],
  ["batches", ({ batchesIn }) => String(batchesIn)],
  ["slices", ({ slices }) => String(slices)],
  ["notified", ({ notifications }) => String(notifications)],
  ["dropped", ({ dropped }) => String(dropped)],
  ["queued", ({ peak }) => bytes(peak.queuedBytes)],
  ["kept", ({ peak }) => bytes(peak.keptBytes)],
  ["ms", ({ ms }) => ms.toFixed(1)],
  ["share", (_stats, share) => `${Math.round(100 * share)}%`],
];
const WORDS = 2;

/** Those of `core` need no plugin's name, and those of others say at which version they run. */
function operatorText({ operator, plugin }: VertexStats): string {
  const name = operator.replace(/@.*/, "");
  if (plugin === undefined) return name;
  const [of, version] = plugin.split("@");
  return `${of}/${name}@${version}`;
}

/** Short, for a table that is wide enough. */
function bytes(count: number): string {
  return count === 0 ? "0" : formatBytes(count).replace(/(\d\d)\.\d/, "$1").replace(" ", "");
}

/** A table for people: a line for each vertex, and how long each worker had nothing to do. */
export function statsTable(stats: EngineStats): string {
  const workers = Math.max(1, stats.parkedMs.length);
  const all = Math.max(stats.elapsedMs, Number.MIN_VALUE) * workers;
  const lines = [
    COLUMNS.map(([title]) => title),
    ...stats.vertices.map((vertex) => COLUMNS.map(([, cell]) => cell(vertex, vertex.ms / all))),
  ];
  const widths = COLUMNS.map((_column, i) => Math.max(...lines.map((cells) => cells[i].length)));
  const table = lines.map((cells) =>
    cells.map((cell, i) => i < WORDS ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
  const busy = stats.vertices.reduce((sum, { ms }) => sum + ms, 0);
  const parked = stats.parkedMs.map((ms) =>
    `${Math.round(100 * ms / Math.max(stats.elapsedMs, Number.MIN_VALUE))}%`
  );
  return [
    ...table,
    `vertices ran for ${Math.round(100 * busy / all)}% of ${
      (stats.elapsedMs / 1000).toFixed(2)
    } s; ` +
    `${parked.length > 1 ? "workers" : "the worker"} had nothing to do for ${parked.join(", ")}`,
  ].join("\n");
}

/** The same for programs, as one line. */
export function statsJson(stats: EngineStats): string {
  return JSON.stringify({ stats });
}
