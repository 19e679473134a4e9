import { describe, expect, it } from "vitest";
import { z } from "zod";
import { anyRecord, dataflow, defineOperator, type Stream, type Time } from "../../mod.ts";
import { bagsByTime } from "../_support/bags.ts";
import { manualEngine } from "./support.ts";

const split = defineOperator({
  name: "split",
  version: "1.0.0",
  summary: "Takes two streams apart by the sign of their numbers, for tests",
  config: z.strictObject({}),
  inputs: { first: z.number(), second: z.number() },
  outputs: { plus: z.number(), minus: z.string() },
  create: ({ out }) => {
    const receive = (name: string) => (batch: { time: Time } & Iterable<number>) => {
      for (const n of batch) {
        if (n >= 0) out.plus.push(batch.time, n);
        else out.minus.push(batch.time, `${name} ${n}`);
      }
    };
    return { receive: { first: receive("first"), second: receive("second") } };
  },
});

describe("depth", () => {
  it("is one for the root, one more in each loop, and the same in a region", () => {
    const seen: Record<string, number> = {};
    dataflow("depths", (root) => {
      seen.root = root.depth;
      root.region("box", (box) => {
        seen.box = box.depth;
        box.loop("loop", (loop) => {
          seen.loop = loop.depth;
          loop.region("box", (inner) => seen.inner = inner.depth);
          loop.loop("loop", (nested) => seen.nested = nested.depth);
        });
      });
      return {};
    });
    expect(seen).toEqual({ root: 1, box: 1, loop: 2, inner: 2, nested: 3 });
  });

  it("counts from as many as the dataflow declares", () => {
    let depth = 0;
    const { graph } = dataflow("deep", (root) => {
      root.loop("loop", (loop) => depth = loop.depth);
      return {};
    }, { coordinates: 3 });
    expect(depth).toBe(4);
    expect(graph.scopes.map(({ depth }) => depth)).toEqual([3, 4]);
  });
});

/** Every time that records have in a scope two loops deep, and after leaving them again. */
function nestedTimes(coordinates: number, time: Time) {
  const seen: [string, Time][] = [];
  const note = (where: string) => (_n: number, time: Time) => void seen.push([where, time]);
  const program = dataflow("nested", (root) => {
    const numbers = root.input<number>("numbers");
    const out = root.loop("outer", (outer) => {
      const outside = outer.enter(numbers).inspect(note("outer"));
      const inside = outer.loop(
        "inner",
        (inner) => inner.leave(inner.enter(outside).inspect(note("inner"))),
      );
      return outer.leave(inside.inspect(note("left inner")));
    });
    return { numbers, out: out.inspect(note("left outer")).output("out") };
  }, { coordinates });
  const engine = manualEngine();
  const { handles } = engine.install(program);
  handles.numbers.sendAt(time, [1]);
  engine.run();
  return seen;
}

describe("loops", () => {
  it("append a 0 to a time that comes in and remove it again", () => {
    expect(nestedTimes(1, 7)).toEqual([
      ["outer", [7, 0]],
      ["inner", [7, 0, 0]],
      ["left inner", [7, 0]],
      ["left outer", 7],
    ]);
    expect(nestedTimes(2, [3, 4])).toEqual([
      ["outer", [3, 4, 0]],
      ["inner", [3, 4, 0, 0]],
      ["left inner", [3, 4, 0]],
      ["left outer", [3, 4]],
    ]);
  });

  it("count their own rounds: an outer round begins the inner loop at 0 again", () => {
    const seen: string[] = [];
    const program = dataflow("clock", (root) => {
      const ticks = root.input<number>("ticks");
      root.loop("hours", (hours) => {
        const nextHour = hours.feedback<number>({ maxIterations: 2 });
        const start = hours.enter(ticks).concat(nextHour);
        const done = hours.loop("minutes", (minutes) => {
          const nextMinute = minutes.feedback<number>({ maxIterations: 3 });
          const all = minutes.enter(start).concat(nextMinute)
            .inspect((_n, time) => void seen.push(String(time)));
          nextMinute.connect(all);
          return minutes.leave(all);
        });
        nextHour.connect(done.distinct());
      });
      return { ticks };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.ticks.sendAt(5, [1]);
    run.handles.ticks.close();
    engine.run();
    expect(run.status).toBe("completed");
    expect(seen).toEqual(["5,0,0", "5,0,1", "5,0,2", "5,1,0", "5,1,1", "5,1,2"]);
  });

  it("unite the streams when connect is called more than once", () => {
    const program = dataflow("halves", (root) => {
      const numbers = root.input<number>("numbers");
      const out = root.loop("loop", (loop) => {
        const again = loop.feedback<number>();
        const all = loop.enter(numbers).concat(again);
        again.connect(all.filter((n) => n > 1 && n % 2 === 0).map((n) => n / 2));
        again.connect(all.filter((n) => n > 1 && n % 2 === 1).map((n) => n - 1));
        return loop.leave(all);
      });
      return { numbers, out: out.output("out") };
    });
    const engine = manualEngine();
    const { handles } = engine.install(program);
    const seen: number[] = [];
    handles.out.subscribe(({ records }) => seen.push(...records));
    handles.numbers.send([13]);
    engine.run();
    expect(seen).toEqual([13, 12, 6, 3, 2, 1]);
  });

  it("add to the counter what their feedback says", () => {
    const times: Time[] = [];
    const program = dataflow("strides", (root) => {
      const numbers = root.input<number>("numbers");
      root.loop("loop", (loop) => {
        const again = loop.feedback<number>({ by: 5, maxIterations: 16 });
        again.connect(
          loop.enter(numbers).concat(again).inspect((_n, time) => void times.push(time)),
        );
      });
      return { numbers };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.sendAt(2, [1]);
    engine.run();
    expect(times).toEqual([[2, 0], [2, 5], [2, 10], [2, 15]]);
    expect(run.dropped).toEqual([
      { vertex: "loop/feedback", records: 1, reason: "maxIterations 16" },
    ]);
  });
});

describe("the root as a loop scope", () => {
  /** A number falls by one with each round; every number that is seen leaves with its time. */
  const countdown = (coordinates: number) =>
    dataflow("countdown", (root) => {
      const numbers = root.input<number>("numbers");
      const again = root.feedback<number>();
      const all = numbers.concat(again);
      again.connect(all.filter((n) => n > 0).map((n) => n - 1));
      return { numbers, out: all.output("out"), done: all.probe() };
    }, { coordinates });

  it("adds to the epoch itself", async () => {
    const engine = manualEngine();
    const { handles } = engine.install(countdown(1));
    handles.numbers.sendAt(4, [2]);
    handles.numbers.sendAt(5, [10]);
    handles.numbers.close();
    engine.run();
    const batches = [];
    for await (const batch of handles.out.completed()) batches.push(batch);
    expect(bagsByTime(batches)).toEqual(bagsByTime([
      { time: 4, records: [2] },
      { time: 5, records: [1, 10] },
      { time: 6, records: [0, 9] },
      ...[8, 7, 6, 5, 4, 3, 2, 1, 0].map((n, i) => ({ time: 7 + i, records: [n] })),
    ]));
  });

  it("adds to the last coordinate where there are two, and leaves the first alone", () => {
    const engine = manualEngine();
    const { handles } = engine.install(countdown(2));
    const seen: [Time, number][] = [];
    handles.out.subscribe(({ time, records }) => records.forEach((n) => seen.push([time, n])));
    handles.numbers.sendAt([3, 7], [2]);
    handles.numbers.sendAt([8, 1], [1]);
    handles.numbers.advanceTo([3, 9]);
    engine.run();
    expect(seen).toEqual([
      [[3, 7], 2],
      [[3, 8], 1],
      [[3, 9], 0],
      [[8, 1], 1],
      [[8, 2], 0],
    ]);
    expect(handles.done.frontier).toEqual([[3, 9]]);
    expect(handles.done.isComplete([100, 8])).toBe(true);
    expect(handles.done.isComplete([2, 100])).toBe(true);
    expect(handles.done.isComplete([3, 9])).toBe(false);
  });

  it("is that of its regions as well", () => {
    const times: Time[] = [];
    const program = dataflow("boxed", (root) => {
      const numbers = root.input<number>("numbers");
      root.region("box", (box) => {
        const again = box.feedback<number>();
        const all = box.within(numbers).concat(again);
        again.connect(all.filter((n) => n > 0).map((n) => n - 1));
        all.inspect((_n, time) => void times.push(time));
      });
      return { numbers };
    });
    const engine = manualEngine();
    engine.install(program).handles.numbers.send([3]);
    engine.run();
    expect(times).toEqual([0, 1, 2, 3]);
  });
});

describe("regions", () => {
  it("change nothing about what comes out", async () => {
    const build = (boxed: boolean) =>
      dataflow("boxed", (root) => {
        const numbers = root.input<number>("numbers");
        const squares = (stream: Stream<number>) => stream.map((n) => n * n).count();
        const out = boxed
          ? root.region("box", (box) => squares(box.within(numbers)))
          : squares(numbers);
        return { numbers, out: out.concat(numbers).output("out") };
      });
    const results = await Promise.all([true, false].map(async (boxed) => {
      const program = build(boxed);
      const engine = manualEngine();
      const { handles } = engine.install(program);
      handles.numbers.send([1, 2, 3]);
      handles.numbers.close();
      engine.run();
      return [(await handles.out.toArray()).sort(), program.graph.scopes.length];
    }));
    expect(results).toEqual([[[1, 2, 3, 3], 2], [[1, 2, 3, 3], 1]]);
  });

  it("hand out what their description returns, as loops do", () => {
    dataflow("results", (root) => {
      expect(root.region("box", () => "boxed")).toBe("boxed");
      expect(root.loop("loop", () => 5)).toBe(5);
      return {};
    });
  });
});

describe("vertex", () => {
  it("connects ports by name, unites several streams, and gives one stream for each output", () => {
    const program = dataflow("splitting", (root) => {
      const a = root.input<number>("a");
      const b = root.input<number>("b");
      const { plus, minus } = root.vertex(split, {
        config: {},
        inputs: { second: [a, b], first: a },
        name: "by sign",
      });
      return { a, b, plus: plus.output("plus"), minus: minus.output("minus") };
    });
    expect(program.graph.vertices.map(({ path }) => path))
      .toEqual(["a", "b", "by sign", "plus", "minus"]);
    expect(program.graph.edges).toEqual([
      { from: 0, output: 0, to: 2, input: 0 },
      { from: 0, output: 0, to: 2, input: 1 },
      { from: 1, output: 0, to: 2, input: 1 },
      { from: 2, output: 0, to: 3, input: 0 },
      { from: 2, output: 1, to: 4, input: 0 },
    ]);
    const engine = manualEngine();
    const { handles } = engine.install(program);
    const plus: number[] = [];
    const minus: string[] = [];
    handles.plus.subscribe(({ records }) => plus.push(...records));
    handles.minus.subscribe(({ records }) => minus.push(...records));
    handles.a.send([1, -2]);
    handles.b.send([-3]);
    engine.run();
    expect(plus).toEqual([1, 1]);
    expect(minus).toEqual(["first -2", "second -2", "second -3"]);
  });

  it("may stand in a loop, with its times", () => {
    const program = dataflow("inside", (root) => {
      const numbers = root.input<number>("numbers");
      const minus = root.loop("loop", (loop) => {
        const again = loop.feedback<number>();
        const first = loop.enter(numbers);
        const made = loop.vertex(split, { config: {}, inputs: { first, second: again } });
        again.connect(made.plus.map((n) => n - 2));
        return loop.leave(made.minus);
      });
      return { numbers, minus: minus.output("minus") };
    });
    const engine = manualEngine();
    const { handles } = engine.install(program);
    const minus: string[] = [];
    handles.minus.subscribe(({ records }) => minus.push(...records));
    handles.numbers.send([-9, 3]);
    engine.run();
    expect(minus).toEqual(["first -9", "second -1"]);
  });

  it("refuses ports of the wrong type when it is compiled", () => {
    dataflow("types", (root) => {
      const words = root.input<string>("words");
      const made = root.vertex(
        defineOperator({
          name: "any",
          version: "1.0.0",
          summary: "For tests",
          config: z.strictObject({}),
          inputs: { in: anyRecord },
          outputs: { out: z.number() },
          create: () => ({ receive: { in: () => {} } }),
        }),
        { config: {}, inputs: { in: words } },
      );
      // @ts-expect-error The output is of numbers.
      made.out.map((word: string) => word);
      return {};
    });
  });
});
