import { dataflow } from "meander";
import { describe, expect, it } from "vitest";
import { graphJson } from "../../../dataflow/insight/graph_json.ts";
import { nestedLoops } from "./graphs.ts";

describe("graphJson", () => {
  it("names scopes by their paths, each after the one around it", () => {
    const { name, scopes } = graphJson(nestedLoops());
    expect(name).toBe("nested");
    expect(scopes).toEqual([
      { path: "", parent: null, kind: "root", depth: 1 },
      { path: "outer", parent: "", kind: "loop", depth: 2 },
      { path: "outer/inner", parent: "outer", kind: "loop", depth: 3 },
      { path: "outer/box", parent: "outer", kind: "region", depth: 2 },
    ]);
  });

  it("says of a vertex what it is and where, and of a feedback what it adds", () => {
    const { vertices } = graphJson(nestedLoops());
    const find = (path: string) => vertices.find((vertex) => vertex.path === path);
    expect(find("outer/inner/positive")).toEqual({
      path: "outer/inner/positive",
      name: "positive",
      kind: "operator",
      operator: "filter@1.0.0",
      scope: "outer/inner",
      inputs: ["in"],
      outputs: ["out"],
    });
    expect(find("outer/feedback")).toEqual({
      path: "outer/feedback",
      name: "feedback",
      kind: "feedback",
      operator: "feedback@1.0.0",
      scope: "outer",
      inputs: ["in"],
      outputs: ["out"],
      adds: 3,
    });
    expect(vertices.map(({ path }) => path).slice(-2)).toEqual(["outer/egress", "out"]);
  });

  it("names the ports of edges and probes", () => {
    const { edges, probes } = graphJson(dataflow("join", (root) => {
      const numbers = root.input<number>("numbers");
      const pairs = numbers.join(numbers, {
        leftKey: (n) => n,
        rightKey: (n) => n + 1,
        value: (a, b) => a + b,
      });
      return { done: pairs.probe("is done") };
    }));
    expect(edges).toEqual([
      { from: "numbers", output: "out", to: "join", input: "left" },
      { from: "numbers", output: "out", to: "join", input: "right" },
    ]);
    expect(probes).toEqual([{ name: "is done", vertex: "join", output: "out" }]);
  });

  it("survives JSON, whatever the operators are configured with", () => {
    const json = graphJson(nestedLoops().graph);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });
});
