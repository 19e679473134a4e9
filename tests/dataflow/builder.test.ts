import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  anyRecord,
  dataflow,
  defineOperator,
  type Input,
  type LoopScope,
  type RootScope,
  type Stream,
} from "../../mod.ts";
import { placeIn, problemsOf } from "./support.ts";

const place = placeIn("builder.test.ts");
const site = new RegExp(place);

const pairing = defineOperator({
  name: "pairing",
  version: "1.0.0",
  summary: "Two inputs and one output, for tests",
  config: z.strictObject({ width: z.int().min(1), label: z.string().optional() }),
  inputs: { left: anyRecord, right: anyRecord },
  outputs: { out: anyRecord },
  create: () => ({ receive: { left: () => {}, right: () => {} } }),
});

const none: never[] = [];

/** The line of a place; 0 for an unknown one. */
const lineOf = (place: string) => Number(place.split(":")[1] ?? 0);

/** The paths of all vertices and scopes of a graph that is described on one input. */
function pathsOf(describe: (root: RootScope, numbers: Input<number>) => unknown) {
  const { graph } = dataflow("paths", (root) => {
    describe(root, root.input<number>("numbers"));
    return {};
  });
  return [graph.vertices.slice(1), graph.scopes.slice(1)].map((list) =>
    list.map(({ path }) => path)
  );
}

describe("names", () => {
  it("become paths through loops and regions", () => {
    const [vertices, scopes] = pathsOf((root, numbers) => {
      root.region("box", (box) =>
        box.within(numbers).map((n) => n, { name: "first" })
          .filter((n) => n > 0));
      root.loop("outer", (outer) => {
        const inside = outer.enter(numbers, { name: "in" });
        outer.loop("inner", (inner) => inner.enter(inside).map((n) => n));
        outer.region("box", (box) => box.within(inside).map((n) => n));
      });
    });
    expect(vertices).toEqual([
      "box/first",
      "box/filter",
      "outer/in",
      "outer/inner/ingress",
      "outer/inner/map",
      "outer/box/map",
    ]);
    expect(scopes).toEqual(["box", "outer", "outer/inner", "outer/box"]);
  });

  it("are the operator's where none is given, with a number from the second on", () => {
    const [vertices] = pathsOf((root, numbers) => {
      numbers.map((n) => n).map((n) => n).map((n) => n);
      root.region("box", (box) => box.within(numbers).map((n) => n));
    });
    expect(vertices).toEqual(["map", "map-2", "map-3", "box/map"]);
  });

  it("get a number as well when they are given twice, and never meet a name that looks like that", () => {
    const [vertices] = pathsOf((_root, numbers) => {
      for (const name of ["a-2", "a", "a", "a", "a-2"]) numbers.map((n) => n, { name });
    });
    expect(vertices).toEqual(["a-2", "a", "a-2-2", "a-3", "a-2-3"]);
    expect(new Set(vertices).size).toBe(5);
  });

  it("of scopes get a number, too, and so do the paths below", () => {
    const [vertices, scopes] = pathsOf((root, numbers) => {
      for (let i = 0; i < 2; i++) root.loop("again", (loop) => loop.enter(numbers));
      numbers.map((n) => n, { name: "again" });
    });
    expect(scopes).toEqual(["again", "again-2"]);
    expect(vertices).toEqual(["again/ingress", "again-2/ingress", "again-3"]);
  });

  it("of inputs occur once, and of outputs once; an input and an output may share one", () => {
    const problems = problemsOf(() =>
      dataflow("doubled", (root) => {
        const numbers = root.input<number>("a");
        numbers.output("a");
        root.input("b");
        root.input("b");
        root.region("box", (box) => box.within(numbers).output("a"));
        return {};
      })
    );
    expect(problems).toEqual([
      expect.stringMatching(/^input "b" \(written at .*\) exists already \(written at .*\)/),
      expect.stringMatching(/^output "a" \(written at .*\) exists already \(written at .*\)/),
    ]);
    const written = new RegExp(`written at (${place})\\).*written at (${place})\\)`);
    const [, second, first] = written.exec(problems[0])!;
    expect(lineOf(second) - lineOf(first)).toBe(second === first ? 0 : 1);
  });

  it("that only look like a doubled one are no fault", () => {
    const { graph } = dataflow("innocent", (root) => ({
      first: root.input("a"),
      second: root.input("a-2"),
    }));
    expect(graph.vertices.map(({ path, name }) => [path, name]))
      .toEqual([["a", "a"], ["a-2", "a-2"]]);
  });
});

describe("borders of scopes", () => {
  const crossing = (describe: (root: RootScope, numbers: Input<number>) => void) =>
    problemsOf(() =>
      dataflow("borders", (root) => {
        describe(root, root.input<number>("numbers"));
        return {};
      })
    );

  it("are not crossed inward without enter", () => {
    const problems = crossing((root, numbers) => {
      root.loop("reach", (loop) => {
        const again = loop.feedback<number>({ name: "again" });
        again.connect(numbers);
      });
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /^edge from "numbers" to "reach\/again" \(input "in", written at .*\) crosses the border from scope "root" to "reach"\. Bring the stream in with enter$/,
      ),
    ]);
    expect(problems[0]).toMatch(site);
  });

  it("are not crossed outward without leave", () => {
    const problems = crossing((root, numbers) => {
      const inside = root.loop("reach", (loop) => loop.enter(numbers));
      numbers.concat(inside);
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /^edge from "reach\/ingress" to "concat" .*from scope "reach" to "root"\. Take the stream out with leave$/,
      ),
    ]);
  });

  it("are not crossed from one loop into the next, nor by two at once", () => {
    const problems = crossing((root, numbers) => {
      const inside = root.loop("first", (loop) => loop.enter(numbers));
      root.loop("second", (loop) => loop.enter(numbers).concat(inside));
      root.loop("outer", (outer) => outer.loop("inner", (inner) => inner.enter(numbers)));
    });
    expect(problems.map((problem) => /from scope .*/.exec(problem)![0])).toEqual([
      'from scope "first" to "second". Take the stream out with leave',
      'from scope "root" to "outer". Bring the stream in with enter',
    ]);
  });

  it("are those of loops only: regions are crossed freely, also out of a loop's region", () => {
    expect(crossing((root, numbers) => {
      const boxed = root.region("box", (box) => box.within(numbers).map((n) => n));
      boxed.concat(numbers);
      root.loop("loop", (loop) => {
        const inside = loop.enter(boxed);
        const again = loop.feedback<number>();
        const inner = loop.region("box", (box) => box.within(inside).concat(again));
        again.connect(inner.filter((n) => n > 0));
        loop.leave(inner).concat(boxed);
      });
    })).toEqual([]);
  });

  it("must not be gone through twice by a loop scope that was kept", () => {
    const problems = crossing((root, numbers) => {
      let kept!: LoopScope;
      const inside = root.loop("loop", (loop) => {
        kept = loop;
        return loop.enter(numbers);
      });
      kept.enter(inside);
      kept.leave(numbers);
    });
    expect(problems.length).toBe(2);
    expect(problems[0]).toContain('from scope "loop" to "root"');
    expect(problems[1]).toContain('from scope "root" to "loop"');
  });
});

describe("configurations", () => {
  it("that do not fit are named with the setting, the vertex and the place", () => {
    const problems = problemsOf(() =>
      dataflow("settings", (root) => {
        const numbers = root.input<number>("numbers");
        root.region("box", (box) => {
          const config = { width: 0, label: 5, more: true } as never;
          box.vertex(pairing, { config, inputs: { left: numbers, right: numbers } });
        });
        numbers.distinct({ per: "day" as never, name: "daily" });
        return {};
      })
    );
    expect(problems).toEqual([
      expect.stringMatching(/^config width of "box\/pairing" \(pairing, written at .*\): /),
      expect.stringMatching(/^config label of "box\/pairing" /),
      expect.stringMatching(/^config of "box\/pairing" .*more/),
      expect.stringMatching(/^config per of "daily" \(distinct, written at /),
    ]);
    for (const problem of problems) expect(problem).toMatch(site);
  });

  it.each([
    [{ maxIterations: 0 }, "maxIterations"],
    [{ onLimit: "explode" }, "onLimit"],
  ])("of a feedback are checked: %j", (options, setting) => {
    const problems = problemsOf(() =>
      dataflow("round", (root) => {
        const numbers = root.input<number>("numbers");
        const again = root.feedback<number>({ name: "again", ...options } as never);
        again.connect(numbers);
        return {};
      })
    );
    expect(problems).toEqual([expect.stringContaining(`config ${setting} of "again" (feedback`)]);
  });

  it("stand in the graph with their defaults filled in", () => {
    const { graph } = dataflow("defaults", (root) => {
      root.input<number>("numbers").distinct();
      const again = root.feedback<number>({ by: 3 });
      again.connect(again.map((n) => n));
      return {};
    });
    const configs = graph.vertices.map(({ config }) => config);
    expect(configs[1]).toEqual({ per: "time", emit: "complete" });
    expect(configs[2]).toEqual({ depth: 1, by: 3, onLimit: "drop" });
  });
});

describe("streams of another dataflow", () => {
  const other = (): Stream<number> => {
    let numbers!: Stream<number>;
    dataflow("other", (root) => ({ numbers: numbers = root.input<number>("numbers") } as never));
    return numbers;
  };

  it("are refused as inputs of a vertex, each with the port", () => {
    const foreign = other();
    const problems = problemsOf(() =>
      dataflow("thief", (root) => {
        const own = root.input<number>("own");
        const config = { width: 1 };
        root.vertex(pairing, { config, inputs: { left: foreign, right: [own, foreign] } });
        return {};
      })
    );
    expect(problems).toEqual(
      ["left", "right"].map((port) =>
        `edge to "pairing" (input "${port}"): its stream belongs to dataflow "other". Pass an ` +
        `output of one dataflow to an input of the other`
      ),
    );
  });

  it("are refused where they would enter or leave a loop", () => {
    const foreign = other();
    const problems = problemsOf(() =>
      dataflow("thief", (root) => {
        root.loop("loop", (loop) => [loop.enter(foreign), loop.leave(foreign)]);
        return {};
      })
    );
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(":")))).toEqual([
      'edge to "loop/ingress" (input "in")',
      'edge to "loop/egress" (input "in")',
    ]);
  });
});

describe("inputs of a vertex", () => {
  it("must exist, and each must be given, if only an empty list", () => {
    const build = (inputs: object) => () =>
      dataflow("ports", (root) => {
        root.vertex(pairing, { config: { width: 1 }, inputs: inputs as never });
        return {};
      });
    expect(problemsOf(build({ left: none, middle: none }))).toEqual([
      expect.stringMatching(
        /^input "middle" of "pairing" .*does not exist: it has "left", "right"/,
      ),
      expect.stringMatching(/^input "right" of "pairing" .*is not given a stream/),
    ]);
    expect(problemsOf(build({ left: none, right: none }))).toEqual([]);
  });
});

describe("a feedback", () => {
  it("that nothing goes into is a fault that says where it was written", () => {
    const problems = problemsOf(() =>
      dataflow("open", (root) => {
        root.loop("loop", (loop) => loop.feedback<number>({ name: "again" }).map((n) => n));
        return {};
      })
    );
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(`^feedback "loop/again" \\(written at ${place}\\) is not connected`),
      ),
    ]);
  });
});
