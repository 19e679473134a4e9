/**
 * Runs the unit tests that a spec carries.
 *
 * @module
 */
import { formatWhy } from "../dataflow/insight/format_why.ts";
import { why } from "../dataflow/insight/why.ts";
import type { Running } from "../dataflow/running.ts";
import { Engine } from "../dataflow/engine.ts";
import type { OutputBatch } from "../dataflow/output_handle.ts";
import { formatTime } from "../progress/time.ts";
import { buildSpec } from "./build.ts";
import { type CheckedSpec, type CheckOptions, checkSpec } from "./check.ts";
import { runLimits } from "./limits.ts";
import { formatProblem } from "./problem.ts";
import { sendTestInputs } from "./test_inputs.ts";
import type { TestOutput, TestSpec } from "./spec.ts";

/** What came of one test. */
export interface TestResult {
  readonly name: string;
  /** What differs, line by line; empty when all was as expected. */
  readonly differences: readonly string[];
}

/** Runs all tests of a spec, one after the other; each makes the spec anew, with its own parameters. */
export async function runTests(
  text: string,
  tests: readonly TestSpec[],
  options: CheckOptions & {
    /** Resolves when nothing can happen in the process any more; at once when left out. */
    readonly quiet?: (signal: AbortSignal) => Promise<void>;
    /** Rejects when a test has taken too long, unless the signal is aborted before; never when left out. */
    readonly tooLong?: (signal: AbortSignal) => Promise<never>;
    /** The spec's file, for messages and for what the spec names, which is beside it. */
    readonly file?: string;
  },
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const test of tests) results.push(await runTest(text, test, options));
  return results;
}

async function runTest(
  text: string,
  test: TestSpec,
  options: Parameters<typeof runTests>[2],
): Promise<TestResult> {
  const checked = checkSpec(text, { ...options, params: { ...options.params, ...test.params } });
  if ("problems" in checked) {
    return { name: test.name, differences: checked.problems.map(formatProblem) };
  }
  if (checked.missingParams.length > 0) {
    const names = checked.missingParams.join(", ");
    return { name: test.name, differences: [`parameters have no value: ${names}`] };
  }
  try {
    const outputs = await outputsOf(
      checked,
      test,
      options.quiet ?? (() => Promise.resolve()),
      options.tooLong,
      options.file,
    );
    const differences = Object.entries(test.outputs).flatMap(([name, expected]) => {
      const output = checked.outputs.find((each) => each.name === name)!;
      const lines = difference(expected, outputs.get(name)!, (records) => {
        const encoder = output.format.encoder!(output.config, output.type);
        return encoder.encode(records) + encoder.finish();
      });
      return lines.length === 0 ? [] : [`output ${name}:`, ...lines];
    });
    return { name: test.name, differences };
  } catch (error) {
    return {
      name: test.name,
      differences: [error instanceof Error ? error.message : String(error)],
    };
  }
}

type Batches = readonly OutputBatch<unknown>[];

/** Rejects when nothing can happen any more and the dataflow is not complete. */
async function stalled(running: Running, quiet: () => Promise<void>): Promise<void> {
  await running.idle();
  await quiet();
  if (running.status !== "running") return await running.done;
  throw new Error(`it stalls: ${formatWhy(why(running))}`);
}

async function outputsOf(
  checked: CheckedSpec,
  test: TestSpec,
  quiet: (signal: AbortSignal) => Promise<void>,
  tooLong: ((signal: AbortSignal) => Promise<never>) | undefined,
  file: string | undefined,
): Promise<Map<string, Batches>> {
  const { program, deadLetters } = buildSpec(checked, file === undefined ? {} : { file });
  const { memory: _whole, ...limits } = runLimits(checked.spec);
  const running = new Engine(limits).install(program);
  const collected = checked.outputs.map(({ name }) => {
    const batches: OutputBatch<unknown>[] = [];
    running.output(name).subscribe((batch) => void batches.push(batch));
    return [name, batches] as const;
  });
  for (const { output } of deadLetters) running.output(output).subscribe(() => {});
  const done = running.done;
  // Whatever is wrong with an input is told first, and the dataflow has no more say.
  done.catch(() => {});
  try {
    await sendTestInputs(checked, test, running);
    const over = new AbortController();
    try {
      await Promise.race([
        done,
        stalled(running, () => quiet(over.signal)),
        ...(tooLong === undefined ? [] : [tooLong(over.signal)]),
      ]);
    } finally {
      over.abort();
    }
  } finally {
    running.cancel("its test is over");
  }
  return new Map(collected);
}

/** Lines with what is missing (-) and what is too much (+). */
function difference(
  expected: TestOutput,
  batches: Batches,
  encode: (records: readonly unknown[]) => string,
): string[] {
  const all = batches.flatMap(({ records }) => records);
  if (Array.isArray(expected)) return unordered(expected, all);
  if ("records" in expected) {
    return expected.ordered ? ordered(expected.records, all) : unordered(expected.records, all);
  }
  if ("text" in expected) {
    return ordered(expected.text.split("\n"), encode(all).split("\n"), (line) => String(line));
  }
  const { epochs } = expected as { epochs: Readonly<Record<string, readonly unknown[]>> };
  const times = new Set([...Object.keys(epochs), ...batches.map(({ time }) => formatTime(time))]);
  return [...times].flatMap((time) => {
    const here = batches.filter((batch) => formatTime(batch.time) === time);
    const lines = unordered(epochs[time] ?? [], here.flatMap(({ records }) => records));
    return lines.length === 0 ? [] : [`  epoch ${time}:`, ...lines];
  });
}

function unordered(expected: readonly unknown[], actual: readonly unknown[]): string[] {
  const rest = new Map<string, unknown[]>();
  for (const record of actual) {
    const key = canonical(record);
    const equal = rest.get(key);
    if (equal === undefined) rest.set(key, [record]);
    else equal.push(record);
  }
  const missing = expected.filter((record) => rest.get(canonical(record))?.pop() === undefined)
    .map(plain);
  const extra = [...rest.values()].flat().map(plain);
  return [...missing.map((line) => `  - ${line}`), ...extra.map((line) => `  + ${line}`)];
}

/** From the first difference on to the last, with one equal line before it. */
function ordered(
  expected: readonly unknown[],
  actual: readonly unknown[],
  write: (record: unknown) => string = canonical,
): string[] {
  const [left, right] = [expected.map(write), actual.map(write)];
  let from = 0;
  while (from < left.length && from < right.length && left[from] === right[from]) from++;
  if (from === left.length && from === right.length) return [];
  let [to, end] = [left.length, right.length];
  while (to > from && end > from && left[to - 1] === right[end - 1]) [to, end] = [to - 1, end - 1];
  return [
    ...left.slice(Math.max(0, from - 1), from).map((line) => `    ${line}`),
    ...left.slice(from, to).map((line) => `  - ${line}`),
    ...right.slice(from, end).map((line) => `  + ${line}`),
  ];
}

function plain(record: unknown): string {
  return JSON.stringify(record) ?? String(record);
}

/** JSON with names in order, so that equal records look alike. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  }) ?? String(value);
}
