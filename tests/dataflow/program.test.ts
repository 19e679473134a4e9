import { describe, expect, it } from "vitest";
import {
  dataflow,
  type DataflowOptions,
  execute,
  type Input,
  MeanderError,
  type RootScope,
  type Stream,
} from "../../mod.ts";
import { manualEngine, problemsOf } from "./support.ts";

const doubling = () =>
  dataflow("doubling", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, doubled: numbers.map((n) => 2 * n).output("doubled") };
  });

describe("dataflow (validation)", () => {
  it("lists every fault of a graph at once", () => {
    const faulty = (root: RootScope) => {
      const numbers = root.input<number>("numbers");
      root.input<number>("numbers");
      root.feedback<number>({ name: "never" });
      numbers.map("not a function" as never, { name: "wrong" });
      root.loop("reach", (loop) => {
        const inside = loop.enter(numbers);
        inside.concat(numbers);
        numbers.concat(inside);
      });
      return { numbers, stream: numbers.map((n) => n) as never, out: numbers.output("out") };
    };
    let error: unknown;
    try {
      dataflow("faulty", faulty);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MeanderError);
    const { code, where, problems, message } = error as MeanderError;
    expect([code, where]).toEqual(["MEANDER_GRAPH", "faulty"]);
    const expected = [
      /^input "numbers" .* exists already/,
      /^config f of "wrong"/,
      /^edge from "numbers" to "reach\/concat" .*enter$/,
      /^edge from "reach\/ingress" to "concat" .*leave$/,
      /^feedback "never" .* is not connected/,
      /^result "stream" is no input, output or probe/,
    ];
    expect(problems.length).toBe(expected.length);
    for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
    expect(message).toContain('Cannot build dataflow "faulty": 6 problems');
    for (const problem of problems) expect(message).toContain(`\n  - ${problem}`);
  });

  it("speaks of one problem in the singular", () => {
    const build = () => {
      dataflow("lonely", (root) => {
        root.feedback();
        return {};
      });
    };
    expect(build).toThrow(/"lonely": 1 problem\n/);
    expect(problemsOf(build).length).toBe(1);
  });

  it.each([0, -1, 1.5, NaN, Infinity, "2"])("refuses %s root coordinates", (coordinates) => {
    const options = { coordinates } as DataflowOptions;
    const build = () => dataflow("odd", () => ({}), options);
    expect(build).toThrow(RangeError);
    expect(build).toThrow(/MEANDER_GRAPH.*dataflow "odd".*integer of at least 1/);
  });

  it.each([null, undefined, 5, "ports"])("refuses a description that returns %s", (returned) => {
    expect(problemsOf(() => dataflow("nothing", () => returned as never))).toEqual([
      expect.stringContaining(
        `returned ${
          typeof returned === "string" ? JSON.stringify(returned) : returned
        }: return an object`,
      ),
    ]);
  });

  it("refuses inputs, outputs and probes of another dataflow as its result", () => {
    const other = dataflow("other", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: numbers.output("out"), done: numbers.probe() };
    });
    const problems = problemsOf(() => dataflow("thief", () => ({ ...other.ports })));
    expect(problems).toEqual(
      ["numbers", "out", "done"].map((key) =>
        `result "${key}" belongs to dataflow "other": return a handle of this one`
      ),
    );
  });

  it("lets an error of the description through as it is", () => {
    const mistake = new TypeError("mine");
    const build = () =>
      dataflow("broken", () => {
        throw mistake;
      });
    expect(build).toThrow(mistake);
  });
});

describe("dataflow (the finished graph)", () => {
  it("takes nothing more, by any stream or scope that was kept", () => {
    let kept!: { root: RootScope; numbers: Input<number>; mapped: Stream<number> };
    dataflow("closed", (root) => {
      const numbers = root.input<number>("numbers");
      kept = { root, numbers, mapped: numbers.map((n) => n) };
      return { numbers };
    });
    const { root, numbers, mapped } = kept;
    const attempts: Record<string, () => unknown> = {
      'vertex \\"map\\"': () => mapped.map((n) => n),
      'vertex \\"more\\"': () => root.input("more"),
      'vertex \\"out\\"': () => numbers.output("out"),
      'vertex \\"feedback\\"': () => root.feedback(),
      'vertex \\"concat\\"': () => numbers.concat(mapped),
      'probe \\"late\\"': () => mapped.probe("late"),
      'scope \\"loop\\"': () => root.loop("loop", () => {}),
      'scope \\"box\\"': () => root.region("box", () => {}),
    };
    for (const [what, attempt] of Object.entries(attempts)) {
      expect(attempt).toThrow(`Cannot add "${what}" to dataflow "closed": its graph is finished`);
    }
  });

  it("is data whose lists cannot be changed", () => {
    const { graph, ports } = doubling();
    expect(graph.vertices.map(({ path, kind }) => [path, kind])).toEqual([
      ["numbers", "input"],
      ["map", "operator"],
      ["doubled", "output"],
    ]);
    expect(graph.edges).toEqual([
      { from: 0, output: 0, to: 1, input: 0 },
      { from: 1, output: 0, to: 2, input: 0 },
    ]);
    for (const list of [graph, ports, graph.scopes, graph.vertices, graph.edges, graph.probes]) {
      expect(Object.isFrozen(list)).toBe(true);
    }
    expect(() => (graph.edges as unknown[]).push({})).toThrow(TypeError);
  });

  it("is the same after any number of runs", async () => {
    const program = doubling();
    const before = JSON.stringify([program.graph.scopes, program.graph.edges]);
    for (const [sent, got] of [[[1, 2], [2, 4]], [[5], [10]], [[], []]]) {
      const run = execute(program);
      run.handles.numbers.send(sent);
      run.handles.numbers.close();
      expect(await run.handles.doubled.toArray()).toEqual(got);
    }
    expect(JSON.stringify([program.graph.scopes, program.graph.edges])).toBe(before);
  });

  it("is compiled once for every way of watching", () => {
    const program = doubling();
    expect(program.compiled()).toBe(program.compiled("asked"));
    expect(program.compiled("all")).toBe(program.compiled("all"));
    expect(program.compiled("all")).not.toBe(program.compiled("asked"));
  });

  it("keeps the state of simultaneous runs apart", () => {
    const program = dataflow("counting", (root) => {
      const words = root.input<string>("words");
      return { words, counts: words.count().output("counts") };
    });
    const engine = manualEngine();
    const runs = [1, 2, 3].map((many) => {
      const run = engine.install(program);
      run.handles.words.send(new Array<string>(many).fill("word"));
      const seen: number[] = [];
      run.handles.counts.subscribe(({ records }) => seen.push(...records));
      return { run, seen };
    });
    for (const { run } of runs) run.handles.words.close();
    engine.run();
    expect(runs.map(({ seen }) => seen)).toEqual([[1], [2], [3]]);
  });
});

describe("dataflow (handles)", () => {
  it("have the names that the description returned, and are reached by their own names too", () => {
    const program = dataflow("names", (root) => {
      const numbers = root.input<number>("numbers");
      root.input<number>("silent");
      numbers.output("hidden");
      return { in: numbers, out: numbers.output("shown"), probe: numbers.probe("done") };
    });
    const running = manualEngine().install(program);
    const { handles } = running;
    expect(Object.keys(handles)).toEqual(["in", "out", "probe"]);
    expect([handles.in.name, handles.out.name, handles.probe.name])
      .toEqual(["numbers", "shown", "done"]);
    expect(running.input("numbers")).toBe(handles.in);
    expect(running.output("shown")).toBe(handles.out);
    expect(running.input("silent").name).toBe("silent");
    expect(running.output("hidden").name).toBe("hidden");
    expect(() => running.input("in")).toThrow(
      'MEANDER_PORT  No input "in" in dataflow "names": it has "numbers", "silent"',
    );
    expect(() => running.output("numbers")).toThrow('it has "hidden", "shown"');
  });

  it("say that there is none where a dataflow has no input", () => {
    const running = manualEngine().install(dataflow("empty", () => ({})));
    expect(() => running.input("any")).toThrow('No input "any" in dataflow "empty": it has none');
  });

  it("of an input and an output inside of scopes go by name, not by path", () => {
    const program = dataflow("boxes", (root) => {
      const numbers = root.input<number>("value");
      return root.region("box", (box) => {
        const doubled = box.within(numbers).map((n) => n * 2);
        return { numbers, out: doubled.output("value") };
      });
    });
    expect(program.graph.vertices.map(({ path }) => path))
      .toEqual(["value", "box/map", "box/value"]);
    const running = manualEngine().install(program);
    const { handles } = running;
    expect(running.input("value")).toBe(handles.numbers);
    expect(running.output("value")).toBe(handles.out);
  });
});
