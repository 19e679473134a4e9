/**
 * `meander test`: the tests that a spec carries.
 *
 * @module
 */
import { runTests } from "../../specs/unit_test.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { loadSpec } from "../load.ts";
import { styleFor } from "../style.ts";

/** A test is small; one that takes longer has a loop without an end. */
const LONGEST_MS = 60_000;

/** Runs them, and shows what differs. */
export async function testCommand(this: Context, _flags: object, path: string): Promise<void> {
  const { world, registry, process } = this;
  const { checked, text, functions } = await loadSpec(path, world, { registry });
  const { tests = [] } = checked.spec;
  const style = styleFor(world.hasColours);
  if (tests.length === 0) {
    process.stderr.write(`${path} has no tests: add some to its part "tests"\n`);
    return;
  }
  const tooLong = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      const off = world.every(LONGEST_MS, () => {
        reject(
          new Error(`it takes longer than ${LONGEST_MS / 1000} s: does a loop go on for ever?`),
        );
      });
      signal.addEventListener("abort", off, { once: true });
    });
  const all = {
    registry,
    file: path,
    tooLong,
    quiet: (signal: AbortSignal) => world.quiet(signal),
    ...(functions === undefined ? {} : { functions }),
  };
  const results = await runTests(text, tests, all);
  for (const { name, differences } of results) {
    const isWell = differences.length === 0;
    process.stdout.write(`${isWell ? style("ok", "green") : style("FAILED", "red")}  ${name}\n`);
    for (const line of differences) process.stdout.write(`    ${line}\n`);
  }
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
  if (failed > 0) this.exit(EXIT.failed);
}
