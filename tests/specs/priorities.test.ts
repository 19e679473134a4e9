import { describe, expect, it } from "vitest";
import { dataflow } from "../../mod.ts";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { buildSpec } from "../../specs/build.ts";
import { specOf } from "../../specs/spec_of.ts";
import { checkedSpec, problemsIn, spec } from "./support.ts";

const TEXT = spec(`inputs:
  calm: { format: ndjson, schema: integer }
  urgent: { format: ndjson, schema: integer }
nodes:
  slow: { use: core/map, from: calm, with: { f: record + 1 } }
  careful:
    use: core/map
    from: urgent
    priority: -3
    onError: { deadLetter: bad.ndjson }
    with: { f: 10 / record }
  rounds:
    priority: 7
    loop:
      maxIterations: 3
      enter: { in: calm }
      feedback: { back: again }
      nodes:
        all: { use: core/concat, from: [in, back] }
        again: { use: core/map, from: all, priority: 2, with: { f: record + 1 } }
      leave: { out: all }
outputs: { a: { from: slow }, b: { from: careful }, c: { from: rounds.out } }
`);

describe("priorities of a spec", () => {
  it("are those of its nodes, of the nodes in them, and of what a node does not name", () => {
    const { program: { graph } } = buildSpec(checkedSpec(TEXT));
    const ranks = graph.vertices.map(({ path }) => [path, graph.priority!(path, 0)]);
    expect(Object.fromEntries(ranks)).toEqual({
      calm: 0,
      urgent: -3,
      slow: 0,
      "careful-guard": -3,
      careful: -3,
      "rounds/in": 7,
      "rounds/back": 7,
      "rounds/all": 7,
      "rounds/again": 2,
      "rounds/out": 7,
      a: 0,
      b: -3,
      c: 7,
      ".careful": -3,
    });
  });

  it("come out of the dataflow again as they were written", () => {
    const checked = checkedSpec(TEXT);
    const { nodes } = specOf(
      buildSpec(checkedSpec(spec(`inputs:
  n: { format: ndjson, schema: integer }
nodes:
  one: { use: core/map, from: n, priority: 4, with: { f: record + 1 } }
  box: { priority: -1, region: { enter: { n: n }, nodes: { two: { use: core/map, from: n, with: { f: record } } }, leave: { two: two } } }
outputs: { o: { from: one }, p: { from: box.two } }
`))).program,
      { registry: new Registry([core]) },
    );
    expect([nodes!.one.priority, nodes!.box.priority]).toEqual([4, -1]);
    expect(buildSpec(checked).program.graph.priority).not.toBeNull();
  });

  it("are none where no node has one", () => {
    const text = spec("inputs: { n: { format: lines } }\noutputs: { o: { from: n } }\n");
    expect(buildSpec(checkedSpec(text)).program.graph.priority).toBeNull();
  });

  it("cannot be written when they are a function", () => {
    const program = dataflow("own", (root) => ({ out: root.input("in").output("out") }), {
      priority: () => 0,
    });
    expect(() => specOf(program, { registry: new Registry([core]) })).toThrow(
      "its priority is a function: give nodes a priority instead",
    );
  });

  it("are integers", () => {
    const problems = problemsIn(TEXT.replace("priority: -3", "priority: high"));
    expect(problems.join("\n")).toContain("priority");
    expect(problems.length).toBe(1);
  });
});
