/** What becomes of records at which an operator of a plugin throws: the same for trusted and for isolated ones. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { core } from "../../../plugins/core.ts";
import { Registry } from "../../../plugins/registry.ts";
import { pluginsOf, type RunnablePlugins } from "../../../plugins/isolation/plugins_of.ts";
import { lines, prepared, problemsIn, spec } from "../../specs/support.ts";
import { guests, installed, PatientIo } from "./guests.ts";

let isolated: RunnablePlugins;
let trusted: RunnablePlugins;

beforeEach(async () => {
  isolated = await guests("careful", { restarts: 1000, backoffMs: 0 });
  trusted = await pluginsOf([await installed("careful", "trusted")], {
    program: () => Promise.reject(new Error("nothing is isolated")),
  });
});

afterEach(() => isolated.close());

const through = (operator: string, policy: string) =>
  spec(`inputs: { i: { format: ndjson, schema: integer, epochs: { every: 5 } } }
nodes: { it: { use: careful/${operator}, from: i, onError: ${policy} } }
outputs: { o: { from: it } }
`);

const SKIP = "skip";
const LETTER = "{ deadLetter: bad.ndjson }";

async function run({ plugins }: RunnablePlugins, text: string, records: readonly number[]) {
  const io = new PatientIo({ i: lines(records) });
  const started = prepared(text, io, { registry: new Registry([core, ...plugins]) });
  await started.start();
  const { dropped } = started.run.progress;
  return {
    sent: io.sinks.get("o")!.records,
    dropped: Object.fromEntries(dropped.map(({ reason, records }) => [reason, records])),
    letters: io.letters.get("bad.ndjson")?.records ?? [],
  };
}

/** What the fixture says of itself, for one record. */
function answer(n: number): number[] | string {
  if (n < 0) return `RangeError: ${n} is below 0`;
  if (n > 0 && n % 7 === 0) return JSON.stringify("seven\u001b[31m");
  return n === 0 ? [] : n % 2 === 0 ? [n, n] : [-n];
}

function expected(records: readonly number[]) {
  const sent: number[] = [];
  const letters: { node: string; reason: string; record: number }[] = [];
  for (const record of records) {
    const found = answer(record);
    if (typeof found === "string") letters.push({ node: "it", reason: found, record });
    else sent.push(...found);
  }
  const dropped: Record<string, number> = {};
  for (const { reason } of letters) dropped[reason] = (dropped[reason] ?? 0) + 1;
  return { sent, letters, dropped };
}

const numbers = fc.array(fc.integer({ min: -8, max: 60 }), { maxLength: 40 });

describe("A record at which a plugin throws", () => {
  it("is left out or put aside, and all others go on, in either kind of process", async () => {
    await fc.assert(
      fc.asyncProperty(numbers, fc.constantFrom(SKIP, LETTER), async (records, policy) => {
        const { sent, letters, dropped } = expected(records);
        const told = policy === SKIP ? { dropped, letters: [] } : { dropped: {}, letters };
        for (const plugins of [trusted, isolated]) {
          const found = await run(plugins, through("fails", policy), records);
          expect(found).toEqual({ sent, ...told });
        }
      }),
      { numRuns: 25 },
    );
  });

  it("is told once when its process dies and another one goes on", async () => {
    const records = Array.from({ length: 400 }, (_unused, i) => (i * 7919) % 53 - 5);
    const { sent, letters, dropped } = expected(records);
    expect(await run(isolated, through("dies", LETTER), records)).toEqual({
      ...{ sent, letters, dropped: {} },
    });
    expect(await run(isolated, through("dies", SKIP), records)).toEqual({
      ...{ sent, letters: [], dropped },
    });
  });

  it("may throw what cannot be looked at, which ends its process and not the engine", async () => {
    isolated.limit({ restarts: 0 });
    await expect(run(isolated, through("fails", SKIP), [1, -50])).rejects.toThrow(
      /its process is gone.*: it ended with code 9/,
    );
  });
});

describe("What no policy is for", () => {
  it.each([
    [
      "liar",
      /Cannot leave out records at which "it" throws: its operator says that it works record/,
    ],
    ["wrong", /it sent 0\.5 on output "out": .*expected int, received number/],
  ])("ends the dataflow: %s", async (operator, why) => {
    for (const policy of [SKIP, LETTER]) {
      const error = await run(isolated, through(operator, policy), [1]).catch((cause) => cause);
      expect(error.message).toMatch(why);
      expect(error.message).toContain(`"it" (careful/${operator}@1.0.0, isolated`);
    }
  });

  it("is refused before anything runs where the manifest does not say that there is one", () => {
    const registry = new Registry([core, ...isolated.plugins]);
    expect(problemsIn(through("silent", SKIP), { registry })).toEqual([
      expect.stringContaining('operator "silent" of plugin "careful" does not say that it works'),
    ]);
    expect(isolated.processes()).toEqual([]);
  });
});
