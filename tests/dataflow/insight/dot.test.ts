import { Graphviz } from "@hpcc-js/wasm-graphviz";
import fc from "fast-check";
import { dataflow } from "meander";
import { describe, expect, it } from "vitest";
import { dot } from "../../../dataflow/insight/dot.ts";
import { nestedLoops } from "./graphs.ts";

/** The lines without what they say about looks, and without the lines that say nothing else. */
function plainLines(picture: string): string[] {
  return picture.split("\n").filter((line) => !/^\s*(graph|node|edge) \[/.test(line))
    .map((line) =>
      line.replace(
        / ?(shape|style|fillcolor|color|peripheries|arrowhead|margin)=("[^"]*"|\w+)/g,
        "",
      )
        .replace("[ ", "[").replace(" []", "")
    );
}

function named(name: string) {
  return dataflow("names", (root) => ({
    out: root.input<number>("in").map((n) => n, { name }).output("out"),
  }));
}

describe("dot", () => {
  it("draws nested loops and regions as nested boxes, each vertex in its own", () => {
    const program = nestedLoops();
    expect(plainLines(dot(program)).join("\n")).toBe(`digraph "nested" {
  v0 [label="numbers"]
  v11 [label="out"]
  subgraph cluster1 {
    label="↻ outer"
    v1 [label="feedback"]
    v2 [label="ingress"]
    v3 [label="concat"]
    v10 [label="egress"]
    subgraph cluster2 {
      label="↻ inner"
      v4 [label=<round<br/><font point-size="9">feedback</font>>]
      v5 [label="ingress"]
      v6 [label="concat"]
      v7 [label=<positive<br/><font point-size="9">filter</font>>]
      v8 [label="egress"]
    }
    subgraph cluster3 {
      label="box"
      v9 [label="map"]
    }
  }
  v0 -> v2
  v2 -> v3
  v1 -> v3 [label=" +3 "]
  v3 -> v5
  v5 -> v6
  v4 -> v6 [label=" +1 "]
  v6 -> v7
  v7 -> v4 [constraint=false]
  v6 -> v8
  v8 -> v9
  v9 -> v1 [constraint=false]
  v8 -> v10
  v10 -> v11
}
`);
    expect(dot(program.graph)).toBe(dot(program));
  });

  it("gives every kind of vertex a shape, and the way back of a loop dashes", () => {
    const lines = dot(nestedLoops()).split("\n").map((line) => line.trim());
    const shapes = ["v0 ", "v1 ", "v2 ", "v3 ", "v10 ", "v11 "].map((begin) =>
      /shape=(\w+)/.exec(lines.find((line) => line.startsWith(`${begin}[`))!)![1]
    );
    expect(shapes).toEqual(["ellipse", "circle", "trapezium", "box", "invtrapezium", "box"]);
    expect(lines.filter((line) => line.includes("->") && line.includes("dashed"))).toEqual([
      'v1 -> v3 [label=" +3 " style=dashed]',
      'v4 -> v6 [label=" +1 " style=dashed]',
      "v7 -> v4 [style=dashed constraint=false]",
      "v9 -> v1 [style=dashed constraint=false]",
    ]);
  });

  it("names the ports of a vertex that has several, and hangs probes on their vertices", () => {
    const picture = dot(dataflow("join", (root) => {
      const numbers = root.input<number>("numbers");
      const pairs = numbers.join(numbers, {
        leftKey: (n) => n,
        rightKey: (n) => n + 1,
        value: (a, b) => a + b,
      });
      return { done: pairs.probe("is done") };
    }));
    expect(plainLines(picture).slice(1)).toEqual([
      '  v0 [label="numbers"]',
      '  v1 [label="join"]',
      '  p0 [label="is done"]',
      '  v0 -> v1 [label=" left "]',
      '  v0 -> v1 [label=" right "]',
      "  v1 -> p0",
      "}",
      "",
    ]);
  });

  it("is what Graphviz takes, and shows any name as it is", async () => {
    const graphviz = await Graphviz.load();
    const shown = (name: string) => {
      const svg = graphviz.dot(dot(named(name)), "svg");
      const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((found) =>
        found[1].replace(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)))
          .replace(/&#x([\da-f]+);/gi, (_all, code) => String.fromCodePoint(parseInt(code, 16)))
          .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
          .replaceAll("&amp;", "&").replaceAll("\u00a0", " ")
      );
      return texts;
    };
    const odd = [
      'say "hi" #1',
      "<b>&amp;`x`\n y",
      "back\\slash \\N \\n \\",
      "a/b",
      "]; v9 -> v1 [",
      "日本 → ☃ 𝒳",
      "&#38; &lt",
      "}",
      "\u0000\u001b[1m\uFFFE",
    ];
    const clean = (name: string) =>
      name.toWellFormed().replace(/\s+/g, " ").replace(/[\p{Cc}\uFFFE\uFFFF]/gu, "\uFFFD");
    for (const name of odd) expect(shown(name)).toContain(clean(name));
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), (name) => {
        if (name.trim() === "") return;
        expect(shown(name).join("\n")).toContain(clean(name).trim());
      }),
      { numRuns: 50 },
    );
  });
});
