/**
 * `meander test`: the tests that a spec carries.
 *
 * @module
 */
import { runTests } from "../../specs/unit_test.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { styleFor } from "../style.ts";
import { type OpenedSpec, type PluginFlags, withSpec } from "../with_spec.ts";

/** A test is small; one that takes longer has a loop without an end. */
const LONGEST_MS = 60_000;

/** Flags of `meander test`. */
export type TestFlags = Pick<PluginFlags, "store" | "frozen">;

/** Runs them, and shows what differs. */
export async function testCommand(this: Context, flags: TestFlags, path: string): Promise<void> {
  await withSpec(this, flags, path, {}, (opened) => tested(this, opened));
}

async function tested(
  { world, process, exit }: Context,
  { checked, path, text, functions, plugins: { registry } }: OpenedSpec,
): Promise<void> {
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
    // As it was just chosen, for all tests alike.
    lock: checked.lock,
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
  if (failed > 0) exit(EXIT.failed);
}
