import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Data,
  type Dataflow,
  dataflow,
  type EngineOptions,
  type Input,
  type Output,
  range,
  type Stream,
  type Time,
  TimeMap,
} from "../../mod.ts";
import { type BagsByTime, bagsByTime } from "../_support/bags.ts";
import { manualEngine, policies } from "./support.ts";

const options: readonly EngineOptions[] = [
  ...policies.map((policy) => ({ policy })),
  { chains: false },
  { explain: true },
  { budget: 1, capacity: 1 },
];

type Ports<T, U> = { readonly given: Input<T>; readonly out: Output<U> };

/** What comes out of a whole program, whose epochs are the elements of `epochs`. */
function resultsOf<T, U>(
  program: Dataflow<Ports<T, U>>,
  epochs: readonly (readonly T[])[],
  engineOptions: EngineOptions = {},
): BagsByTime {
  const engine = manualEngine(engineOptions);
  const run = engine.install(program);
  const { given, out } = run.handles;
  const batches: { time: Time; records: readonly U[] }[] = [];
  out.subscribe((batch) => batches.push(batch));
  for (const [epoch, records] of epochs.entries()) {
    given.send(records as unknown as Data<T>);
    given.advanceTo(epoch + 1);
  }
  given.close();
  engine.run();
  expect(run.status).toBe("completed");
  return bagsByTime(batches);
}

/** The same in every way of running, by time and as multisets. */
function expectResults<T, U>(
  build: (given: Stream<T>) => Stream<U>,
  epochs: readonly (readonly T[])[],
  expected: readonly (readonly U[])[],
): void {
  const program = dataflow("one step", (root): Ports<T, U> => {
    const given = root.input<T>("given");
    return { given, out: build(given).output("out") };
  });
  const wanted = bagsByTime(expected.map((records, time) => ({ time, records })));
  for (const each of options) expect(resultsOf(program, epochs, each)).toEqual(wanted);
}

const numbers = [[1, 2, 3], [], [3, 3, 8]];

describe("Stream (records one by one)", () => {
  it("map calls its function for each", () => {
    expectResults((given) => given.map((n: number) => n * n), numbers, [[1, 4, 9], [], [9, 9, 64]]);
    expectResults((given) => given.map((n: number) => `<${n}>`), [[1], [2]], [["<1>"], ["<2>"]]);
  });

  it("filter keeps what its predicate accepts, and narrows the type", () => {
    expectResults((given) => given.filter((n: number) => n % 2), numbers, [[1, 3], [], [3, 3]]);
    const isText = (value: number | string): value is string => typeof value === "string";
    expectResults(
      (given) => given.filter(isText).map((text: string) => text.length),
      [[1, "two", "three"]],
      [[3, 5]],
    );
  });

  it("flatMap sends all that is returned, or emitted, or nothing", () => {
    expectResults((given) => given.flatMap((n: number) => range(0, n)), [[3, 0, 2]], [[
      0,
      1,
      2,
      0,
      1,
    ]]);
    expectResults((given) => given.flatMap((text: string) => text.split(" ")), [["to be", "or"]], [
      ["to", "be", "or"],
    ]);
    expectResults(
      (given) =>
        given.flatMap<number>((n: number, emit) => {
          if (n > 2) { for (let i = 0; i < 2; i++) emit(n); }
        }),
      numbers,
      [[3, 3], [], [3, 3, 3, 3, 8, 8]],
    );
  });

  it("inspect sees each record with its time and passes all on", () => {
    const seen: [number, Time][] = [];
    const program = dataflow("seeing", (root): Ports<number, number> => {
      const given = root.input<number>("given");
      return { given, out: given.inspect((n, time) => void seen.push([n, time])).output("out") };
    });
    expect(resultsOf(program, numbers)).toEqual(
      bagsByTime(numbers.map((records, time) => ({ time, records }))),
    );
    expect(seen).toEqual([[1, 0], [2, 0], [3, 0], [3, 2], [3, 2], [8, 2]]);
  });

  it("concat unites any number of streams, itself included, and exchange changes nothing", () => {
    expectResults((given) => given.concat(), numbers, numbers);
    expectResults(
      (given) => given.concat(given.map((n: number) => -n), given),
      [[1], [2]],
      [[1, -1, 1], [2, -2, 2]],
    );
    expectResults((given) => given.exchange((n: number) => n), numbers, numbers);
  });
});

describe("Stream (times as a whole)", () => {
  it("count counts each time that has records", () => {
    expectResults((given: Stream<number>) => given.count(), numbers, [[3], [], [3]]);
  });

  it("distinct keeps one of each key, within a time, an epoch or for ever", () => {
    expectResults((given: Stream<number>) => given.distinct(), [[1, 1, 2], [1]], [[1, 2], [1]]);
    expectResults(
      (given: Stream<number>) => given.distinct({ per: "forever" }),
      [[1, 1, 2], [1, 3]],
      [[1, 2], [3]],
    );
    expectResults(
      (given: Stream<number>) => given.distinct({ key: (n) => n % 3, emit: "receipt" }),
      [[1, 4, 2], [7]],
      [[1, 2], [7]],
    );
  });

  it("aggregate folds by key", () => {
    expectResults(
      (given: Stream<string>) =>
        given.flatMap((line) => line.split(" ")).aggregate({
          key: (word) => word,
          initial: () => 0,
          fold: (count) => count + 1,
          emit: (word, count, time) => `${time} ${word} ${count}`,
        }),
      [["to be or", "not to be"], ["to do"]],
      [["0 to 2", "0 be 2", "0 or 1", "0 not 1"], ["1 to 1", "1 do 1"]],
    );
  });

  it("delay moves records to a later time", () => {
    expectResults(
      (given: Stream<number>) => given.delay((n, time) => (time as number) + n),
      [[1, 0, 3], [0, 1]],
      [[0], [1, 0], [1], [3]],
    );
  });

  it("join pairs what has equal keys within a time, or for ever", () => {
    const pairs = (per: "time" | "forever") => (given: Stream<number>) =>
      given.filter((n) => n > 0).join(given.filter((n) => n < 0), {
        leftKey: (n) => n % 10,
        rightKey: (n) => -n % 10,
        value: (left, right, key) => `${left} ${right} ${key}`,
        per,
      });
    const epochs = [[1, 11, 2, -1], [-11, 3]];
    expectResults(pairs("time"), epochs, [["1 -1 1", "11 -1 1"], []]);
    expectResults(pairs("forever"), epochs, [["1 -1 1", "11 -1 1"], ["1 -11 1", "11 -11 1"]]);
  });
});

describe("Stream (operators of one's own)", () => {
  it("unary runs a body, with any name", () => {
    expectResults(
      (given: Stream<number>) =>
        given.unary<number>(
          "Sum of a time!",
          { interest: "notifications" },
          ({ out, notifyAt }) => {
            const sums = new TimeMap<number>();
            return {
              receive(batch) {
                for (const n of batch) sums.update(batch.time, 0, (sum) => sum + n);
                notifyAt(batch.time);
              },
              notify: (time) => out.out.send(time, [sums.take(time)!]),
            };
          },
        ),
      [[1, 2], [], [3]],
      [[3], [], [3]],
    );
  });

  it("binary runs a body with two inputs", () => {
    expectResults(
      (given: Stream<number>) =>
        given.filter((n) => n > 1).binary<number, string>(
          given.filter((n) => n < 3),
          "sides",
          {},
          ({ out }) => ({
            receive: {
              left: (batch) => out.out.send(batch.time, Array.from(batch, (n) => `left ${n}`)),
              right: (batch) => out.out.send(batch.time, Array.from(batch, (n) => `right ${n}`)),
            },
          }),
        ),
      [[1, 2, 3]],
      [["left 2", "left 3", "right 1", "right 2"]],
    );
  });

  it("names vertices as it is told, and by the operator otherwise", () => {
    const { graph } = dataflow("names", (root) => {
      const given = root.input<number>("given");
      const key = (n: number) => n;
      given.map(key, { name: "squared" }).filter(key).flatMap((n) => [n], { name: "expand" })
        .distinct({ name: "once" }).count({ name: "how many" }).exchange(key)
        .unary("Total!", {}, () => ({ receive() {} }));
      return {};
    });
    expect(graph.vertices.map(({ path, operator }) => [path, operator.name])).toEqual([
      ["given", "input"],
      ["squared", "map"],
      ["filter", "filter"],
      ["expand", "flatMap"],
      ["once", "distinct"],
      ["how many", "count"],
      ["exchange", "exchange"],
      ["Total!", "generic"],
    ]);
  });
});

describe("Stream (whole programs)", () => {
  /** How many steps the Collatz sequence takes to 1. */
  function collatz(n: number): number {
    return n === 1 ? 0 : 1 + collatz(n % 2 === 0 ? n / 2 : 3 * n + 1);
  }

  const lengths = dataflow("collatz", (root): Ports<number, string> => {
    const given = root.input<number>("given");
    const done = root.loop("loop", (loop) => {
      const again = loop.feedback<[start: number, at: number]>();
      const all = loop.enter(given.map((n): [number, number] => [n, n])).concat(again);
      again.connect(
        all.filter(([, at]) => at !== 1)
          .map(([start, at]) => [start, at % 2 === 0 ? at / 2 : 3 * at + 1]),
      );
      const arrived = all.unary<string>("arrived", {}, ({ out }) => ({
        receive(batch) {
          const rounds = (batch.time as readonly number[])[1];
          for (const [start, at] of batch) {
            if (at === 1) out.out.push(batch.time, `${start} in ${rounds}`);
          }
        },
      }));
      return loop.leave(arrived);
    });
    return { given, out: done.output("out") };
  });

  it.each(options)("a loop counts Collatz steps, with %j", (engineOptions) => {
    const starts = Array.from({ length: 60 }, (_unused, i) => i + 1);
    const epochs = [starts.slice(0, 30), starts.slice(30), [27, 97]];
    expect(resultsOf(lengths, epochs, engineOptions)).toEqual(
      bagsByTime(epochs.map((records, time) => ({
        time,
        records: records.map((n) => `${n} in ${collatz(n)}`),
      }))),
    );
  });

  type Edge = readonly [from: number, to: number];

  /** Hop counts from node 0, by loop, join and distinct; each epoch is a graph of its own. */
  const hops = dataflow("hops", (root): Ports<Edge, string> => {
    const given = root.input<Edge>("given");
    const reached = root.loop("reach", (loop) => {
      const again = loop.feedback<number>();
      const edges = loop.enter(given);
      const start = edges.map(() => 0);
      const fresh = start.concat(again).distinct({ per: "epoch" });
      again.connect(fresh.join(edges, {
        per: "epoch",
        leftKey: (node) => node,
        rightKey: ([from]) => from,
        value: (_node, [, to]) => to,
      }));
      return loop.leave(fresh.unary<string>("hops", {}, ({ out }) => ({
        receive(batch) {
          const [, rounds] = batch.time as readonly number[];
          out.out.send(batch.time, Array.from(batch, (node) => `${node} after ${rounds}`));
        },
      })));
    });
    return { given, out: reached.output("out") };
  });

  function plainHops(edges: readonly Edge[]): string[] {
    if (edges.length === 0) return [];
    const found = new Map([[0, 0]]);
    // A map may grow while it is iterated, which makes it the queue as well.
    for (const [node, count] of found) {
      for (const [from, to] of edges) if (from === node && !found.has(to)) found.set(to, count + 1);
    }
    return Array.from(found, ([node, count]) => `${node} after ${count}`);
  }

  const node = fc.nat({ max: 9 });
  const graphs = fc.array(fc.array(fc.tuple(node, node), { maxLength: 25 }), { maxLength: 3 });

  it("loop, join and distinct find the hop counts of a plain breadth-first search", () =>
    fc.assert(
      fc.property(graphs, fc.constantFrom(...options), fc.nat(), (epochs, engineOptions, seed) => {
        const expected = bagsByTime(epochs.map((edges, time) => ({
          time,
          records: plainHops(edges),
        })));
        expect(resultsOf(hops, epochs, engineOptions)).toEqual(expected);
        expect(resultsOf(hops, epochs, { policy: { seed } })).toEqual(expected);
      }),
      { numRuns: 60 },
    ));
});
