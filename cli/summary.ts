/**
 * What is said when a run has ended: what was lost, and what `--stats` asks for.
 *
 * @module
 */
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

/** What came in, what went out, how long it took, how much memory it had at the end. */
export function summary(progress: SpecProgress, ms: number, memory: number): string {
  const seconds = Math.max(ms, 1) / 1000;
  const lines = progress.inputs.map(({ name, records: count, bytes, bad, late }) =>
    [
      `input ${name}`,
      `${count} records`,
      sizeOf(bytes),
      `${rateOf(count, seconds)} records/s`,
      `${sizeOf(bytes / seconds)}/s`,
      ...(bad > 0 ? [`${bad} bad`] : []),
      ...(late > 0 ? [`${late} late`] : []),
    ].join("  ")
  );
  for (const { name, records: count } of progress.outputs) {
    lines.push(`output ${name}  ${count} records`);
  }
  lines.push(`${seconds.toFixed(2)} s  ${sizeOf(memory)} of memory`);
  return lines.join("\n");
}

function records(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}

/** Bytes for people, in powers of ten as disks and networks count. */
export function sizeOf(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Records a second, in three digits. */
export function rateOf(count: number, seconds: number): string {
  const rate = count / seconds;
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)} M`;
  return rate >= 1e3 ? `${(rate / 1e3).toFixed(1)} k` : rate.toFixed(0);
}
