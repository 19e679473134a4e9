import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  anyRecord,
  type Connection,
  dataflow,
  defineOperator,
  type Input,
  type RootScope,
  type Stream,
  Summary,
  type Time,
} from "../../mod.ts";
import { layOut } from "../../dataflow/compile.ts";
import { manualEngine, problemsOf } from "./support.ts";

const grow = /does not make times grow: a record could go round it for ever at one time/;

function problemsWith(describe: (root: RootScope, numbers: Input<number>) => unknown) {
  return problemsOf(() =>
    dataflow("cycles", (root) => {
      describe(root, root.input<number>("numbers"));
      return {};
    })
  );
}

/** The path that a report of a bad cycle names, from `cycle a → b → a does not …`. */
function cycleOf(problem: string): string[] {
  expect(problem).toMatch(grow);
  return /^cycle (.*) does not/.exec(problem)![1].split(" → ");
}

const pass = (connects: readonly Connection[]) =>
  defineOperator({
    name: "pass",
    version: "1.0.0",
    summary: "Passes on what its connections allow, for tests",
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    connects,
    create: ({ out }) => ({
      receive: {
        in(batch) {
          const { right } = out.out;
          if (right !== null) out.out.forward(batch, right);
        },
      },
    }),
  });

describe("cycles", () => {
  it("without a feedback of 1 or more are named by their path", () => {
    const problems = problemsWith((root, numbers) =>
      root.loop("reach", (loop) => {
        const again = loop.feedback<number>({ by: 0, name: "again" });
        again.connect(loop.enter(numbers).concat(again).map((n) => n, { name: "step" }));
      })
    );
    expect(problems.length).toBe(1);
    const path = cycleOf(problems[0]);
    expect(path[0]).toBe(path.at(-1));
    expect(new Set(path)).toEqual(
      new Set([
        "reach/again.in",
        "reach/again.out",
        "reach/concat.in",
        "reach/concat.out",
        "reach/step.in",
        "reach/step.out",
      ]),
    );
    for (let i = 1; i < path.length; i++) expect(path[i]).not.toBe(path[i - 1]);
  });

  it("are reported one for each part of the graph that has any", () => {
    const problems = problemsWith((root, numbers) => {
      for (const name of ["first", "second"]) {
        const again = root.feedback<number>({ by: 0, name });
        again.connect(again.concat(numbers));
      }
      const good = root.feedback<number>({ name: "good" });
      good.connect(good.concat(numbers));
    });
    expect(problems.map((problem) => cycleOf(problem)[0].split(".")[0]).sort())
      .toEqual(["first", "second"]);
  });

  it("are found at the root, round several loops, and through the loops between", () => {
    const problems = problemsWith((root, numbers) => {
      const again = root.feedback<number>({ by: 0, name: "again" });
      const through = root.loop(
        "inner",
        (inner) => inner.leave(inner.enter(again.concat(numbers))),
      );
      again.connect(through);
    });
    const path = cycleOf(problems[0]);
    expect(path).toContain("inner/ingress.in");
    expect(path).toContain("inner/egress.out");
  });

  it("are no fault where the outermost scope grows, though the inner counter begins again", () => {
    expect(problemsWith((root, numbers) => {
      root.loop("outer", (outer) => {
        const again = outer.feedback<number>();
        again.connect(outer.loop("inner", (inner) => {
          const more = inner.feedback<number>();
          const all = inner.enter(outer.enter(numbers).concat(again)).concat(more);
          more.connect(all.filter((n) => n > 0));
          return inner.leave(all);
        }));
      });
    })).toEqual([]);
  });

  it("are a fault where only the inner counter grows, which the way back resets", () => {
    const problems = problemsWith((root, numbers) => {
      root.loop("outer", (outer) => {
        const again = outer.feedback<number>({ by: 0, name: "again" });
        again.connect(outer.loop("inner", (inner) => {
          const more = inner.feedback<number>({ name: "more" });
          more.connect(inner.enter(outer.enter(numbers).concat(again)));
          return inner.leave(more);
        }));
      });
    });
    expect(cycleOf(problems[0])).toContain("outer/again.in");
  });

  it("with a feedback of 0 are no fault where a missing connection breaks them, and only there", () => {
    const round = (connects: readonly Connection[]) =>
      problemsWith((root, numbers) => {
        const again = root.feedback<number>({ by: 0, name: "again" });
        again.connect(numbers.concat(again).apply(pass(connects), {}) as Stream<number>);
      });
    expect(round([])).toEqual([]);
    expect(round([["in", "out", Summary.feedback(1, 1)]])).toEqual([]);
    expect(round([["in", "out"]]).map(cycleOf).length).toBe(1);
    expect(round([["in", "out", Summary.feedback(1, 0)]]).map(cycleOf).length).toBe(1);
  });

  it("are reported together with wrong connections and wrong results", () => {
    const problems = problemsOf(() =>
      dataflow("several", (root) => {
        const again = root.feedback<number>({ by: 0, name: "again" });
        again.connect(root.input<number>("numbers").concat(again));
        again.apply(pass([["in", "sideways"]]), {});
        return { stream: again as never };
      })
    );
    expect(problems.length).toBe(3);
    expect(problems[0]).toContain('result "stream"');
    expect(problems[1]).toContain("connection in → sideways");
    expect(problems[2]).toMatch(grow);
  });
});

describe("declared connections", () => {
  it("must name ports that the operator has", () => {
    const problems = problemsWith((_root, numbers) => {
      numbers.unary("inPlace", { connects: [["left", "out"], ["in", "side"]] }, () => ({
        receive() {},
      }));
    });
    expect(problems).toEqual(
      ["left → out", "in → side"].map((connection) =>
        `connection ${connection} of "inPlace" names a port that operator "inPlace" does not have`
      ),
    );
  });

  it("must name each pair once", () => {
    const problems = problemsWith((_root, numbers) => {
      const connects = [["in", "out"], ["in", "out"]] as const;
      numbers.unary("inPlace", { connects }, () => ({ receive() {} }));
    });
    expect(problems).toEqual([
      'connection in → out of "inPlace" is declared twice: a pair of ports has one summary',
    ]);
  });

  it("must give times of the scope's depth", () => {
    const problems = problemsWith((root, numbers) => {
      numbers.apply(pass([["in", "out", Summary.ingress(1)]]), {}, { name: "deeper" });
      root.loop(
        "loop",
        (loop) => loop.enter(numbers).apply(pass([["in", "out", Summary.egress(2)]]), {}),
      );
    });
    expect(problems).toEqual([
      'connection in → out of "deeper" gives times of 2 coordinates: its scope has 1',
      'connection in → out of "loop/pass" gives times of 1 coordinates: its scope has 2',
    ]);
  });

  it("move the times of what is sent, and the frontier with them", () => {
    const program = dataflow("later", (root) => {
      const numbers = root.input<number>("numbers");
      const later = numbers.apply(
        pass([["in", "out", Summary.feedback(1, 10)]]) as never,
        {},
      );
      return { numbers, out: later.output("out"), done: later.probe() };
    });
    const engine = manualEngine();
    const { handles } = engine.install(program);
    const times: Time[] = [];
    handles.out.subscribe(({ time }) => times.push(time));
    handles.numbers.sendAt(3, [1]);
    handles.numbers.advanceTo(4);
    engine.run();
    expect(times).toEqual([13]);
    expect(handles.out.frontier).toEqual([14]);
    expect(handles.done.frontier).toEqual([14]);
  });

  it("that are missing let the output be complete while the input is open", () => {
    const program = dataflow("sink", (root) => {
      const numbers = root.input<number>("numbers");
      const nothing = numbers.apply(pass([]) as never, {});
      return { numbers, out: nothing.output("out"), done: numbers.probe() };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.send([1]);
    engine.run();
    expect(run.handles.out.frontier).toEqual([]);
    expect(run.handles.done.frontier).toEqual([0]);
    expect(run.status).toBe("running");
  });

  it("are asked with the checked configuration", () => {
    const shift = defineOperator({
      name: "shift",
      version: "1.0.0",
      summary: "Moves records by so many epochs, for tests",
      config: z.strictObject({ by: z.int().min(1).default(2) }) as z.ZodType<{ by?: number }>,
      inputs: { in: anyRecord },
      outputs: { out: anyRecord },
      connects: ({ by }) => [["in", "out", Summary.feedback(1, by!)]],
      create: ({ out }) => ({
        receive: { in: (batch) => out.out.forward(batch, out.out.right!) },
      }),
    });
    const program = dataflow("shifted", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: numbers.apply(shift as never, {}).output("out") };
    });
    const engine = manualEngine();
    const { handles } = engine.install(program);
    engine.run();
    expect(handles.out.frontier).toEqual([2]);
  });
});

describe("layOut", () => {
  const { graph } = dataflow("numbered", (root) => {
    const numbers = root.input<number>("numbers");
    const words = root.input<string>("words");
    const out = root.loop("loop", (loop) => {
      const again = loop.feedback<number>();
      const pairs = loop.enter(numbers).concat(again).join(loop.enter(words), {
        leftKey: (n) => n,
        rightKey: (word) => word.length,
        value: (n) => n - 1,
        per: "epoch",
      });
      again.connect(pairs);
      return loop.leave(pairs.map((n) => n));
    });
    return { numbers, words, out: out.output("out"), done: out.probe() };
  });

  it("gives every port one location, inputs of a vertex before its outputs", () => {
    const { progress, inputAt, outputAt } = layOut(graph, []);
    const names = graph.vertices.flatMap(({ path, operator }) =>
      [...Object.keys(operator.inputs), ...Object.keys(operator.outputs)]
        .map((port) => `${path}.${port}`)
    );
    expect(progress.locations.map(({ name }) => name)).toEqual(names);
    graph.vertices.forEach(({ operator }, id) => {
      expect(outputAt[id] - inputAt[id]).toBe(Object.keys(operator.inputs).length);
    });
    const depths = Object.fromEntries(progress.locations.map(({ name, depth }) => [name, depth]));
    expect(depths["loop/ingress.in"]).toBe(1);
    expect(depths["loop/ingress.out"]).toBe(2);
    expect(depths["loop/join.left"]).toBe(2);
    expect(depths["loop/egress.out"]).toBe(1);
  });

  it("connects every input of a vertex with every output unless it says otherwise", () => {
    const { progress, inputAt, outputAt } = layOut(graph, []);
    const join = graph.vertices.findIndex(({ path }) => path === "loop/join");
    for (const from of [inputAt[join], inputAt[join] + 1]) {
      const edges = progress.edges.filter((edge) => edge.from === from);
      expect(edges.map(({ to }) => to)).toEqual([outputAt[join]]);
      expect(edges[0].summary.isIdentity).toBe(true);
    }
  });

  it("watches the ports that somebody asks about, or all of them", () => {
    const watched = (watching: "asked" | "all") =>
      layOut(graph, [], watching).progress.locations.filter(({ watched }) => watched)
        .map(({ name }) => name);
    expect(watched("asked")).toEqual([
      "loop/join.left",
      "loop/join.right",
      "loop/egress.out",
      "out.in",
    ]);
    expect(watched("all").length).toBe(layOut(graph, []).progress.locations.length);
  });
});
