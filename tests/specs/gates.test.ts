import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { dataflow, execute, faucet } from "../../mod.ts";
import { dot } from "../../dataflow/insight/dot.ts";
import { mermaid } from "../../dataflow/insight/mermaid.ts";
import { planLines } from "../../dataflow/plan_text.ts";
import type { Dataflow, Ports } from "../../dataflow/program.ts";
import type { RootScope } from "../../dataflow/scope.ts";
import type { Stream } from "../../dataflow/stream.ts";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { buildSpec } from "../../specs/build.ts";
import { cel } from "../../specs/cel.ts";
import type { Spec } from "../../specs/spec.ts";
import { specOf } from "../../specs/spec_of.ts";
import { checkedSpec, problemsIn, spec } from "./support.ts";

const INPUT = "inputs: { n: { format: ndjson, schema: { size: integer, word: string } } }\n";

/** A spec with one gate, of these settings and with these nodes in it. */
const gateWith = (settings: string, nodes: string, leave = "out: last") =>
  spec(`${INPUT}nodes:
  narrow:
    gate:
      enter: { some: n }
      ${settings}
      nodes:
        ${nodes}
      leave: { ${leave} }
outputs: { o: { from: narrow } }
`);

const LAST = "last: { use: core/map, from: some, with: { f: record.size } }";

/** Without the place in the text. */
const told = (text: string) => problemsIn(text).map((each) => each.slice(each.indexOf(" ") + 1));

/** All that a graph is, in no order. */
function planOf(program: Dataflow<Ports>): string[] {
  return planLines(program.graph, program.compiled()).filter((line) => !/^connection/.test(line))
    .toSorted();
}

const registry = new Registry([core]);
const again = (program: Dataflow<Ports>, inputs: Spec["inputs"] = {}) =>
  buildSpec(checkedSpec(stringify(specOf(program, { registry, like: { inputs } })))).program;

async function results(program: Dataflow<Ports>, records: readonly unknown[]): Promise<unknown[]> {
  const run = execute(program, { workers: 1 });
  run.input<unknown>("n").send(records);
  run.input("n").close();
  return await run.output("o").toArray();
}

describe("a gate in a spec", () => {
  const text = gateWith(
    "batch: 5\n      weight: record.size\n      inFlight: 1\n      stash: 4",
    `${LAST}
        whole: { use: core/count, from: last, priority: 3, limits: { capacity: 7 } }`,
    "out: whole",
  );

  it("lets records in by weight, and counts by batch what lies in it", async () => {
    const records = [1, 2, 4, 3, 9, 1].map((size) => ({ size, word: "" }));
    // 1 + 2, 4, 3, 9 by itself, 1: each count is one batch's.
    expect(await results(buildSpec(checkedSpec(text)).program, records)).toEqual([2, 1, 1, 1, 1]);
  });

  it("is the graph that faucet makes", () => {
    const { graph } = buildSpec(checkedSpec(text)).program;
    expect(graph.scopes.map(({ path, kind, depth }) => [path, kind, depth])).toEqual([
      ["", "root", 1],
      ["narrow", "gate", 2],
    ]);
    const gate = graph.vertices.find(({ path }) => path === "narrow/gate")!;
    expect(gate.config).toMatchObject({ depth: 2, batch: 5, inFlight: 1, stash: 4 });
    expect(String(gate.site)).toBe("test:5:3");
    expect(graph.vertices.map(({ path }) => path)).toEqual([
      "n",
      "narrow/some",
      "narrow/gate",
      "narrow/keeper",
      "narrow/last",
      "narrow/whole",
      "narrow/out",
      "o",
    ]);
    expect(graph.priority!("narrow/whole", 0)).toBe(3);
  });

  it("is drawn as a scope of its own", () => {
    const { program } = buildSpec(checkedSpec(text));
    expect(mermaid(program)).toContain('subgraph s1["⧗ narrow"]');
    expect(dot(program)).toContain("⧗ narrow");
  });

  it("comes out of the dataflow again as it was written", () => {
    const { program, checked } = buildSpec(checkedSpec(text));
    const { nodes } = specOf(program, { registry });
    expect(nodes!.narrow).toEqual({
      gate: {
        enter: { some: "n" },
        batch: 5,
        weight: "record.size",
        inFlight: 1,
        stash: 4,
        nodes: {
          last: { use: "core/map@^1.0.0", from: "some", with: { f: "record.size" } },
          whole: {
            use: "core/count@^1.0.0",
            from: "last",
            priority: 3,
            limits: { capacity: 7 },
          },
        },
        leave: { out: "whole" },
      },
    });
    expect(planOf(again(program, checked.spec.inputs))).toEqual(planOf(program));
  });

  it("has what its records are like", () => {
    expect(told(gateWith("batch: 2", LAST.replace("record.size", "record.siz")))).toEqual([
      '/nodes/narrow/gate/nodes/last/with/f: "record.siz": record has no field "siz". Did you mean "size"?',
    ]);
    expect(told(gateWith("batch: 2\n      weight: record.word", LAST))).toEqual([
      '/nodes/narrow/gate/weight: "record.word" gives string: expected number',
    ]);
    // What leaves has the type of what is in it.
    const text = gateWith("batch: 2", LAST).replace(
      "outputs: { o: { from: narrow } }",
      "  after: { use: core/map, from: narrow, with: { f: record.size } }\noutputs: { o: { from: after } }",
    );
    expect(told(text)).toEqual([
      '/nodes/after/with/f: "record.size": integer has no fields. Write record.size()',
    ]);
  });

  it("may weigh by a function of a module, and by parameters", async () => {
    const named = gateWith("batch: 5\n      weight: { function: weigh }", LAST)
      .replace("inputs:", "functions: ./f.ts\ninputs:");
    const functions = { weigh: () => 1 };
    expect(problemsIn(named, { functions })).toEqual([]);
    expect(problemsIn(named, { functions: {} }).join()).toContain('does not export "weigh"');
    const factor = gateWith("batch: 5\n      weight: record.size * params.f", LAST)
      .replace("inputs:", "params: { f: { type: integer, default: 2 } }\ninputs:");
    expect(await results(buildSpec(checkedSpec(factor)).program, [{ size: 3, word: "" }]))
      .toEqual([3]);
  });

  it("lies in loops, and has loops and gates in it, whose types go round", async () => {
    const text = spec(`${INPUT}nodes:
  outer:
    loop:
      enter: { start: n }
      feedback: { back: { from: less, maxIterations: 9 } }
      nodes:
        all: { use: core/concat, from: [start, back] }
        narrow:
          gate:
            enter: { some: all }
            batch: 3
            weight: record.size
            nodes:
              inner:
                gate:
                  enter: { few: some }
                  batch: 1
                  nodes:
                    turn:
                      loop:
                        enter: { x: few }
                        feedback: { y: more }
                        nodes:
                          both: { use: core/concat, from: [x, y] }
                          more: { use: core/filter, from: both, with: { predicate: record.size < 0 } }
                        leave: { z: both }
                  leave: { same: turn.z }
            leave: { out: inner.same }
        less:
          use: core/flatMap
          from: narrow
          with: { f: "record.size > 0 ? [{'size': record.size - 1, 'word': record.word}] : []", limit: 2 }
      leave: { out: narrow }
outputs: { o: { from: outer } }
`);
    const { program, checked } = buildSpec(checkedSpec(text));
    expect(program.graph.scopes.map(({ depth }) => depth)).toEqual([1, 2, 3, 4, 5]);
    expect(planOf(again(program, checked.spec.inputs))).toEqual(planOf(program));
    const numbers = await results(program, [2, 0, 1].map((size) => ({ size, word: "" })));
    expect(numbers.map((each) => (each as { size: number }).size).toSorted()).toEqual([
      0,
      0,
      0,
      1,
      1,
      2,
    ]);
  });
});

describe("what is wrong about a gate in a spec", () => {
  it("is said of everything at once, with its place", () => {
    const text = spec(`${INPUT}nodes:
  narrow:
    gate:
      enter: { some: n, others: n }
      batch: 1.5
      inFlight: 0
      nodes:
        last: { use: core/map, from: n, with: { f: record } }
      leave: {}
  wide:
    gate:
      enter: {}
      batch: 2.5
      nodes:
        keeper: { use: core/of, with: { records: [1] } }
        box:
          region:
            enter: { keeper: keeper }
            nodes:
              more: { use: core/of, with: { records: [1] } }
              bad:
                use: core/map
                from: keeper
                onError: { deadLetter: bad.ndjson }
                with: { f: 1 / record }
            leave: { bad: bad }
      leave: { a: box, b: keeper }
  after: { use: core/map, from: last, with: { f: record } }
  own: { gate: { enter: { a: n }, feedback: { b: c }, batch: 1, nodes: { c: { use: core/concat, from: a } }, leave: { c: c } } }
outputs: { o: { from: after } }
`);
    const within =
      'operator "of" is a source, and would lie behind gate "wide". Place it before the gate, and ' +
      "let in what it sends";
    expect(told(text)).toEqual([
      "/nodes/narrow/gate/enter: one stream enters a gate, not 2. Unite them before it, with core/concat",
      "/nodes/narrow/gate/batch: a batch has so many records: expected an integer, not 1.5. Give records a weight, or " +
      "write an integer",
      "/nodes/narrow/gate/inFlight: expected 1 or more, not 0",
      '/nodes/narrow/gate/nodes/last/from: there is no node or input "n" in gate "narrow". It is outside of this ' +
      "gate, which lets in one stream: unite them before it",
      "/nodes/narrow/gate/leave: one stream leaves a gate, not none. Name it: leave: { NAME: NODE }",
      "/nodes/wide/gate/enter: one stream enters a gate, not none. Name it: enter: { NAME: NODE }",
      "/nodes/wide/gate/batch: a batch has so many records: expected an integer, not 2.5. Give records a weight, or " +
      "write an integer",
      '/nodes/wide/gate/nodes/keeper: "keeper" is a part of the gate itself. Call it something else',
      `/nodes/wide/gate/nodes/keeper/use: ${within}`,
      `/nodes/wide/gate/nodes/box/region/nodes/more/use: ${within}`,
      '/nodes/wide/gate/nodes/box/region/nodes/bad/onError: what it puts aside cannot leave gate "wide", out of which ' +
      "one stream comes. Write onError: skip, or look at the records before the gate",
      "/nodes/wide/gate/leave: one stream leaves a gate, not 2. Unite them in it, with core/concat",
      '/nodes/after/from: there is no node or input "last". It is inside of gate "narrow", out of which one stream ' +
      "comes",
      '/nodes/own/gate/feedback: "feedback" is not known here: there is enter, batch, weight, inFlight, stash, spill, ' +
      "nodes, leave",
    ]);
  });

  it("is a batch of nothing", () => {
    expect(told(gateWith("batch: 0", LAST))).toEqual([
      "/nodes/narrow/gate/batch: expected more than 0, not 0",
    ]);
  });

  it("is that something else is read in it, or read of it past what leaves", () => {
    const text = gateWith("batch: 2", "last: { use: core/map, from: n, with: { f: record } }")
      .replace(
        "outputs:",
        "  after: { use: core/map, from: last, with: { f: record } }\noutputs:",
      );
    expect(told(text)).toEqual([
      '/nodes/narrow/gate/nodes/last/from: there is no node or input "n" in gate "narrow". It is outside of this ' +
      "gate, which lets in one stream: unite them before it",
      '/nodes/after/from: there is no node or input "last". It is inside of gate "narrow", out of which one stream ' +
      "comes",
    ]);
  });

  it("is a circle through it without a loop", () => {
    const text = gateWith("batch: 2", LAST).replace("some: n", "some: back").replace(
      "outputs:",
      "  back: { use: core/concat, from: [n, narrow] }\noutputs:",
    );
    expect(told(text)).toEqual([expect.stringContaining("nodes read each other in a circle")]);
  });
});

describe("a spec of a gate that was made by code", () => {
  const program = (
    fragment: (some: Stream<number>, root: RootScope) => Stream<number>,
    weight?: (n: number) => number,
  ) =>
    dataflow("coded", (root) => {
      const n = root.input<number>("n");
      return {
        n,
        o: faucet(root, n, { batch: 4, weight }, (some) => fragment(some, root)).output("o"),
      };
    }) as unknown as Dataflow<Ports>;
  const twice = cel<(n: number) => number>("record * 2", "record");

  it("does the same", async () => {
    const made = program((some) => some.map(twice), cel("record + 0", "record"));
    expect(specOf(made, { registry }).nodes).toEqual({
      faucet: {
        gate: {
          enter: { ingress: "n" },
          batch: 4,
          weight: "record + 0",
          nodes: { map: { use: "core/map@^1.0.0", from: "ingress", with: { f: "record * 2" } } },
          leave: { egress: "map" },
        },
      },
    });
    expect(planOf(again(made))).toEqual(planOf(made));
    expect(await results(again(made), [1, 2, 3])).toEqual([2, 4, 6]);
  });

  it("also when nothing is in it, and across regions", async () => {
    const empty = program((some) => some);
    expect(await results(again(empty), [1, 2])).toEqual([1, 2]);
    const boxed = dataflow("boxed", (root) => {
      const n = root.input<number>("n");
      const made = faucet(
        root,
        n,
        { batch: 1 },
        (some, inside) =>
          inside.region("box", (box) => box.within(some).map(twice)).filter(
            cel("record > 2", "record"),
          ),
      );
      return { n, o: made.output("o") };
    }) as unknown as Dataflow<Ports>;
    expect(await results(again(boxed), [1, 2])).toEqual([4]);
  });

  it("says what has no words", () => {
    expect(() => specOf(program((some) => some, (n) => n), { registry })).toThrow(
      '"faucet/gate": gate.weight is a function of code, which has no text. Write it with cel("…")',
    );
  });
});

describe("directories of waiting records", () => {
  it("are beside the spec", () => {
    const checked = checkedSpec(spec(`inputs: { n: { format: lines } }
nodes:
  late: { use: core/delay, from: n, with: { f: time, spill: { directory: /far, records: 1 } } }
  held: { use: core/synchronize, from: late, with: { spill: { directory: held, records: 1 } } }
  g:
    gate:
      enter: { a: held }
      batch: 1
      spill: { directory: ../waiting, records: 1 }
      nodes: { c: { use: core/concat, from: a } }
      leave: { c: c }
outputs: { o: { from: g } }
`));
    const directories = (file?: string) =>
      buildSpec(checked, file === undefined ? {} : { file }).program.graph.vertices.flatMap(
        ({ config }) => {
          const { spill } = (config ?? {}) as { spill?: { directory: string } };
          return spill === undefined ? [] : [spill.directory];
        },
      );
    expect(directories("some/specs/one.yaml")).toEqual(["/far", "some/specs/held", "some/waiting"]);
    expect(directories("/one.yaml")).toEqual(["/far", "/held", "/waiting"]);
    expect(directories()).toEqual(["/far", "held", "../waiting"]);
  });
});
