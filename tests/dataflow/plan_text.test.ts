import { describe, expect, it } from "vitest";
import { anyRecord, dataflow, type DataflowOptions, defineOperator, type Pact } from "../../mod.ts";
import type { RootScope, Stream } from "../../mod.ts";
import { planDifference, planHash, planLines } from "../../dataflow/plan_text.ts";
import { z } from "zod";

function operator(version = "1.0.0") {
  return defineOperator({
    name: "held",
    version,
    summary: "Has any configuration",
    config: z.strictObject({ held: z.unknown() }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: () => ({ receive: { in: () => {} } }),
  });
}

type Build = (numbers: Stream<number>, root: RootScope) => Stream<unknown>;

/** The plan of a small graph, with what lies between its input and its output. */
function linesOf(
  build: Build,
  options: DataflowOptions = {},
  source: "pinned" | "split" = "pinned",
) {
  const program = dataflow("planned", (root) => {
    const numbers = root.input<number>("numbers", { source });
    return { out: build(numbers, root).output("out") };
  }, options);
  return planLines(program.graph, program.compiled("asked", 2));
}

const holding = (held: unknown, version?: string) =>
  linesOf((numbers) => numbers.apply(operator(version), { held }));

const spread = (pact: Pact) =>
  linesOf((numbers) =>
    numbers.unary("spread", { pacts: { in: pact } }, () => ({ receive: () => {} }))
  );

const looped = (by: number) =>
  linesOf((numbers, root) =>
    root.loop("round", (loop) => {
      const again = loop.feedback<number>({ by });
      again.connect(loop.enter(numbers).concat(again).map((n) => n));
      return loop.leave(again);
    })
  );

describe("A plan as text", () => {
  it("is the same for a graph that is described again, whatever order its configuration is in", () => {
    const plans = [
      () => holding({ a: [1, { b: "x" }], c: null, d: undefined }),
      () => spread({ kind: "exchange", key: (n: number) => n % 2 }),
      () => looped(2),
    ];
    for (const plan of plans) {
      expect(plan()).toEqual(plan());
      expect(planHash(plan())).toBe(planHash(plan()));
    }
    expect(holding({ a: 1, b: 2 })).toEqual(holding({ b: 2, a: 1 }));
    expect(holding({
      get a() {
        return 1;
      },
    })).toEqual(holding({ a: 1 }));
  });

  it.each<[string, string[], string[]]>([
    ["a configuration", holding({ a: 1 }), holding({ a: 2 })],
    ["the kind of a value", holding("1"), holding(1)],
    ["null and nothing", holding({ a: null }), holding({ a: undefined })],
    ["the order of a list", holding([1, 2]), holding([2, 1])],
    ["how deep it lies", holding([[1]]), holding([1])],
    ["bigint and number", holding(1n), holding(1)],
    ["a function", holding(() => 1), holding(() => 2)],
    ["the operator's version", holding(1), holding(1, "1.0.1")],
    ["the kind of a pact", spread({ kind: "gather" }), spread({ kind: "broadcast" })],
    [
      "the function of a pact",
      spread({ kind: "exchange", key: (n: number) => n }),
      spread({ kind: "exchange", key: (n: number) => -n }),
    ],
    ["how far a feedback counts", looped(1), looped(2)],
    ["a name", linesOf((n) => n.map((x) => x)), linesOf((n) => n.map((x) => x, { name: "m" }))],
    ["coordinates", linesOf((n) => n), linesOf((n) => n, { coordinates: 2 })],
    ["a split input", linesOf((n) => n), linesOf((n) => n, {}, "split")],
    ["one vertex more", linesOf((n) => n), linesOf((n) => n.count())],
  ])("differs by %s", (_title, one, other) => {
    expect(planHash(one)).not.toBe(planHash(other));
    expect(planDifference(one, other)).not.toBe(planDifference(one, one));
  });

  it("has a line for each scope, vertex and edge", () => {
    const lines = looped(2);
    expect(lines[0]).toBe("dataflow planned");
    const kinds = lines.map((line) => line.slice(0, line.indexOf(" ")));
    expect(kinds.filter((kind) => kind === "scope").length).toBe(2);
    expect(kinds.filter((kind) => kind === "vertex").length).toBe(7);
    expect(kinds.filter((kind) => kind === "edge").length).toBe(7);
    expect(lines).toContainEqual(
      expect.stringMatching(/^vertex round\/feedback feedback feedback@/),
    );
    expect(lines).toContainEqual("edge numbers.0 to round/ingress.0 {kind: string pipeline}");
  });

  it("ends with values that refer to themselves, or lie deep", () => {
    const own: Record<string, unknown> = {};
    own.own = own;
    expect(holding(own)).toEqual(holding(own));
  });

  it("hashes to 64 bits, by the lines and not by their text as a whole", () => {
    expect(planHash(["a"])).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set([["a", "b"], ["a\nb"], ["b", "a"], ["a"], ["a", "b", ""]].map(planHash)).size)
      .toBe(5);
  });

  it("says of two the first line in which they differ", () => {
    expect(planDifference(["a", "b"], ["a", "c"]))
      .toBe('the first worker has "b", the other "c"');
    expect(planDifference(["a"], ["a", "c"]))
      .toBe('the first worker has "nothing more", the other "c"');
    expect(planDifference(["a", "b"], ["a"]))
      .toBe('the first worker has "b", the other "nothing more"');
  });
});
