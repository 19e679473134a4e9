/**
 * Wrong graphs that were once accepted, or reported badly.
 * @module
 */

import { expect, it } from "vitest";
import { dataflow, type Stream } from "../../mod.ts";

function problemsOf(build: () => unknown): readonly string[] {
  try {
    build();
  } catch (error) {
    if ((error as { code?: string }).code === "MEANDER_GRAPH") {
      return (error as { problems: readonly string[] }).problems;
    }
    throw error;
  }
  return [];
}

const other = (): Stream<number> => {
  let kept!: Stream<number>;
  dataflow("other", (root) => ({ kept: kept = root.input<number>("kept") }) as never);
  return kept;
};
const uses: [string, (own: Stream<number>, foreign: Stream<number>) => unknown][] = [
  ["concat", (own, foreign) => own.concat(foreign)],
  [
    "join",
    (own, foreign) => own.join(foreign, { leftKey: (n) => n, rightKey: (n) => n, value: (n) => n }),
  ],
  [
    "binary",
    (own, foreign) =>
      own.binary(foreign, "both", {}, () => ({ receive: { left() {}, right() {} } })),
  ],
];
it.each(uses)("streams of another dataflow: are listed as a problem by %s", (_name, use) => {
  const foreign = other();
  const problems = problemsOf(() =>
    dataflow("thief", (root) => {
      use(root.input<number>("own"), foreign);
      return {};
    })
  );
  expect(problems).toEqual([expect.stringContaining('belongs to dataflow "other"')]);
});

it("streams of another dataflow: are listed as a problem by connect of a feedback", () => {
  const foreign = other();
  const problems = problemsOf(() =>
    dataflow("thief", (root) => {
      root.feedback<number>().connect(foreign);
      return {};
    })
  );
  expect(problems.some((problem) => problem.includes('belongs to dataflow "other"'))).toBe(true);
});

it("streams of another dataflow: put no edge into a graph that is being described around", () => {
  const outer = dataflow("outer", (root) => {
    const numbers = root.input<number>("numbers");
    const out = numbers.map((n) => n).map((n) => n).output("out");
    try {
      dataflow("inner", (inner) => ({
        out: inner.input<number>("b").concat(numbers).output("o"),
      }));
    } catch {
      // The refusal is what the tests above want; this one is about the outer graph.
    }
    return { out };
  });
  expect(outer.graph.edges.length).toBe(3);
});

it("dataflow: lists a configuration that does not fit also where connects asks for it", () => {
  const problems = problemsOf(() =>
    dataflow("round", (root) => {
      const again = root.feedback<number>({ name: "again", by: -1 });
      again.connect(root.input<number>("numbers"));
      return {};
    })
  );
  expect(problems).toEqual([expect.stringContaining('config by of "again" (feedback')]);
});

it("dataflow: lists a bad cycle together with faults that have nothing to do with it", () => {
  const problems = problemsOf(() =>
    dataflow("several", (root) => {
      const numbers = root.input<number>("numbers");
      const again = root.feedback<number>({ by: 0 });
      again.connect(numbers.concat(again));
      numbers.map("no function" as never);
      return {};
    })
  );
  expect(problems.some((problem) => problem.startsWith("config f of"))).toBe(true);
  expect(problems.some((problem) => problem.startsWith("cycle "))).toBe(true);
});

it("dataflow: notices a stream that within() takes into a loop without enter", () => {
  const problems = problemsOf(() =>
    dataflow("smuggler", (root) => {
      const numbers = root.input<number>("numbers");
      root.loop("loop", (loop) => loop.within(numbers).map((n) => n));
      return {};
    })
  );
  expect(problems).toEqual([expect.stringMatching(/crosses the border.*enter/)]);
});

it("dataflow: gives a graph whose vertices, scopes and edges cannot be changed either", () => {
  const { graph } = dataflow("frozen", (root) => {
    root.input<number>("numbers").map((n) => n);
    return {};
  });
  for (const part of [graph.scopes[0], graph.vertices[0], graph.edges[0]]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});
