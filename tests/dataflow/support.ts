/**
 * What several tests of dataflows need: engines that run only when they are told, and looks at errors
 * and promises.
 * @module
 */

import {
  dataflow,
  Engine,
  type EngineOptions,
  ManualClock,
  MeanderError,
  type OutputBatch,
} from "../../mod.ts";

/** The policies under which results have to be the same. */
export const policies: readonly NonNullable<EngineOptions["policy"]>[] = [
  "downstream",
  "fifo",
  { seed: 1 },
  { seed: 20 },
  { seed: 300 },
];

/** An engine that does nothing before `run`, `step` or a turn of its clock. */
export function manualEngine(options: EngineOptions = {}): Engine {
  return new Engine({ clock: new ManualClock(), ...options });
}

/** Every single problem of the error that the description ends with; none when it succeeds. */
export function problemsOf(build: () => unknown): readonly string[] {
  try {
    build();
  } catch (error) {
    if (error instanceof MeanderError) return error.problems;
    throw error;
  }
  return [];
}

/** How a promise stands once everything that could settle it without an event has done so. */
export async function stateOf(
  promise: Promise<unknown>,
): Promise<"pending" | "resolved" | "rejected"> {
  let state: "pending" | "resolved" | "rejected" = "pending";
  promise.then(() => state = "resolved", () => state = "rejected");
  for (let i = 0; i < 50; i++) await null;
  return state;
}

/** A dataflow that hands everything on, with what came out of it and a probe. */
export function passing(options: EngineOptions = {}, coordinates = 1) {
  const program = dataflow("passing", (root) => {
    const numbers = root.input<number>("numbers");
    const passed = numbers.map((n) => n);
    return { numbers, out: passed.output("out"), done: passed.probe() };
  }, { coordinates });
  const engine = manualEngine(options);
  const run = engine.install(program);
  const batches: OutputBatch<number>[] = [];
  run.handles.out.subscribe((batch) => batches.push(batch));
  return { engine, run, batches, ...run.handles };
}

/** Places are read from stacks that name files by URL; some test runners name them in other ways. */
const placesAreKnown = new Error().stack?.includes("file://") === true;

/** A pattern for a place in a test file, as errors name it. */
export function placeIn(file: string): string {
  const place = `dataflow/${file.replaceAll(".", "\\.")}:\\d+:\\d+`;
  return placesAreKnown ? place : `(?:${place}|unknown place)`;
}
