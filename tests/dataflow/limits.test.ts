import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyRecord,
  dataflow,
  defineOperator,
  Engine,
  graphJson,
  range,
  type RootScope,
  type Stream,
} from "meander";
import { z } from "zod";
import { planHash, planLines } from "../../dataflow/plan_text.ts";
import { flatMap } from "../../operators/records/flat_map.ts";
import { OperatorTest } from "../../operators/kit/operator_test.ts";
import { problemsOf } from "./support.ts";

/** Sends each record a thousand times, batch by batch. */
const copies = defineOperator({
  name: "copies",
  version: "1.0.0",
  summary: "Sends each record a thousand times",
  config: z.strictObject({}),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ out }) => {
    let [left, time, record]: [number, Parameters<typeof out.out.push>[0], unknown] = [0, 0, 0];
    const run = () => {
      const next = out.out.pushRows(time, new Array(left).fill(record));
      left -= next;
      return left > 0;
    };
    return {
      receive: {
        in(batch) {
          [left, time, record] = [1000, batch.time, batch.values()[0]];
          return run();
        },
      },
      resume: run,
    };
  },
});

/** How records come to the vertex behind: the sizes of its batches, and the most that was ahead of it. */
function seen(build: (numbers: Stream<number>, root: RootScope) => Stream<unknown>, numbers = [7]) {
  const sizes: number[] = [];
  const engine = new Engine({ workers: 1 });
  const running = engine.install(dataflow("limited", (root) => {
    const given = root.input<number>("numbers");
    const made = build(given, root).inspectBatch((_time, records) =>
      void sizes.push(records.length)
    );
    return { given, done: made.probe() };
  }));
  running.handles.given.send(numbers);
  running.handles.given.close();
  engine.run();
  expect(running.status).toBe("completed");
  return sizes;
}

describe("limits of a vertex", () => {
  const limits = { budget: 3, capacity: 50 };
  const twenty = new Array(20).fill(50);

  it("say how many records a batch collects, in place of the engine's", () => {
    expect(seen((numbers) => numbers.flatMap(() => range(0, 1000), { limits }))).toEqual(twenty);
    expect(seen((numbers) => numbers.apply(copies, {}, { limits }))).toEqual(twenty);
    const placed = (root: RootScope, numbers: Stream<number>) =>
      root.vertex(copies, { config: {}, inputs: { in: numbers }, limits }).out as Stream<unknown>;
    expect(seen((numbers, root) => placed(root, numbers))).toEqual(twenty);
    // Of one, the other stays the engine's.
    expect(seen((numbers) => numbers.apply(copies, {}, { limits: { budget: 1 } }))).toEqual([1000]);
  });

  it("say after how many batches it gives way", () => {
    for (const budget of [1, 3, 20]) {
      let ahead = 0;
      let most = 0;
      seen((numbers) =>
        numbers.flatMap(function* () {
          for (let i = 0; i < 1000; i++) {
            most = Math.max(most, ++ahead);
            yield i;
          }
        }, { limits: { budget, capacity: 50 } }).inspect(() => ahead--)
      );
      expect(most).toBe(budget * 50);
    }
  });

  it("are those of every method that takes a name", () => {
    const key = (n: number) => n;
    const made = dataflow("all", (root) => {
      const numbers = root.input<number>("numbers");
      const named = { name: "it", limits };
      return {
        numbers,
        a: numbers.map((n) => n, named).output("a"),
        b: numbers.distinct({ key, ...named }).output("b"),
        c: numbers.join(numbers, { leftKey: key, rightKey: key, value: key, ...named }).output("c"),
        d: numbers.delay((_n, time) => time, named).output("d"),
        e: numbers.unary<number>("it", { limits }, () => ({ receive: () => {} })).output("e"),
        f: numbers.partition(2, () => 0, named)[0].output("f"),
        g: numbers.mapAsync((n) => Promise.resolve(n), named).output("g"),
        h: root.concatenate([numbers], named).output("h"),
        i: root.operator(
          "it",
          { limits, inputs: { numbers }, outputs: { out: anyRecord } },
          () => ({
            receive: { numbers: () => {} },
          }),
        ).out.output("i"),
        j: numbers.union(numbers, named).output("j"),
        k: numbers.aggregate({
          key,
          initial: () => 0,
          fold: (n) => n,
          emit: key,
          ...named,
        }).output("k"),
      };
    });
    const of = made.graph.vertices.filter(({ kind }) => kind === "operator");
    expect(of.map((vertex) => [vertex.name, vertex.limits])).toEqual(
      new Array(11).fill(["it", limits]),
    );
    expect(graphJson(made).vertices.filter((vertex) => vertex.limits !== undefined).length).toBe(
      11,
    );
  });

  it("are told with the vertex when they are none, all at once", () => {
    const problems = problemsOf(() =>
      dataflow("wrong", (root) => {
        const numbers = root.input<number>("numbers");
        const none = numbers.map((n) => n, { limits: { budget: 0, capacity: 1.5 } });
        const both = none.flatMap((n) => [n], { limit: 3, limits: { budget: 1 } });
        const text = both.filter(() => true, { limits: { capacity: "9" as never } });
        const large = text.filter(() => true, { limits: { capacity: 2 ** 31 } });
        return { out: large.flatMap((n) => [n], { limit: 0 }).output("out") };
      })
    );
    expect(problems.map((problem) => problem.replace(/ \(\w+, written at [^)]*\)/, ""))).toEqual([
      'limits of "map": budget is 0, and takes an integer from 1 to 1073741824',
      'limits of "map": capacity is 1.5, and takes an integer from 1 to 1073741824',
      'limits of "flatMap": its limit of 3 records says both already: leave one of them out',
      'limits of "filter": capacity is "9", and takes an integer from 1 to 1073741824',
      'limits of "filter-2": capacity is 2147483648, and takes an integer from 1 to 1073741824',
      expect.stringMatching(/^config limit of "flatMap-2"/),
    ]);
  });

  it("have to be the same on all workers", () => {
    const planOf = (limits?: { budget: number }) => {
      const program = dataflow("plan", (root) => ({
        out: root.input<number>("numbers").map((n) => n, { limits }).output("out"),
      }));
      return planHash(planLines(program.graph, program.compiled("asked", 2)));
    };
    expect(planOf({ budget: 2 })).toBe(planOf({ budget: 2 }));
    expect(new Set([planOf(), planOf({ budget: 2 }), planOf({ budget: 3 })]).size).toBe(3);
  });
});

describe("flatMap with a limit", () => {
  type Expand = (record: unknown, emit: (result: unknown) => void) => Iterable<unknown> | void;
  const many = (record: unknown) => Array.from({ length: record as number }, (_, i) => i);
  const ways: Readonly<Record<string, Expand>> = {
    lists: many,
    ranges: (record) => range(0, record as number),
    generators: function* (record) {
      yield* many(record);
    },
    calls: (record, emit) => many(record).forEach(emit),
    both: (record, emit) => {
      const all = many(record);
      all.splice(0, all.length >> 1).forEach(emit);
      return all;
    },
    "calls and a range": (record, emit) => {
      const half = (record as number) >> 1;
      many(half).forEach(emit);
      return range(half, record as number);
    },
  };

  it("sends so many records at most before it gives way, and all of them", () => {
    const traffic = fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(ways)),
        traffic,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (way, records, limit, capacity) => {
          const test = new OperatorTest(flatMap, { f: ways[way], limit }, { capacity });
          test.send("in", 0, records);
          expect(test.sent("out")).toEqual(records.flatMap(many));
          const total = records.reduce((sum, n) => sum + n, 0);
          // The last slice may find only that nothing is left.
          expect(test.slices).toBeGreaterThanOrEqual(Math.ceil(total / limit));
          for (const { records: { length } } of test.batches("out")) {
            expect(length).toBeLessThanOrEqual(Math.min(limit, capacity));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("has so many records waiting downstream, and no more, whatever the engine's limits are", () => {
    for (const limit of [1, 7, 64, 100, 5000]) {
      let ahead = 0;
      let most = 0;
      const engine = new Engine({ workers: 1, budget: 5, capacity: 50 });
      const running = engine.install(dataflow("expanded", (root) => {
        const numbers = root.input<number>("numbers");
        const made = numbers.flatMap(function* (n) {
          for (let i = 0; i < n; i++) {
            most = Math.max(most, ++ahead);
            yield i;
          }
        }, { limit });
        return { numbers, done: made.inspect(() => ahead--).probe() };
      }));
      running.handles.numbers.send([3000, 10_000, 3]);
      running.handles.numbers.close();
      engine.run();
      expect(running.status).toBe("completed");
      expect(most).toBe(limit);
      expect(ahead).toBe(0);
    }
  });

  it("refuses what cannot be iterated, as without one", () => {
    for (const f of [() => "text", (_: unknown, emit: (x: unknown) => void) => (emit(1), "text")]) {
      const test = new OperatorTest(flatMap, { f: f as never, limit: 5 });
      expect(() => test.send("in", 0, [1])).toThrow(/it has to return a list or another iterable/);
    }
  });
});
