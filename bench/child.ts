/**
 * The process that is measured: runs one program, once for every line of its input, and answers each
 * with the figures on one line. Its own errors and those of the program go to the error output.
 */
import { argumentList } from "./arguments.ts";
import { findProgram } from "./catalog.ts";
import { BenchmarkError, peakMemory, quantile } from "./measure.ts";
import type { Figures, Measurement, RunInput } from "./program.ts";

/** What the harness hands over as the only argument, in JSON. */
export interface Task extends RunInput {
  readonly name: string;
}

const task: Task = JSON.parse(Deno.args[0] ?? "null");
const program = findProgram(task.name)!;
const peakMb = peakMemory();

try {
  const { run } = await program.load();
  for await (const _ of Deno.stdin.readable) {
    // What an earlier run left behind is not this run's to collect.
    (globalThis as { gc?: () => void }).gc?.();
    console.log(JSON.stringify(figuresOf(await run(task))));
  }
  // Threads that are kept from run to run would go on for ever.
  Deno.exit(0);
} catch (error) {
  console.error(`${task.name}: ${describe(error)}`);
  Deno.exit(1);
}

/** A fault of a program or the engine is told with its place; a wrong answer speaks for itself. */
function describe(error: unknown): string {
  if (error instanceof BenchmarkError) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

function figuresOf({ spent, records, rounds, laps, extra }: Measurement): Figures {
  const samples = laps ?? new Float64Array(0);
  return {
    name: task.name,
    args: argumentList(task.given),
    workers: task.workers,
    records,
    seconds: round(spent.seconds)!,
    cpu_seconds: round(spent.cpuSeconds),
    rate: round((records ?? rounds ?? 0) / spent.seconds)!,
    p50_us: round(quantile(samples, 0.5)),
    p99_us: round(quantile(samples, 0.99)),
    peak_rss_mb: round(peakMb()),
    ...extra,
  };
}

/** To six decimals: what lies beyond is noise. */
function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}
