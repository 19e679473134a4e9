/**
 * One operator in a whole dataflow, on one worker or on several that take turns on one thread.
 *
 * @module
 */
import { type Dataflow, dataflow, type Ports } from "../../dataflow/program.ts";
import { Engine, type EngineOptions } from "../../dataflow/engine.ts";
import type { InputHandle } from "../../dataflow/input_handle.ts";
import type { Stream } from "../../dataflow/stream.ts";
import type { Random } from "../oracle/random.ts";
import type { TimedRecords } from "../_support/bags.ts";
import type { Results } from "./in_kit.ts";
import type { Subject } from "./subject.ts";
import { type Delivery, type Form, inForm, lowerBound } from "./traffic.ts";

/** How the engine runs it. */
export interface EngineSettings extends Pick<EngineOptions, "policy" | "budget" | "capacity"> {
  readonly depth: number;
  readonly form: Form;
  readonly workers: number;
}

function describe({ operator }: Subject, config: unknown, depth: number): Dataflow<Ports> {
  return dataflow("conformance", (root) => {
    const names = Object.keys(operator.inputs);
    const inputs = Object.fromEntries(
      names.map((name) => [name, root.input(name, { source: "split" })]),
    );
    const made = root.vertex(operator, { config, inputs, name: operator.name });
    const outputs = Object.entries(made as Record<string, Stream<unknown>>).map(([name, stream]) =>
      [`to ${name}`, stream.output(`to ${name}`)] as const
    );
    return { ...inputs, ...Object.fromEntries(outputs) };
  }, { coordinates: depth });
}

/** Runs the traffic to its end: a right that is left would keep the dataflow from completing. */
export async function runInEngine(
  subject: Subject,
  config: unknown,
  traffic: readonly Delivery[],
  settings: EngineSettings,
  random: Random,
): Promise<Results> {
  const { depth, form, ...options } = settings;
  const program = describe(subject, config, depth);
  const engine = new Engine({ ...options, threads: false, checks: true });
  const running = engine.install(program);
  const results: Record<string, TimedRecords[]> = {};
  const outputs = Object.keys(running.handles).filter((name) => name.startsWith("to "));
  for (const name of outputs) {
    const list: TimedRecords[] = results[name.slice(3)] = [];
    running.output(name).subscribe((batch) => void list.push(batch));
  }
  const inputs = new Map<string, InputHandle<unknown>>(
    Object.keys(subject.operator.inputs).map((name) => [name, running.input(name)]),
  );
  traffic.forEach(({ input, time, records, advances }, i) => {
    inputs.get(input)!.sendAt(time, inForm(records, form));
    if (random.chance(0.3)) engine.run();
    if (!advances) return;
    const rest = traffic.slice(i + 1);
    for (const [name, handle] of inputs) advance(handle, lowerBound(rest, name));
  });
  for (const handle of inputs.values()) if (!handle.isClosed) handle.close();
  await running.done;
  return results;
}

function advance(handle: InputHandle<unknown>, bound: ReturnType<typeof lowerBound>): void {
  if (handle.isClosed) return;
  if (bound === undefined) handle.close();
  else handle.advanceTo(bound);
}
