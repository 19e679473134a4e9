/**
 * Runs of the benchmark programs within a test.
 *
 * @module
 */
import { parseCommand } from "../../bench/arguments.ts";
import { findProgram } from "../../bench/catalog.ts";
import type { Measurement } from "../../bench/program.ts";

/** Every program checks its own answer, so that a run which returns has been right. */
export async function run(line: string): Promise<Measurement> {
  const { given, group, workers } = parseCommand(line.split(" "));
  const [name] = line.split(" ");
  const { run } = await findProgram(name)!.load();
  return run({ given, group, workers });
}
