import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  execute,
  faucet,
  range,
  type RootScope,
  type Stream,
  Summary,
} from "meander";
import { gated, results } from "./gated.ts";

/** The records of each batch, as a fragment sees them: by the last coordinate of their times. */
function batchesOf(seen: Map<number, number[]>): (some: Stream<number>) => Stream<number> {
  return (some) =>
    some.inspectBatch((time, records) => {
      const counter = (time as readonly number[]).at(-1)!;
      seen.set(counter, [...seen.get(counter) ?? [], ...records]);
    });
}

describe("a gate", () => {
  it("refuses to let a fragment move records into another batch", async () => {
    const program = gated({ batch: 1, inFlight: 1 }, (some) =>
      some.delay((_n, time) => {
        const [epoch, counter] = time as readonly number[];
        return [epoch, counter + 5];
      }));
    await expect(results(program, [[1, 2, 3]])).rejects.toThrow(/number of a gate's batch/);
  });

  it("fills batches by count, across epochs, in the order in which records came", async () => {
    const seen = new Map<number, number[]>();
    const program = gated({ batch: 3 }, batchesOf(seen));
    expect(await results(program, [[1, 2], [3, 4, 5, 6], [7, 8]])).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
    ]);
    expect([...seen.values()].every(({ length }) => length <= 3)).toBe(true);
    expect([...seen.values()].flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("fills batches by weight, and one that is heavier than a batch goes alone", async () => {
    const seen = new Map<number, number[]>();
    const program = gated({ batch: 10, weight: (n) => n, inFlight: 1 }, batchesOf(seen));
    await results(program, [[4, 5, 2, 30, 1, 9, 0, 10]]);
    expect([...seen.values()]).toEqual([[4, 5], [2], [30], [1, 9, 0], [10]]);
  });

  it("lets a batch in that is not full when nothing is open, though the input stays open", () => {
    const engine = new Engine({ workers: 1 });
    const running = engine.install(gated({ batch: 100 }, (some) => some.map((n) => 2 * n)));
    const { numbers, out, done } = running.handles;
    const read: number[] = [];
    out.subscribe(({ records }) => void read.push(...records));
    for (let epoch = 0; epoch < 50; epoch++) {
      numbers.send([epoch]);
      numbers.advanceTo(epoch + 1);
      engine.run();
      // Everything of the epoch has left, and no later one is told to be over.
      expect(read.at(-1)).toBe(2 * epoch);
      expect(done.frontier).toEqual([epoch + 1]);
    }
    running.cancel();
  });

  it("holds back what comes after it until a time has left it", () => {
    const engine = new Engine({ workers: 1 });
    const counts: unknown[] = [];
    const engineRun = engine.install(dataflow("counted", (root) => {
      const numbers = root.input<number>("numbers");
      const left = faucet(root, numbers, { batch: 2 }, (some) => some.flatMap((n) => range(0, n)));
      return { numbers, counts: left.count().output("counts") };
    }));
    engineRun.handles.counts.subscribe(({ time, records }) => counts.push([time, ...records]));
    const { numbers } = engineRun.handles;
    numbers.send([1, 2, 3, 4, 5]);
    engine.run();
    expect(counts).toEqual([]);
    numbers.advanceTo(1);
    numbers.send([10]);
    engine.run();
    expect(counts).toEqual([[0, 15]]);
    numbers.close();
    engine.run();
    expect(counts).toEqual([[0, 15], [1, 10]]);
    expect(engineRun.status).toBe("completed");
  });
});

describe("a gate and loops", () => {
  /** How many steps the Collatz sequence of n takes. */
  const steps = (n: number): number => n === 1 ? 0 : 1 + steps(n % 2 === 0 ? n / 2 : 3 * n + 1);
  const next = (pair: readonly number[]): readonly number[] => {
    const [first, n, count] = pair;
    return [first, n % 2 === 0 ? n / 2 : 3 * n + 1, count + 1];
  };
  type Triple = readonly number[];
  const collatz = (place: (root: RootScope, of: Stream<Triple>) => Stream<Triple>) =>
    dataflow("collatz", (root) => {
      const numbers = root.input<number>("numbers");
      const begun = numbers.map((n): Triple => [n, n, 0]);
      return { numbers, out: place(root, begun).output("out") };
    });
  const loop = (
    root: RootScope | Parameters<Parameters<typeof faucet>[3]>[1],
    of: Stream<Triple>,
  ) =>
    root.loop("steps", (inside) => {
      const again = inside.feedback<Triple>();
      const all = inside.enter(of).concat(again);
      again.connect(all.filter(([, n]) => n !== 1).map(next));
      return inside.leave(all.filter(([, n]) => n === 1));
    });

  const programs = {
    "a gate in a loop": collatz((root, of) =>
      root.loop("steps", (inside) => {
        const again = inside.feedback<Triple>();
        const all = inside.enter(of).concat(again);
        const stepped = faucet(
          inside,
          all.filter(([, n]) => n !== 1),
          { batch: 7 },
          (some) => some.map(next),
        );
        again.connect(stepped);
        return inside.leave(all.filter(([, n]) => n === 1));
      })
    ),
    "a loop in a gate": collatz((root, of) =>
      faucet(root, of, { batch: 7 }, (some, at) => loop(at, some))
    ),
    "two gates in series": collatz((root, of) =>
      faucet(
        root,
        faucet(root, of, { batch: 3, inFlight: 1 }, (some) => some),
        { batch: 5, stash: 4 },
        (some, at) => loop(at, some),
      )
    ),
    "a gate in a gate": collatz((root, of) =>
      faucet(
        root,
        of,
        { batch: 9 },
        (some, at) => faucet(at, some, { batch: 2, inFlight: 3 }, (few, here) => loop(here, few)),
      )
    ),
  };
  for (const [name, program] of Object.entries(programs)) {
    it(`give the same as without: ${name}`, async () => {
      await using run = execute(program, { workers: 1 });
      run.handles.numbers.send([...range(1, 60)]);
      await run.idle();
      run.handles.numbers.advanceTo(5);
      run.handles.numbers.send([...range(60, 100)]);
      run.handles.numbers.close();
      const found = await run.handles.out.toArray();
      expect(found.map(([n, , count]) => [n, count]).toSorted(([a], [b]) => a - b)).toEqual(
        [...range(1, 100)].map((n) => [n, steps(n)]),
      );
    });
  }
});

describe("a gate around asynchronous work", () => {
  it("has so many calls going on at once, and no more", async () => {
    let going = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const program = gated({ batch: 2, inFlight: 2 }, (some) =>
      some.mapAsync(async (n) => {
        most = Math.max(most, ++going);
        await new Promise<void>((resolve) => waiting.push(resolve));
        going--;
        return n;
      }, { concurrency: 100 }));
    await using run = execute(program, { workers: 1 });
    run.handles.numbers.send([...range(0, 20)]);
    run.handles.numbers.close();
    const all = run.handles.out.toArray();
    let answered = 0;
    while (answered < 20) {
      await run.idle();
      expect(waiting.length).toBeGreaterThan(0);
      expect(going).toBe(waiting.length);
      answered++;
      waiting.shift()!();
      // What is answered comes back in a later turn of the event loop.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect((await all).toSorted((a, b) => a - b)).toEqual([...range(0, 20)]);
    expect(most).toBe(4);
  });
});

describe("what is wrong about a gate", () => {
  const describeIt = (body: (root: RootScope) => Stream<number>) => () =>
    dataflow("wrong", (root) => ({ out: body(root).output("out") }));

  const input = (root: RootScope) => root.input<number>("numbers");

  it("is told where it is described", () => {
    expect(describeIt((root) => faucet(root, input(root), { batch: 0 }, (some) => some)))
      .toThrow(/config batch of "faucet\/gate" .*>0/);
    expect(describeIt((root) => faucet(root, input(root), { batch: 1, inFlight: 0 }, (s) => s)))
      .toThrow(/inFlight/);
    expect(describeIt((root) => faucet(root, input(root), { batch: 1.5 }, (some) => some)))
      .toThrow(/Cannot gate "faucet": a batch has 1.5 records/);
    expect(describeIt((root) => faucet(root, input(root), { batch: 1 }, () => undefined as never)))
      .toThrow(/Cannot gate "faucet": its fragment gave undefined, which is no stream/);
  });

  it("is told once, misspelt options among it", () => {
    const wrong = describeIt((root) =>
      faucet(root, input(root), { batch: 1, inFlight: 0, stach: 3 } as never, (some) => some)
    );
    expect(wrong).toThrow(/2 problems/);
    expect(wrong).toThrow(/gate "faucet" has no option "stach": it takes name, batch, weight/);
  });

  it("is told of every other way into the fragment and out of it", () => {
    const wrong = describeIt((root) => {
      const numbers = root.input<number>("numbers");
      const others = root.input<number>("others");
      return faucet(root, numbers, { batch: 1, name: "narrow" }, (some, inside) => {
        const again = inside.feedback<number>({ name: "again" });
        again.connect(some.concat(again));
        return some.concat(inside.toStream([1, 2], { name: "given" }), others, again);
      });
    });
    expect(wrong).toThrow(/3 problems/);
    expect(wrong).toThrow(/feedback "narrow\/again" .* would go round in gate "narrow" itself/);
    expect(wrong).toThrow(/source "narrow\/given" .* lies behind gate "narrow"/);
    expect(wrong).toThrow(/A gate lets in nothing but the stream that it is given/);
  });

  it("is told of what would wait for other batches", () => {
    const waiting = (per: "time" | "epoch") => () =>
      gated({ batch: 2 }, (some) => some.synchronize({ per, name: "wait" }));
    expect(waiting("epoch")).toThrow(
      /"faucet\/wait" .* would wait for batches that gate "faucet" has not let in/,
    );
    expect(waiting("time")).not.toThrow();
  });

  it("is told where a connection moves the number of a batch", () => {
    const moving = () =>
      gated(
        { batch: 2 },
        (some) =>
          some.unary<number>(
            "move",
            { connects: [["in", "out", new Summary(2, [0, 3])]] },
            ({ out }) => ({
              receive: (batch) => out.out.forward(batch, [0, 3]),
            }),
          ),
      );
    expect(moving).toThrow(
      /connection in → out of "faucet\/move" moves the number of a gate's batch/,
    );
  });

  it("is told at the record when a weight is none", async () => {
    const program = gated({ batch: 3, weight: (n) => n === 2 ? NaN : 1, name: "heavy" }, (s) => s);
    await expect(results(program, [[1, 2, 3]])).rejects.toThrow(
      /MEANDER_WEIGHT {2}Cannot weigh record 2 at "heavy\/gate": its weight is NaN/,
    );
    const throwing = gated({
      batch: 3,
      weight: () => {
        throw new Error("no scales");
      },
    }, (some) => some);
    await expect(results(throwing, [[1]])).rejects.toThrow(/no scales/);
  });
});
