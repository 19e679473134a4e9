import { dataflow, mermaid } from "meander";
import { describe, expect, it } from "vitest";
import { nestedLoops } from "./graphs.ts";

/** The one line that begins with the text, without its indentation. */
function lineOf(picture: string, begin: string): string {
  const found = picture.split("\n").map((line) => line.trim()).filter((line) =>
    line.startsWith(begin)
  );
  expect(found.length).toBe(1);
  return found[0];
}

describe("mermaid", () => {
  it("draws nested loops and regions as nested boxes, each vertex in its own", () => {
    const program = nestedLoops();
    expect(mermaid(program)).toBe(`flowchart TD
  v0(["numbers"])
  v11[["out"]]
  subgraph s1["↻ outer"]
    v1(("feedback"))
    v2[/"ingress"\\]
    v3["concat"]
    v10[\\"egress"/]
    subgraph s2["↻ inner"]
      v4(("round<br/><small>feedback</small>"))
      v5[/"ingress"\\]
      v6["concat"]
      v7["positive<br/><small>filter</small>"]
      v8[\\"egress"/]
    end
    subgraph s3["box"]
      v9["map"]
    end
  end
  v0 --> v2
  v2 --> v3
  v1 -.->|"+3"| v3
  v3 --> v5
  v5 --> v6
  v4 -.->|"+1"| v6
  v6 --> v7
  v7 -.-> v4
  v6 --> v8
  v8 --> v9
  v9 -.-> v1
  v8 --> v10
  v10 --> v11
`);
    expect(mermaid(program.graph)).toBe(mermaid(program));
  });

  it("names the ports of a vertex that has several", () => {
    const program = dataflow("join", (root) => {
      const numbers = root.input<number>("numbers");
      const pairs = numbers.join(numbers, {
        leftKey: (n) => n,
        rightKey: (n) => n + 1,
        value: (a, b) => a + b,
      });
      return { pairs: pairs.output("pairs") };
    });
    const picture = mermaid(program);
    expect(lineOf(picture, 'v0 -->|"left"|')).toBe('v0 -->|"left"| v1');
    expect(lineOf(picture, 'v0 -->|"right"|')).toBe('v0 -->|"right"| v1');
    expect(lineOf(picture, "v1 -->")).toBe("v1 --> v2");
  });

  it("hangs a probe on its vertex, in the same box", () => {
    const program = dataflow("probed", (root) => {
      const numbers = root.input<number>("numbers");
      return root.region("box", (box) => ({
        done: box.within(numbers).map((n) => n).probe("is done"),
      }));
    });
    const lines = mermaid(program).split("\n");
    expect(lines.slice(2, 6)).toEqual([
      '  subgraph s1["box"]',
      '    v1["map"]',
      '    p0>"is done"]',
      "  end",
    ]);
    expect(lines).toContain("  v1 --- p0");
  });

  it("escapes whatever has a meaning to Mermaid or to HTML", () => {
    const named = (name: string) =>
      lineOf(
        mermaid(dataflow("names", (root) => ({
          out: root.input<number>("in").map((n) => n, { name }).output("out"),
        }))),
        "v1[",
      );
    expect(named('say "hi" #1')).toBe('v1["say #34;hi#34; #35;1<br/><small>map</small>"]');
    expect(named("<b>&amp;`x`\n y")).toBe(
      'v1["#60;b#62;#38;amp;#96;x#96; y<br/><small>map</small>"]',
    );
    expect(named("end")).toBe('v1["end<br/><small>map</small>"]');
    // At the beginning of a label these would make a list of it.
    expect(named("1. first")).toBe('v1["1#46; first<br/><small>map</small>"]');
    expect(named("- first")).toBe('v1["#45; first<br/><small>map</small>"]');
    expect(named("a/b")).toBe('v1["a/b<br/><small>map</small>"]');
    expect(named("_x_ *y* [z]")).toBe(
      'v1["#95;x#95; #42;y#42; #91;z#93;<br/><small>map</small>"]',
    );
  });
});
