/**
 * One operator by itself in the test kit, whose frontiers the traffic moves.
 *
 * @module
 */
import type { AnyOperator } from "../../operators/contract/definition.ts";
import { sizedFor } from "../../operators/contract/sized.ts";
import { OperatorTest } from "../../operators/kit/operator_test.ts";
import { lessEqual, type Time } from "../../progress/time.ts";
import type { TimedRecords } from "../_support/bags.ts";
import type { Subject } from "./subject.ts";
import { type Delivery, type Form, frontierOf, inForm } from "./traffic.ts";

/** How the kit runs an operator. */
export interface KitSettings {
  readonly depth: number;
  readonly form: Form;
  readonly budget: number;
  readonly capacity: number;
  /** After so many batches its state is put into a fresh instance. */
  readonly restoreAfter?: number | undefined;
}

/** What came out, by output. */
export type Results = Readonly<Record<string, readonly TimedRecords[]>>;

// deno-lint-ignore no-explicit-any
type AnyTest = OperatorTest<any, any, any>;

/** Runs the traffic to its end. Throws when a right is left or something is sent too early. */
export function runInKit(
  { operator, waits = false }: Subject,
  config: unknown,
  traffic: readonly Delivery[],
  settings: KitSettings,
): Results {
  const { depth, form, budget, capacity, restoreAfter = -1 } = settings;
  const make = (): AnyTest =>
    new OperatorTest(operator, config as never, { depth, budget, capacity });
  const inputs = Object.keys(operator.inputs);
  const outputs = Object.keys(sizedFor(operator, operator.config.parse(config)).outputs);
  const tests = [make()];
  traffic.forEach(({ input, time, records, advances }, i) => {
    if (i === restoreAfter) {
      // What waits on disk takes no memory.
      const spills = Object.hasOwn(config as object, "spill");
      if (!spills) checkKeeps(tests[0], restored(operator, tests[0], make()), outputs);
      tests.push(restored(operator, tests[0], make()));
    }
    const test = tests.at(-1)!;
    test.send(input, time, inForm(records, form));
    const rest = traffic.slice(i + 1);
    if (advances) inputs.forEach((each) => test.advance(each, frontierOf(rest, each)));
    if (waits) checkWaits(test, outputs, rest);
  });
  const last = tests.at(-1)!;
  // What a source has put off.
  last.pass(0);
  last.finish();
  if (last.rights.length > 0) throw new Error(`it still holds ${JSON.stringify(last.rights)}`);
  if (!isForever(operator, config)) checkKeepsNothing(last);
  return Object.fromEntries(
    outputs.map((output) => [output, tests.flatMap((test) => [...test.batches(output)])]),
  );
}

/** A snapshot is data: it goes through the schema of the state. */
function restored(operator: AnyOperator, from: AnyTest, fresh: AnyTest): AnyTest {
  const saved = from.save();
  return fresh.restore({ ...saved, state: operator.state?.schema.parse(saved.state) });
}

/** Whether its state is never complete. */
function isForever(operator: AnyOperator, config: unknown): boolean {
  const { per } = operator.config.parse(config) as { readonly per?: unknown };
  return per === "forever";
}

/** When all is complete, whatever it kept is gone. */
function checkKeepsNothing({ kept }: AnyTest): void {
  const { records, waiting = 0, inFlight = 0 } = kept;
  if (records + waiting + inFlight === 0) return;
  throw new Error(`it still keeps ${JSON.stringify(kept)} when all times are complete`);
}

/** What answers later without another record must keep something of those that came. */
function checkKeeps({ kept }: AnyTest, twin: AnyTest, outputs: readonly string[]): void {
  const { records, bytes = 0, waiting = 0 } = kept;
  if (!(records >= waiting && bytes >= 0 && (records === 0 || bytes > 0))) {
    throw new Error(`it says that it keeps ${JSON.stringify(kept)}`);
  }
  twin.finish();
  const answers = outputs.flatMap((output) => [...twin.batches(output)]);
  if (answers.length === 0 || records > 0) return;
  throw new Error(
    `it says that it keeps nothing, and sent ${JSON.stringify(answers)} without more`,
  );
}

function checkWaits(
  test: AnyTest,
  outputs: readonly string[],
  rest: readonly Delivery[],
): void {
  for (const output of outputs) {
    const early = test.batches(output).find(({ time }) =>
      rest.some((later) => lessEqual(later.time, time as Time))
    );
    if (early !== undefined) {
      throw new Error(`it sent at ${early.time} on "${output}" before that time was complete`);
    }
  }
}
