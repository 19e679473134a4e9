/**
 * Sends to the inputs of a dataflow what a test of its spec gives them.
 *
 * @module
 */
import type { Running } from "../dataflow/running.ts";
import { MeanderError } from "../operators/contract/fault.ts";
import { fieldReader, Refusal, REFUSED } from "../operators/connectors/json_fields.ts";
import { lateInput } from "./build.ts";
import type { CheckedSpec, SpecInput } from "./check.ts";
import { type Feed, feedFor } from "./feed.ts";
import { InputReader } from "./reader.ts";
import { lateOf } from "./resolve.ts";
import type { TestInput, TestSpec } from "./spec.ts";

/** Sends all that a test gives, and closes every input. Throws what does not fit the inputs' schemas. */
export async function sendTestInputs(
  checked: CheckedSpec,
  { inputs = {} }: TestSpec,
  running: Running,
): Promise<void> {
  for (const input of checked.inputs) {
    const given: TestInput = Object.hasOwn(inputs, input.name) ? inputs[input.name] : [];
    await sendOne(checked, input, given, running);
  }
}

async function sendOne(
  { root }: CheckedSpec,
  input: SpecInput,
  given: TestInput,
  running: Running,
): Promise<void> {
  const { name, spec: { epochs } } = input;
  const handle = running.input(name);
  const entry = root.table.entries.get(name)!;
  const goesOn = entry.kind === "input" && lateOf(entry) === "output";
  const late = goesOn ? running.input(lateInput(name)) : undefined;
  const reader = new InputReader(input, { name: "", write: () => undefined, ...NOTHING });
  if ("epochs" in given) {
    given.epochs.forEach((records, i) => {
      if (i > 0) handle.advanceTo(i);
      handle.send(read(input, records));
    });
    handle.close();
    late?.close();
    return;
  }
  const feed: Feed = feedFor(handle, epochs, reader, late);
  if ("text" in given) return await reader.read(textSource(given.text), feed, NEVER);
  const records = read(input, given as readonly unknown[]);
  feed.send(records, { first: 1, last: Math.max(1, records.length) });
  feed.close();
}

const NEVER = new AbortController().signal;
const NOTHING = { finish: () => Promise.resolve(), abandon: () => Promise.resolve() };

async function* textSource(text: string) {
  await Promise.resolve();
  const chunks = (async function* () {
    await Promise.resolve();
    yield new TextEncoder().encode(text);
  })();
  yield { name: "the test's text", size: undefined, chunks };
}

/** Records as the input's format would give them, so that what is typed can be trusted. */
function read({ name, type }: SpecInput, records: readonly unknown[]): unknown[] {
  const reader = fieldReader(type);
  return records.map((record, i) => {
    const refusal = new Refusal();
    const value = reader(record, refusal);
    if (value !== REFUSED) return value;
    throw new MeanderError(
      "MEANDER_TEST",
      `Cannot send record ${i + 1} to input "${name}": ${refusal.why}`,
      { where: name },
    );
  });
}
