/**
 * What the benchmarks print.
 */
import { usageOf } from "./arguments.ts";
import { peers, programs } from "./catalog.ts";
import type { Ratio, Summary } from "./harness.ts";
import type { Figures, ProgramInfo } from "./program.ts";

/** A system with what it achieved. */
export interface Result {
  readonly label: string;
  readonly summary: Summary;
}

/** The programs, how to call them, and the sizes worth running. */
export function listing(): string {
  const entry = (program: ProgramInfo) => [
    `  ${usageOf(program)}`,
    `      ${program.summary}`,
    `      ${program.sizes.map((size) => size.join(" ")).join(" | ")}`,
  ];
  return [
    "deno task bench NAME [ARGUMENTS] [FLAGS]    runs a program; without arguments the first size",
    "deno task bench peers [NAME]                programs of other systems, in turn with ours",
    "",
    "Programs:",
    ...programs.flatMap(entry),
    "",
    "Peers:",
    ...peers.flatMap(entry),
    "",
    "Flags:",
    "  --workers N, -w N   workers (1)",
    "  --runs N            measured runs, of which best and median are reported (3)",
    "  --warmup N          runs before them that do not count (1)",
    "  --group N           rounds that make one latency sample",
    "  --json              one JSON object on one line",
    "  --native            also the same program on the Rust crates (needs cargo), and the ratio",
    "  --tuned-malloc      let the native program's allocator keep its memory",
  ].join("\n");
}

const columns = ["", "best", "median", "p50 µs", "p99 µs", "seconds", "cpu s", "peak MB"];

/** A table with a line for each system. */
export function table(results: readonly Result[]): string {
  const rows = results.map(({ label, summary: { best, median } }) => [
    label,
    `${short(best.rate)}/s`,
    `${short(median.rate)}/s`,
    short(median.p50_us),
    short(median.p99_us),
    short(median.seconds),
    short(median.cpu_seconds),
    short(median.peak_rss_mb),
  ]);
  const widths = columns.map((_, column) =>
    Math.max(...[columns, ...rows].map((row) => row[column].length))
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
      .join("  ").trimEnd();
  return [columns, ...rows].map(line).join("\n");
}

/** "meander is 3.2 times as fast as native, by median latency 2.9 times". */
export function comparison(ours: string, other: string, { rate, p50 }: Ratio): string {
  const latency = p50 === null ? "" : `, by median latency ${short(p50)} times`;
  return `${ours} is ${short(rate)} times as fast as ${other}${latency}`;
}

/** Figures that only this program reports, such as `cost_ratio 1.02`. */
export function extras({ label, summary: { median } }: Result): string | undefined {
  const own = Object.entries(median).filter(([name]) => !commonNames.includes(name));
  if (own.length === 0) return undefined;
  const figures = own.map(([name, value]) =>
    `${name} ${typeof value === "number" ? short(value) : value}`
  );
  return `${label}: ${figures.join(", ")}`;
}

/** One object: the ten names of our median run, then what belongs to this program or comparison. */
export function jsonLine(median: Figures, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...median, ...more });
}

/** A number with three significant digits, and a suffix from a thousand on. */
export function short(value: number | null): string {
  if (value === null) return "-";
  for (const [size, suffix] of [[1e9, " G"], [1e6, " M"], [1e4, " k"]] as const) {
    const unit = suffix === " k" ? 1e3 : size;
    if (Math.abs(value) >= size) return digits(value / unit) + suffix;
  }
  return digits(value);
}

function digits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const before = Math.max(1, Math.floor(Math.log10(Math.abs(rounded) || 1)) + 1);
  return value.toFixed(Math.max(0, 3 - before));
}

const commonNames = [
  "name",
  "args",
  "workers",
  "records",
  "seconds",
  "cpu_seconds",
  "rate",
  "p50_us",
  "p99_us",
  "peak_rss_mb",
];
