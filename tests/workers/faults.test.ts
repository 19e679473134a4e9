/**
 * What goes wrong on one thread ends the dataflow with an error that says what and where, and nothing else.
 * The threads are those of Deno.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import {
  type Dataflow,
  dataflow,
  type Engine,
  type EngineOptions,
  type MeanderError,
} from "../../mod.ts";
import { bag } from "../_support/bags.ts";
import {
  counted,
  faulty,
  faultyPact,
  type FaultyPorts,
  madeByHidden,
  plain,
  random,
  returnsNumber,
  throwsThere,
} from "./programs/faulty.ts";
import { answersLater } from "./programs/times.ts";
import { causeOf, quietly, threaded, thrownBy, words } from "./support.ts";

const inline: Dataflow<FaultyPorts> = dataflow("inline", (root) => {
  const numbers = root.input<number>("numbers");
  return { numbers, out: numbers.map((n) => n as unknown).output("out") };
});

interface Case {
  readonly title: string;
  readonly program: () => Dataflow<FaultyPorts>;
  /** What the error says. */
  readonly says: RegExp;
}

const lost = /^MEANDER_WORKER_LOST {2}Dataflow "faulty" has lost worker 1, which /;

const callbacks: readonly Case[] = [
  [
    "throws",
    /"body" \(written at .*faulty\.ts:\d+:\d+\) threw at time 1: RangeError: boom.*\(on worker 1\)/,
  ],
  ["throws when it is made", /Cannot make "body" .*RangeError: not made \(on worker 1\)/],
  ["throws when notified", /"body" .* threw at time 1: RangeError: not notified.*\(on worker 1\)/],
  [
    "sends a function",
    /MEANDER_FRAME {2}Cannot spread what "body".*Cannot send a record as bytes \(function f\).*\(on worker 1\)/,
  ],
].map(([how, says]) => ({
  title: `a callback that ${how}`,
  program: () => faulty(how as string),
  says: says as RegExp,
}));

const pacts: readonly Case[] = ([
  ["key", /RangeError: no key.*\(on worker 1\)/],
  ["route", /Cannot send a record to worker 3: the workers are 0 to 2.*\(on worker 1\)/],
  ["route to nowhere", /Cannot send a record to worker NaN.*\(on worker 1\)/],
] as const).map(([which, says]) => ({
  title: `a pact with a bad ${which}`,
  program: () => faultyPact(which),
  says,
}));

const losing = ([
  ["exits by Deno", /ended with exit code 3$/],
  ["exits by process", /ended with exit code 4$/],
  ["closes", /ended with exit code 0$/],
  ["throws in a microtask", /ended: TypeError: in a microtask$/],
  ["rejects a promise", /ended: TypeError: in a promise$/],
  ["hangs", /hangs: it has shown no sign of life for 0\.5 s$/],
  ["takes all memory", /ended: it ran out of memory$/],
] as const).map(([how, rest]) => ({
  title: `a callback that ${how}`,
  program: () => faulty(how),
  says: new RegExp(lost.source + rest.source),
}));
const hangs: readonly Case[] = losing.filter(({ title }) => title.includes("hangs"));
const memory: readonly Case[] = losing.filter(({ title }) => title.includes("memory"));
const losses: readonly Case[] = losing.filter((each) =>
  !hangs.includes(each) && !memory.includes(each)
);

const broken = new URL("./programs/throws_on_import.ts", import.meta.url).href;
const absent = new URL("./programs/is_not_there.ts", import.meta.url).href;

const origins: readonly Case[] = [
  {
    title: "a dataflow that its module does not export",
    program: () => plain("not exported"),
    says:
      /^MEANDER_ORIGIN {2}Cannot make dataflow "not exported".*faulty\.ts does not export it.*worker [12]\)/,
  },
  {
    title: "a dataflow of a test file, which does not export it",
    program: () => inline,
    says: /^MEANDER_ORIGIN {2}Cannot make dataflow "inline".*does not export it.*worker [12]\)/,
  },
  {
    title: "a maker that is not exported",
    program: madeByHidden,
    says: /^MEANDER_ORIGIN .*does not export the function "hidden".*worker [12]\)/,
  },
  {
    title: "a maker that returns something else",
    program: () => plain("other", [returnsNumber]),
    says: /^MEANDER_ORIGIN .*"other".*"returnsNumber" returned 42.*worker [12]\)/,
  },
  {
    title: "a maker that throws",
    program: () => plain("thrown", [throwsThere]),
    says: /RangeError: made here, not there.*worker [12]\)/,
  },
  {
    title: "a module that throws when it is imported",
    program: () => plain("broken", undefined, broken),
    says: /RangeError: not to be imported.*worker [12]\)/,
  },
  {
    title: "a module that is not there",
    program: () => plain("absent", undefined, absent),
    says: /is_not_there\.ts.*worker [12]\)/,
  },
];

const unsaid: readonly Case[] = [
  {
    title: "arguments that cannot be cloned",
    program: () => plain("uncloned", [plain, () => 1]),
    says: /^MEANDER_ORIGIN {2}Cannot send the arguments of dataflow "uncloned" to other threads/,
  },
];

const plans: readonly Case[] = [
  {
    title: "a graph that differs by what was made before",
    program: () => {
      counted();
      return counted();
    },
    says:
      /^MEANDER_PLAN {2}Cannot run dataflow "counted": worker [12] has made another graph.*step 2.*step 1/,
  },
  {
    title: "a graph that differs by chance",
    program: random,
    says:
      /^MEANDER_PLAN {2}Cannot run dataflow "random": worker [12] has made another graph.*chance/,
  },
];

/** Feeds a dataflow until it fails, and looks at all that can be seen of it then. */
async function fails(engine: Engine, { title, program, says }: Case): Promise<void> {
  await using run = engine.install(program());
  const { numbers, out } = run.handles;
  const read = causeOf(out.toArray());
  const completed = causeOf(Array.fromAsync(out.completed()));
  // The input is there still: nothing may look as if this time was complete.
  const passed = causeOf(out.passed(3));
  for (const worker of [0, 1, 2]) numbers.sendAt(worker, [worker, worker + 30]);
  numbers.advanceTo(3);
  const cause: MeanderError = await causeOf(run.done);
  expect(cause.message.replaceAll("\n", " "), title).toMatch(says);
  expect([run.status, run.failure === cause], title).toEqual(["failed", true]);
  expect([await read, await completed, await passed], title).toEqual([cause, cause, cause]);
  expect(await causeOf(out.toArray()), title).toBe(cause);
  expect(thrownBy(() => numbers.send([1])), title).toBe(cause);
  expect(thrownBy(() => numbers.advanceTo(9)), title).toBe(cause);
  expect(engine.running, title).not.toContain(run);
}

/** Starts a dataflow in which nothing is wrong; the result tells it to end, and looks at what it has done. */
function startWell(engine: Engine): () => Promise<void> {
  const run = engine.install(answersLater(words(1)));
  const answers = quietly(run.handles.out.toArray());
  run.handles.numbers.send([0]);
  return async () => {
    for (let n = 1; n < 6; n++) run.handles.numbers.sendAt(n, [n]);
    run.handles.numbers.close();
    expect(bag(await answers)).toEqual(bag([0, 2, 4, 6, 8, 10]));
    await run.done;
  };
}

/** One after the other in one engine, while another engine runs something; then something that is well. */
async function failInTurn(cases: readonly Case[], options: EngineOptions = {}): Promise<void> {
  using other = threaded(2);
  const ends = startWell(other);
  using engine = threaded(options.workers ?? 3, options);
  for (const each of cases) await fails(engine, each);
  await ends();
  await startWell(engine)();
}

describe("What goes wrong on one of several workers", () => {
  it.each([
    ["callbacks", callbacks],
    ["pacts", pacts],
    ["origins", origins],
    ["plans", plans],
  ])("ends its dataflow and no other, not even of the same engine: %s", async (_title, cases) => {
    using engine = threaded(3);
    const ends = startWell(engine);
    await Promise.all(cases.map((each) => fails(engine, each)));
    await ends();
  });

  it("ends its dataflow when it cannot even be said what to make there", () =>
    failInTurn(unsaid, { workers: 2 }));

  it("ends the dataflows of its engine, and no others, when the thread ends", () =>
    failInTurn(losses, { workers: 2 }));

  it("or does not return", () => failInTurn(hangs, { hangMs: 500 }));

  it("or takes more memory than it may", () => failInTurn(memory, { heapMb: 60 }));
});
