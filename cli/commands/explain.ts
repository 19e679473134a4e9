/**
 * `meander explain`: a spec on the input of one of its tests, step by step.
 *
 * @module
 */
import { ManualClock } from "../../actors/clock.ts";
import { Engine } from "../../dataflow/engine.ts";
import { formatTable } from "../../dataflow/insight/explain.ts";
import { steps } from "../../dataflow/insight/steps.ts";
import { buildSpec } from "../../specs/build.ts";
import { checkSpec } from "../../specs/check.ts";
import { runLimits } from "../../specs/limits.ts";
import { SpecError } from "../../specs/problem.ts";
import { sendTestInputs } from "../../specs/test_inputs.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../exit.ts";
import { styleFor } from "../style.ts";
import { type OpenedSpec, type StoreFlags, withSpec } from "../with_spec.ts";

/** Flags of `meander explain`. */
export interface ExplainFlags extends StoreFlags {
  readonly test?: string;
}

/** A loop may have no end, and nobody reads so many. */
const MOST_STEPS = 10_000;

/** Writes what each step did, and the table of what is outstanding after it. */
export async function explainCommand(
  this: Context,
  flags: ExplainFlags,
  path: string,
): Promise<void> {
  await withSpec(this, flags, path, {}, (opened) => explained(this, flags, opened));
}

async function explained(
  { world }: Context,
  flags: ExplainFlags,
  { checked: plain, path, text, functions, plugins: { registry } }: OpenedSpec,
): Promise<void> {
  const style = styleFor(world.hasColours);
  const { tests = [] } = plain.spec;
  const test = flags.test === undefined ? tests[0] : tests.find(({ name }) => name === flags.test);
  if (test === undefined) {
    const names = tests.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new UsageError(
      `Cannot explain ${path}: it needs a test for its input. The spec has ${names}`,
    );
  }
  const checked = checkSpec(text, {
    registry,
    // As it was just chosen, whatever the test's parameters are.
    lock: plain.lock,
    params: test.params ?? {},
    ...(functions === undefined ? {} : { functions }),
  });
  if ("problems" in checked) throw new SpecError(path, checked.problems);
  const { program, deadLetters } = buildSpec(checked, { file: path });
  const { budget, capacity } = runLimits(checked.spec);
  const engine = new Engine({ explain: true, clock: new ManualClock(), budget, capacity });
  const running = engine.install(program);
  const sink = world.stdout();
  for (
    const { name } of [...checked.outputs, ...deadLetters.map(({ output: name }) => ({ name }))]
  ) {
    running.output(name).subscribe(({ time, records }) => {
      // Listeners are told within the step that the records come in.
      received.push(`  ${name} @${String(time)}: ${JSON.stringify(records)}`);
    });
  }
  const received: string[] = [];
  await sendTestInputs(checked, test, running);
  await sink.write(`${path}, test "${test.name}": its input was sent, and its epochs ended\n`);
  let number = 0;
  for (const { caption, rows } of steps(engine, running)) {
    if (number === MOST_STEPS) {
      await sink.write(`\nMore than ${MOST_STEPS} steps: nobody would read them\n`);
      break;
    }
    const lines = formatTable(rows).split("\n").map((line) => `  ${line}`);
    const title = style(`${++number}. ${caption}`, "bold");
    await sink.write(`\n${[title, ...received.splice(0), ...lines].join("\n")}\n`);
  }
  if (running.failure !== undefined) throw running.failure;
  await sink.finish();
}
