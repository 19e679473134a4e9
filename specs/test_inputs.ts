/**
 * Sends to the inputs of a dataflow what a test of its spec gives them.
 *
 * @module
 */
import type { Running } from "../dataflow/running.ts";
import { MeanderError } from "../operators/contract/fault.ts";
import { fieldReader, Refusal, REFUSED } from "../operators/connectors/json_fields.ts";
import type { CheckedSpec, SpecInput } from "./check.ts";
import { openFeed } from "./feed.ts";
import { InputReader } from "./reader.ts";
import type { TestInput, TestSpec } from "./spec.ts";

/** Sends all that a test gives, and closes every input. Throws what does not fit the inputs' schemas. */
export async function sendTestInputs(
  checked: CheckedSpec,
  { inputs = {} }: TestSpec,
  running: Running,
): Promise<void> {
  for (const input of checked.inputs) {
    const given: TestInput = Object.hasOwn(inputs, input.name) ? inputs[input.name] : [];
    await sendOne(input, given, running);
  }
}

async function sendOne(
  input: SpecInput,
  given: TestInput,
  running: Running,
): Promise<void> {
  const reader = new InputReader(input, { name: "", write: () => undefined, ...NOTHING });
  // What is sent here may be worked off later, step by step.
  const feed = openFeed(running, input, reader, false);
  if ("epochs" in given) {
    const handle = running.input(input.name);
    given.epochs.forEach((records, i) => {
      if (i > 0) handle.advanceTo(i);
      handle.send(read(input, records));
    });
    return feed.close();
  }
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
