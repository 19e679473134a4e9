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
  const all = {
    registry,
    quiet: () => world.quiet(),
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
