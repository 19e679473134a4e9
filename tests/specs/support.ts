/**
 * What several tests of specs share: checks with the core plugin, runs over arrays instead of files, and an
 * operator with two inputs and two outputs.
 * @module
 */

import { z } from "zod";
import { core } from "../../plugins/core.ts";
import { type Plugin, Registry } from "../../plugins/registry.ts";
import { anyRecord, type Capability, defineOperator } from "../../operators/contract/definition.ts";
import { buildSpec } from "../../specs/build.ts";
import { type CheckedSpec, type CheckOptions, checkSpec } from "../../specs/check.ts";
import { type ByteSource, SinkClosed, type SpecIo, type TextSink } from "../../specs/io.ts";
import { formatProblem } from "../../specs/problem.ts";
import { SpecRun } from "../../specs/run.ts";

const two = { left: anyRecord, right: anyRecord };

/** Hands `left` and `right` on, and everything to both of its outputs. */
const twice = defineOperator({
  name: "twice",
  version: "1.0.0",
  summary:
    "Sends what comes on the left to both outputs, and what comes on the right to the second",
  config: z.strictObject({}),
  inputs: two,
  outputs: { first: anyRecord, second: anyRecord },
  create: ({ out }) => ({
    receive: {
      left(batch) {
        out.first.forward(batch);
        out.second.forward(batch);
      },
      right: (batch) => out.second.forward(batch),
    },
  }),
});

/** Keeps for ever the right to send. */
const hold = defineOperator({
  name: "hold",
  version: "1.0.0",
  summary: "Passes records on, and never gives up the right to send more",
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ out, retain }) => {
    let kept: Capability | undefined;
    return {
      receive: {
        in(batch) {
          kept ??= retain();
          out.out.forward(batch);
        },
      },
    };
  },
});

/** Takes integers only. */
const addUp = defineOperator({
  name: "addUp",
  version: "1.0.0",
  summary: "Passes integers on",
  config: z.strictObject({}),
  inputs: { in: z.int() },
  outputs: { out: z.int() },
  create: ({ out }) => ({ receive: { in: (batch) => out.out.forward(batch) } }),
});

/** The plugin of these tests. */
export const kit: Plugin = { name: "kit", version: "1.2.0", operators: [twice, hold, addUp] };

/** With `core` and {@linkcode kit}. */
export const registry: Registry = new Registry([core, kit]);

/** Every problem as `line:column pointer: message. Hint`. */
export function problemsIn(text: string, options: Partial<CheckOptions> = {}): string[] {
  const checked = checkSpec(text, { registry, ...options });
  return "problems" in checked ? checked.problems.map(formatProblem) : [];
}

/** The checked spec; an error that lists its problems when it has some. */
export function checkedSpec(text: string, options: Partial<CheckOptions> = {}): CheckedSpec {
  const checked = checkSpec(text, { registry, ...options });
  if (!("problems" in checked)) return checked;
  throw new Error(checked.problems.map(formatProblem).join("\n"));
}

/** A spec with these parts. */
export function spec(parts: string): string {
  return `meander: 1\nname: test\n${parts}`;
}

/** A sink that keeps everything, and knows how it ended. */
export class MemorySink implements TextSink {
  readonly name: string;
  text = "";
  ended: "open" | "finished" | "abandoned" = "open";
  /** How many more pieces it takes before it says that nobody reads. */
  closesAfter = Infinity;
  /** What a write is answered with. */
  answer: () => Promise<void> | undefined = () => undefined;

  constructor(name: string) {
    this.name = name;
  }

  write(text: string): Promise<void> | undefined {
    if (this.closesAfter-- <= 0) throw new SinkClosed(this.name);
    this.text += text;
    return this.answer();
  }

  finish(): Promise<void> {
    this.ended = "finished";
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    this.ended = "abandoned";
    return Promise.resolve();
  }

  /** The records of an output of JSON lines. */
  get records(): unknown[] {
    return this.text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  }
}

/** What an input gives: pieces of text, made when they are asked for. */
export type Pieces = Iterable<string> | AsyncIterable<string>;

/** Arrays for files. */
export class MemoryIo implements SpecIo {
  readonly sinks: Map<string, MemorySink> = new Map();
  readonly letters: Map<string, MemorySink> = new Map();
  /** How many pieces were asked for. */
  asked = 0;
  /** Tasks of inputs that end epochs by the clock. */
  readonly tasks: (() => void)[] = [];
  readonly #inputs: Readonly<Record<string, Pieces>>;

  constructor(inputs: Readonly<Record<string, Pieces>>) {
    this.#inputs = inputs;
  }

  async *sources(input: string, signal: AbortSignal): AsyncGenerator<ByteSource> {
    yield await Promise.resolve({
      name: `${input}.txt`,
      size: undefined,
      chunks: this.#chunks(input, signal),
    });
  }

  sink(output: string): Promise<TextSink> {
    return Promise.resolve(sinkIn(this.sinks, output));
  }

  deadLetters(file: string): Promise<TextSink> {
    return Promise.resolve(sinkIn(this.letters, file));
  }

  /** Nothing here waits for anything but what it was given. */
  quiet(): Promise<void> {
    return Promise.resolve();
  }

  every(_ms: number, task: () => void, signal: AbortSignal): void {
    this.tasks.push(task);
    signal.addEventListener("abort", () => this.tasks.splice(this.tasks.indexOf(task), 1));
  }

  async *#chunks(input: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#inputs[input]) {
      if (signal.aborted) return;
      this.asked++;
      yield new TextEncoder().encode(piece);
    }
  }
}

/** The sink with that name, which a test may prepare before it is asked for. */
export function sinkIn(sinks: Map<string, MemorySink>, name: string): MemorySink {
  const sink = sinks.get(name) ?? new MemorySink(name);
  sinks.set(name, sink);
  return sink;
}

/** A run that was not started, with all that a test looks at. */
export function prepared(text: string, io: MemoryIo, options: Partial<CheckOptions> = {}) {
  const checked = checkedSpec(text, options);
  const built = buildSpec(checked, { file: "test.yaml" });
  const run = new SpecRun(built, io);
  return { run, checked, built, start: () => run.run() };
}

/** What comes out when a spec is run over these texts. */
export async function ran(
  text: string,
  inputs: Readonly<Record<string, Pieces>>,
  options: Partial<CheckOptions> = {},
) {
  const io = new MemoryIo(inputs);
  const { run, start } = prepared(text, io, options);
  const ending = await start();
  const outputs = Object.fromEntries([...io.sinks].map(([name, sink]) => [name, sink.records]));
  return { ending, io, run, outputs };
}

/** Records as JSON lines. */
export function lines(records: readonly unknown[]): string[] {
  return records.map((record) => `${JSON.stringify(record)}\n`);
}

/** Numbers in order, whatever order they came in. */
export function sorted(records: readonly unknown[]): unknown[] {
  return records.toSorted((a, b) => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    return left === right ? 0 : left.length - right.length || (left < right ? -1 : 1);
  });
}
