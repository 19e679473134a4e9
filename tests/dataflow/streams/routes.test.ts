/** Streams united, divided and spread, and what is done to single records, in whole programs. */

import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  type EngineOptions,
  type Output,
  type Result,
  type RootScope,
  type Stream,
  type Time,
} from "../../../mod.ts";
import { type Bag, bag } from "../../_support/bags.ts";
import { manualEngine, problemsOf } from "../support.ts";

const options: readonly EngineOptions[] = [
  { checks: true },
  { checks: true, chains: false },
  { checks: true, policy: { seed: 7 } },
  { checks: true, budget: 1, capacity: 1 },
];

type Outputs = Readonly<Record<string, Output<unknown>>>;

/** What comes out by output, in every way of running, when each is the same. */
function resultsOf<T>(
  records: readonly T[],
  build: (given: Stream<T>, root: RootScope) => Readonly<Record<string, Stream<unknown>>>,
  each: EngineOptions = {},
): Readonly<Record<string, Bag>> {
  const program = dataflow("program", (root) => {
    const given = root.input<T>("given");
    const streams = Object.entries(build(given, root));
    const outputs = streams.map(([name, stream]) => [name, stream.output(`to ${name}`)] as const);
    return { given, ...Object.fromEntries(outputs) as Outputs };
  });
  const engine = manualEngine(each);
  const run = engine.install(program);
  const results: Record<string, unknown[]> = {};
  for (const name of Object.keys(run.handles).filter((name) => name !== "given")) {
    const list: unknown[] = results[name] = [];
    run.output(`to ${name}`).subscribe((batch) => void list.push(...batch.records));
  }
  const input = run.input("given");
  input.send(records as unknown[]);
  input.close();
  engine.run();
  expect(run.status).toBe("completed");
  return Object.fromEntries(Object.entries(results).map(([name, list]) => [name, bag(list)]));
}

function expectResults<T>(
  records: readonly T[],
  build: (given: Stream<T>, root: RootScope) => Readonly<Record<string, Stream<unknown>>>,
  expected: Readonly<Record<string, readonly unknown[]>>,
): void {
  const wanted = Object.fromEntries(
    Object.entries(expected).map(([name, list]) => [name, bag(list)]),
  );
  for (const each of options) expect(resultsOf(records, build, each)).toEqual(wanted);
}

const numbers = Array.from({ length: 100 }, (_unused, i) => i);

describe("Stream.mapInPlace", () => {
  it("changes nothing that another vertex sees, though records are frozen and shared", () => {
    const records = [{ n: 1, tags: ["a"] }, { n: 2, tags: [] }];
    const build = (given: Stream<(typeof records)[number]>) => ({
      before: given,
      filtered: given.filter(({ n }) => n > 1),
      after: given.filter(({ n }) => n > 1).mapInPlace((record) => {
        record.n *= 10;
        record.tags.push("b");
      }),
    });
    expectResults(records, build, {
      before: [{ n: 1, tags: ["a"] }, { n: 2, tags: [] }],
      filtered: [{ n: 2, tags: [] }],
      after: [{ n: 20, tags: ["b"] }],
    });
  });

  it("leaves the numbers of a column that another vertex sees", () => {
    const build = (given: Stream<number>) => {
      const columns = given.map((n) => n);
      return { before: columns, after: columns.mapInPlace((n) => -n).mapInPlace((n) => n - 1) };
    };
    expectResults(numbers, build, { before: numbers, after: numbers.map((n) => -n - 1) });
  });
});

describe("Stream.inspectTime and inspectBatch", () => {
  it("call their functions with the time first, and pass everything on", () => {
    const seen: [Time, number][] = [];
    const batches: [Time, readonly number[]][] = [];
    const program = dataflow("looks", (root) => {
      const given = root.input<number>("given");
      const out = given.inspectTime((time, n) => seen.push([time, n]))
        .inspectBatch((time, records) => batches.push([time, records]));
      return { given, out: out.output("out") };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.given.send([1, 2]);
    run.handles.given.advanceTo(3);
    run.handles.given.send([9]);
    run.handles.given.close();
    engine.run();
    expect(seen.toSorted(([, a], [, b]) => a - b)).toEqual([[0, 1], [0, 2], [3, 9]]);
    expect(batches.flatMap(([time, records]) => records.map((n) => [time, n]))).toEqual(seen);
    const names = program.graph.vertices.map(({ name }) => name);
    expect(names).toContain("inspectTime");
    expect(names).toContain("inspectBatch");
  });
});

describe("Stream.okErr and methods for results", () => {
  const parse = (text: string): Result<number, string> =>
    Number.isNaN(Number(text)) ? { err: `no number: ${text}` } : { ok: Number(text) };

  it("divide and go on with types that fit", () => {
    const build = (texts: Stream<string>) => {
      const { ok, err } = texts.okErr((text) =>
        Number.isNaN(Number(text)) ? { err: text } : { ok: Number(text) }
      );
      const doubled: Stream<number> = ok.map((n) => n * 2);
      const lengths: Stream<number> = err.map((text) => text.length);
      return { doubled, lengths };
    };
    expectResults(["1", "two", "3", "four"], build, { doubled: [2, 6], lengths: [3, 4] });
  });

  it("do one step after the other on results", () => {
    const build = (texts: Stream<string>) => {
      const results = texts.map(parse);
      const roots: Stream<Result<number, string | { below: number }>> = results.andThen((n) =>
        n < 0 ? { err: { below: n } } : { ok: Math.sqrt(n) }
      );
      const shown: Stream<string> = roots.mapOk((n) => n.toFixed(1))
        .mapErr((reason) => typeof reason === "string" ? reason : `below zero: ${reason.below}`)
        .unwrapOrElse((reason) => `(${reason})`);
      const values: Stream<number> = results.ok();
      const reasons: Stream<string> = results.err();
      return { shown, values, reasons };
    };
    expectResults(["4", "-1", "x"], build, {
      shown: ["2.0", "(below zero: -1)", "(no number: x)"],
      values: [4, -1],
      reasons: ["no number: x"],
    });
  });

  it("are there for streams of results only", () => {
    const wrong = (stream: Stream<number>) => {
      // @ts-expect-error: numbers are no results
      stream.ok();
      // @ts-expect-error: numbers are no results
      stream.mapOk((n) => n);
    };
    expect(wrong).toBeTypeOf("function");
  });
});

describe("Stream.partition, branch and branchWhen", () => {
  it("divide a stream, of columns as well, and concatenate unites what was divided", () => {
    const build = (given: Stream<number>, root: RootScope) => {
      const parts = given.map((n) => n).partition(3, (n) => n % 3);
      const { yes, no } = parts[1].branch((n) => n < 50);
      return { first: parts[0], yes, no, all: root.concatenate([parts[0], yes, parts[2], no]) };
    };
    const rest = numbers.filter((n) => n % 3 === 1);
    expectResults(numbers, build, {
      first: numbers.filter((n) => n % 3 === 0),
      yes: rest.filter((n) => n < 50),
      no: rest.filter((n) => n >= 50),
      all: numbers,
    });
  });

  it("narrow types where the predicate does", () => {
    const build = (given: Stream<number | string>) => {
      const { yes, no } = given.branch((record): record is string => typeof record === "string");
      const lengths: Stream<number> = yes.map((text: string) => text.length);
      const halves: Stream<number> = no.map((n: number) => n / 2);
      return { lengths, halves };
    };
    expectResults(["one", 2, "three", 4], build, { lengths: [3, 5], halves: [1, 2] });
  });

  it("divide by time in a loop, which ends when every record is old enough", () => {
    const build = (given: Stream<number>, root: RootScope) => {
      const out = root.loop("grow", (loop) => {
        const again = loop.feedback<number>();
        const { yes, no } = loop.enter(given).concat(again)
          .branchWhen((time) => (time as readonly number[])[1] === 3);
        again.connect(no.map((n) => n * 2));
        return loop.leave(yes);
      });
      return { out };
    };
    expectResults([1, 5], build, { out: [8, 40] });
  });

  it("refuse a number of parts that there cannot be, at once", () => {
    for (const parts of [0, 65, 2.5, NaN]) {
      const build = () =>
        dataflow("parts", (root) => {
          const [first] = root.input<number>("given").partition(parts, () => 0);
          return { first: first.output("first") };
        });
      expect(build).toThrow(`MEANDER_GRAPH  Cannot divide a stream into ${parts} parts`);
    }
  });

  it("tell of an index out of range with the vertex and the record", async () => {
    const program = dataflow("wrong", (root) => {
      const given = root.input<number>("given");
      const [low] = given.partition(2, (n) => n, { name: "by size" });
      return { given, low: low.output("low") };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.given.send([0, 1, 2]);
    engine.run();
    await expect(run.done).rejects.toThrow(
      'Cannot send record 2 to part 2 of "by size" at time 0: it has parts 0 to 1',
    );
  });
});

describe("concatenate", () => {
  it("unites any number of streams, none as well, under a name", () => {
    const build = (given: Stream<number>, root: RootScope) => ({
      none: root.concatenate<number>([]),
      one: root.concatenate([given]),
      twice: root.concatenate([given, given], { name: "twofold" }).map((n) => n),
    });
    expectResults([1, 2], build, { none: [], one: [1, 2], twice: [1, 1, 2, 2] });
  });

  it("refuses streams of different scopes, like every edge", () => {
    const problems = problemsOf(() =>
      dataflow("scopes", (root) => {
        const given = root.input<number>("given");
        root.loop("inner", (loop) => {
          loop.concatenate([given, loop.enter(given)]);
        });
        return { given };
      })
    );
    expect(problems.some((problem) => problem.includes("crosses the border"))).toBe(true);
  });
});

describe("Stream.broadcast", () => {
  it("gives every record to every worker, and each once with one", async () => {
    for (const workers of [1, 2, 3]) {
      const program = dataflow("rules", (root) => {
        const rules = root.input<string>("rules");
        const there = rules.broadcast().unary<[number, string]>("where", {}, ({ out, worker }) => ({
          receive: (batch) =>
            out.out.send(batch.time, [...batch].map((rule) => [worker.index, rule])),
        }));
        return { rules, there: there.output("there") };
      });
      const engine = new Engine({ workers, threads: false });
      const run = engine.install(program);
      run.handles.rules.send(["a", "b"]);
      run.handles.rules.close();
      const found = await run.handles.there.toArray();
      const expected = Array.from({ length: workers }, (_unused, i) => [[i, "a"], [i, "b"]]).flat();
      expect(bag(found)).toEqual(bag(expected));
    }
  });
});

describe("Stream.sequence", () => {
  it("gives all workers the same commands in the same order, whichever worker they came from", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const program = dataflow("commands", (root) => {
        const commands = root.input<number>("commands", { source: "split" });
        const there = commands.sequence().unary<[number, number]>(
          "where",
          {},
          ({ out, worker }) => ({
            receive: (batch) => out.out.send(batch.time, [...batch].map((n) => [worker.index, n])),
          }),
        );
        return { commands, there: there.output("there") };
      });
      const engine = new Engine({ workers: 3, threads: false, policy: { seed }, capacity: 1 });
      const run = engine.install(program);
      const { commands, there } = run.handles;
      for (let n = 0; n < 20; n++) {
        commands.send([n]);
        if (n % 7 === 0) commands.advanceTo(n);
      }
      commands.close();
      const found = await there.toArray();
      const seenBy = (worker: number) => found.filter(([w]) => w === worker).map(([, n]) => n);
      expect(seenBy(0).length).toBe(20);
      expect(seenBy(1)).toEqual(seenBy(0));
      expect(seenBy(2)).toEqual(seenBy(0));
    }
  });
});
