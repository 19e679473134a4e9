/** Operators in a process of their own do what they do inline. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataflow, execute } from "meander";
import type { AnyOperator } from "../../../operators/contract/definition.ts";
import { pluginsOf, type RunnablePlugins } from "../../../plugins/isolation/plugins_of.ts";
import { guests, installed } from "./guests.ts";

let isolated: RunnablePlugins;
let trusted: RunnablePlugins;

beforeEach(async () => {
  isolated = await guests("varied");
  trusted = await pluginsOf([await installed("varied", "trusted")], {
    program: () => Promise.reject(new Error("nothing is isolated")),
  });
});

afterEach(() => isolated.close());

function operatorOf({ plugins }: RunnablePlugins, name: string): AnyOperator {
  return plugins[0].operators.find((each) => each.name === name)!;
}

type Epochs = readonly (readonly (readonly number[])[])[];

interface Case {
  readonly name: string;
  readonly config?: object;
  readonly budget: number;
  readonly capacity: number;
  readonly workers: number;
  readonly epochs: Epochs;
}

/** All that comes out by output and time, in no order within one, and what was dropped. */
async function run(plugins: RunnablePlugins, the: Case): Promise<unknown> {
  const operator = operatorOf(plugins, the.name);
  const program = dataflow("answers", (root) => {
    const n = root.input<number>("n");
    const inputs = Object.fromEntries(Object.keys(operator.inputs).map((name) => [name, [n]]));
    const made = root.vertex(operator, { config: the.config ?? {}, inputs, name: "it" });
    const streams = Object.entries(made) as [string, typeof n][];
    return {
      n,
      all: streams.map(([port, stream]) => stream.map((record) => ({ port, record })))
        .reduce((all, stream) => all.concat(stream)).output("all"),
    };
  });
  const { budget, capacity, workers } = the;
  await using running = execute(program, { budget, capacity, workers });
  const { n, all } = running.handles;
  const reading = (async () => {
    const found: unknown[] = [];
    for await (const { time, records } of all.completed()) {
      found.push([time, records.map((each) => `${each.port} ${each.record}`).toSorted()]);
    }
    return found;
  })();
  reading.catch(() => {});
  for (const [epoch, batches] of the.epochs.entries()) {
    for (const batch of batches) await n.send([...batch]);
    n.advanceTo(epoch + 1);
  }
  n.close();
  return [await reading, [...running.dropped]];
}

const epochs: fc.Arbitrary<Epochs> = fc.array(
  fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }), {
    maxLength: 4,
  }),
  { maxLength: 6 },
);
const limits = { budget: fc.integer({ min: 1, max: 3 }), capacity: fc.integer({ min: 1, max: 4 }) };

describe("An operator in a process of its own", () => {
  it.each([
    "copies",
    "different",
    "total",
    "crossed",
    "slowly",
    "slowCopies",
    "delayed",
    "tripled",
  ])(
    "answers as it does inline: %s",
    async (name) => {
      const cases = fc.record({
        ...limits,
        name: fc.constant(name),
        workers: fc.constant(1),
        epochs,
      });
      await fc.assert(
        fc.asyncProperty(cases, async (the) => {
          expect(await run(isolated, the)).toEqual(await run(trusted, the));
        }),
        { numRuns: 12 },
      );
    },
  );

  it("may be a source", async () => {
    const the = {
      name: "counting",
      config: { to: 5 },
      budget: 1,
      capacity: 1,
      workers: 1,
      epochs: [],
    };
    expect(await run(isolated, the)).toEqual([
      [0, 1, 2, 3, 4].map((n) => [n, [`out ${n}`]]),
      [],
    ]);
  });

  it("gives way in the middle of what one batch makes, and the plugin waits", async () => {
    const the = {
      ...{ name: "copies", config: { times: 100_000 }, budget: 2, capacity: 64, workers: 1 },
      epochs: [[[1, 2]]],
    };
    const [[[, records]]] = await run(isolated, the) as [[[number, string[]]]];
    expect(records.length).toBe(200_000);
  });
});
