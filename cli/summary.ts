/**
 * What is said when a run has ended: what was lost, and what `--stats` asks for.
 *
 * @module
 */
import { formatBytes } from "../dataflow/insight/format_bytes.ts";
import type { MemoryReport } from "../dataflow/insight/memory.ts";
import type { SpecProgress } from "../specs/run.ts";

/** A line for everything that was skipped, put aside, late or dropped: nothing is lost in silence. */
export function reportLosses({ inputs, dropped }: SpecProgress, say: (line: string) => void): void {
  for (const { name, bad, firstBad, late } of inputs) {
    if (bad > 0) say(`input ${name}: ${records(bad)} could not be read; the first: ${firstBad}`);
    if (late > 0) {
      say(
        `input ${name}: ${records(late)} came too late and ${late === 1 ? "was" : "were"} dropped`,
      );
    }
  }
  for (const { vertex, records: count, reason } of dropped) {
    say(`node ${vertex}: ${records(count)} dropped: ${reason}`);
  }
}

/**
 * What came in, what went out, how long it took, how much memory the process has at the end, and where the most of
 * what the run had in memory was.
 */
export function summary(
  progress: SpecProgress,
  ms: number,
  memory: { readonly process: number; readonly run: MemoryReport },
): string {
  const seconds = Math.max(ms, 1) / 1000;
  const lines = progress.inputs.map(({ name, records: count, bytes, bad, late }) =>
    [
      `input ${name}`,
      `${count} records`,
      formatBytes(bytes),
      `${rateOf(count, seconds)} records/s`,
      `${formatBytes(bytes / seconds)}/s`,
      ...(bad > 0 ? [`${bad} bad`] : []),
      ...(late > 0 ? [`${late} late`] : []),
    ].join("  ")
  );
  for (const { name, records: count } of progress.outputs) {
    lines.push(`output ${name}  ${count} records`);
  }
  lines.push(`${seconds.toFixed(2)} s  ${formatBytes(memory.process)} of memory`);
  if (memory.run.peakBytes > 0) lines.push(most(memory.run));
  return lines.join("\n");
}

/** As many places as are named. */
const MOST_PLACES = 3;

/** The most that was in memory at once, and the largest parts of it, each at its own highest. */
function most({ peakBytes, vertices }: MemoryReport): string {
  const places = vertices.flatMap(({ path, peak }): [bytes: number, what: string][] => [
    [peak.keptBytes, `kept by ${path}`],
    [peak.queuedBytes, `queued at ${path}`],
  ]).filter(([bytes]) => bytes > 0).sort(([a], [b]) => b - a).slice(0, MOST_PLACES);
  const named = places.map(([bytes, what]) => `${formatBytes(bytes)} ${what}`);
  return `most in memory at once: ${formatBytes(peakBytes)}; at their highest ${named.join(", ")}`;
}

function records(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}

/** Records a second, in three digits. */
export function rateOf(count: number, seconds: number): string {
  const rate = count / seconds;
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)} M`;
  return rate >= 1e3 ? `${(rate / 1e3).toFixed(1)} k` : rate.toFixed(0);
}
