/** What `onError` does where the operator itself throws, and where nobody could follow it. */
import { z } from "zod";
import { describe, expect, it } from "vitest";
import { anyRecord, defineOperator } from "../../operators/contract/definition.ts";
import { valuesOf } from "../../batches/data.ts";
import { core } from "../../plugins/core.ts";
import { type Plugin, Registry } from "../../plugins/registry.ts";
import { stored } from "./plugins_support.ts";
import { checkedSpec, lines, MemoryIo, prepared, problemsIn, ran, spec } from "./support.ts";
import { buildSpec } from "../../specs/build.ts";

/** Sends 12 divided by each record; at 0, and at what is no number, it throws. */
const divided = defineOperator({
  ...{ name: "divided", version: "1.0.0", summary: "Divides", records: "one by one" },
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: () => {
    const transform = {
      length: 0,
      faultIndex: -1,
      apply(data: Parameters<typeof valuesOf>[0], length: number): number[] {
        transform.length = length;
        return Array.from({ length }, (_unused, i) => {
          const n = valuesOf(data)[i];
          if (typeof n !== "number" || n === 0) throw new RangeError(`cannot divide by ${n}`);
          return 12 / n;
        });
      },
    };
    return { transform };
  },
});

const plain = stored("numbers", "1.0.0");
const numbers: Plugin = { ...plain, operators: [divided, ...plain.operators] };
const registry = new Registry([core, numbers]);

const through = (node: string) =>
  spec(`functions: ./f.ts
inputs: { i: { format: ndjson } }
nodes:
  d: { ${node}, from: i }
outputs: { o: { from: d } }
`);

const input = lines([3, 0, 4, "x", 0, 6, -2]);
const reasons = ["RangeError: cannot divide by 0", "RangeError: cannot divide by x"];

describe("A record at which an operator of a plugin throws", () => {
  it("is dropped and counted with its reason, and all others go on", async () => {
    const { ending, outputs, run } = await ran(through("use: numbers/divided, onError: skip"), {
      i: input,
    }, { registry, functions: {} });
    expect([ending, outputs.o]).toEqual(["completed", [4, 3, 2, -6]]);
    expect(run.progress.dropped).toEqual([
      { vertex: "d", reason: reasons[0], records: 2 },
      { vertex: "d", reason: reasons[1], records: 1 },
    ]);
  });

  it("goes to the file of dead letters with its reason, out of a loop as well", async () => {
    const policy = "onError: { deadLetter: bad.ndjson }";
    const inLoop = spec(`inputs: { i: { format: ndjson } }
nodes:
  around:
    loop:
      enter: { n: i }
      feedback: { back: none }
      nodes:
        all: { use: core/concat, from: [n, back] }
        d: { use: numbers/divided, from: all, ${policy} }
        none: { use: core/filter, from: d, with: { predicate: "false" } }
      leave: { o: d }
outputs: { o: { from: around.o } }
`);
    const alone = through(`use: numbers/divided, ${policy}`);
    for (const [text, node] of [[alone, "d"], [inLoop, "around/d"]]) {
      const options = { registry, functions: {} };
      const { ending, outputs, io, run } = await ran(text, { i: input }, options);
      expect([ending, outputs.o, run.progress.dropped]).toEqual(["completed", [4, 3, 2, -6], []]);
      const letters = io.letters.get("bad.ndjson")!;
      expect(letters.ended).toBe("finished");
      expect(letters.records).toEqual([
        { node, reason: reasons[0], record: 0 },
        { node, reason: reasons[1], record: "x" },
        { node, reason: reasons[0], record: 0 },
      ]);
    }
  });

  it("ends the dataflow where nothing else is said", async () => {
    for (const policy of ["", ", onError: fail"]) {
      const io = new MemoryIo({ i: input });
      const text = through(`use: numbers/divided${policy}`);
      await expect(prepared(text, io, { registry, functions: {} }).start()).rejects.toThrow(
        reasons[0],
      );
    }
  });

  it("is kept in the place of the node: no vertex is added, and no output that a spec could read", () => {
    const text = through("use: numbers/divided, onError: { deadLetter: bad }");
    const { program, deadLetters } = buildSpec(checkedSpec(text, { registry, functions: {} }));
    expect(program.graph.vertices.map(({ path }) => path)).toEqual(["i", "d", "o", ".d"]);
    expect(deadLetters).toEqual([{ output: ".d", node: "d", file: "bad" }]);
    const reading = text.replace("from: d }", "from: d..failed }");
    expect(problemsIn(reading, { registry, functions: {} })).toHaveLength(1);
  });
});

describe("A record at which a function of the user's throws", () => {
  const functions = {
    half: (n: number) => {
      if (n % 2 !== 0) throw new TypeError("odd");
      return n / 2;
    },
  };

  it.each([
    ["map", "f", [4, 5]],
    ["filter", "predicate", [8, 10]],
  ])("is left out by core/%s", async (name, part, expected) => {
    const node = `use: core/${name}, with: { ${part}: { function: half } }, onError: skip`;
    const found = await ran(through(node), { i: lines([8, 3, 10]) }, { functions });
    expect(found.outputs.o).toEqual(expected);
    expect(found.run.progress.dropped).toEqual([
      { vertex: "d", reason: "TypeError: odd", records: 1 },
    ]);
  });
});

describe("A policy that nobody could follow", () => {
  it.each([
    [
      "use: numbers/tag, onError: skip",
      '6:35 /nodes/d/onError: operator "tag" of plugin "numbers" does not say that it works record by record, so ' +
      "that what it throws ends the dataflow, whichever record it was at. Leave it out, or use one whose " +
      'manifest has "records": "one by one"',
    ],
    [
      "use: core/count, onError: skip",
      "6:34 /nodes/d/onError: it has no expression of a single record, so that no record can be at fault. " +
      "Leave it out; an error ends the dataflow",
    ],
  ])("is refused: %s", (node, problem) => {
    expect(problemsIn(through(node), { registry, functions: {} })).toEqual([problem]);
  });
});
