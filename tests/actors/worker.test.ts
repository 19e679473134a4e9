import { describe, expect, it } from "vitest";
import { dataflow, type EngineOptions, type ProbeHandle, range } from "../../mod.ts";
import { buffersOut, install, policies } from "./engines.ts";

/** Counts what goes into the function at once. */
class Nesting {
  depth = 0;
  deepest = 0;
  calls = 0;

  within(body: () => void): void {
    this.calls++;
    this.deepest = Math.max(this.deepest, ++this.depth);
    body();
    this.depth--;
  }
}

describe("callbacks (invariant 1: they never nest)", () => {
  for (const policy of policies) {
    it(`do not when a vertex sends to itself round a loop, policy ${JSON.stringify(policy)}`, () => {
      const nesting = new Nesting();
      const seen: number[] = [];
      const program = dataflow("countdown", (root) => {
        const starts = root.input<number>("starts");
        root.loop("down", (loop) => {
          const again = loop.feedback<number>();
          const down = loop.enter(starts).concat(again).unary<number>("down", {}, ({ out }) => ({
            receive: (batch) =>
              nesting.within(() => {
                for (const n of batch) {
                  seen.push(n);
                  if (n > 0) out.out.send(batch.time, [n - 1]);
                }
              }),
          }));
          again.connect(down);
          return down;
        });
        return { starts };
      });
      const { engine, run } = install(program, { policy });
      run.handles.starts.send([20]);
      run.handles.starts.close();
      engine.run();
      expect(run.status).toBe("completed");
      expect(seen).toEqual(Array.from({ length: 21 }, (_unused, i) => 20 - i));
      expect([nesting.calls, nesting.deepest]).toEqual([21, 1]);
    });
  }

  it("do not when one runs the engine, takes a step or sends to an input", () => {
    const nesting = new Nesting();
    const order: string[] = [];
    const program = dataflow("greedy", (root) => {
      const words = root.input<string>("words");
      words.inspect((word) =>
        nesting.within(() => {
          if (word === "x") { for (let i = 0; i < 200; i++) run.handles.words.send([`y${i}`]); }
          engine.run();
          expect(engine.step()).toBe(false);
          expect(engine.worker.run()).toBe(true);
          expect(engine.worker.isRunning).toBe(true);
          order.push(word);
        })
      ).inspect((word) => nesting.within(() => void order.push(`then ${word}`)));
      return { words };
    });
    const { engine, run } = install(program, { chains: false });
    run.handles.words.send(["x"]);
    engine.run();
    expect(nesting.deepest).toBe(1);
    expect(order.length).toBe(402);
    expect(order.slice(0, 4)).toEqual(["x", "then x", "y0", "then y0"]);
    expect(engine.worker.isRunning).toBe(false);
  });
});

describe("what comes from outside", () => {
  it("is admitted one batch at a time, when everything before it is done", () => {
    const seen: string[] = [];
    const program = dataflow("sweep", (root) => {
      const letters = root.input<string>("letters");
      letters.flatMap((letter) => [`${letter}1`, `${letter}2`])
        .unary<string>("count", { interest: "notifications" }, ({ out, notifyAt }) => ({
          receive(batch) {
            notifyAt(batch.time);
            seen.push(...batch);
            out.out.forward(batch);
          },
          notify: (time) => out.out.send(time, [`end of ${time}`]),
        })).inspect((word) => void seen.push(`then ${word}`));
      return { letters };
    });
    const { engine, run } = install(program, { capacity: 1, budget: 1 });
    run.handles.letters.send(["a"]);
    run.handles.letters.advanceTo(1);
    run.handles.letters.send(["b"]);
    engine.run();
    // The tracker had its turn before the second batch was touched.
    expect(seen).toEqual([
      "a1",
      "then a1",
      "a2",
      "then a2",
      "then end of 0",
      "b1",
      "then b1",
      "b2",
      "then b2",
    ]);
  });

  it("tells a sender to wait when much waits, and wakes it when half is taken", async () => {
    const { engine, run } = install(
      dataflow("paced", (root) => {
        const words = root.input<string>("words");
        // The engine runs already: nobody works while this callback sends.
        words.inspect((word) => {
          if (word !== "first") return;
          for (let i = 0; i < 100; i++) promises.push(run.handles.words.send(["x"]));
        });
        return { words };
      }),
    );
    const promises: (Promise<void> | undefined)[] = [];
    run.handles.words.send(["first"]);
    engine.run();
    const paced = promises.findIndex((promise) => promise !== undefined);
    // The first batch still counts: it is being taken.
    expect(paced).toBe(62);
    await Promise.all(promises);
    expect(run.handles.words.sent).toBe(101);
  });
});

describe("step, run and idle", () => {
  const program = dataflow("steps", (root) => {
    const words = root.input<string>("words");
    words.map((word) => word).inspect(() => {});
    return { words };
  });

  it("a step is one entry or one turn of the trackers", () => {
    const { engine, run } = install(program, { chains: false });
    engine.run();
    expect(engine.step()).toBe(false);
    run.handles.words.send(["a"]);
    const entries: number[] = [];
    while (engine.step()) entries.push(engine.worker.entries);
    // The trackers hear of the batch, then it is admitted and carried on, then they hear of the end.
    expect(entries).toEqual([0, 1, 2, 2]);
    expect(engine.worker.isIdle).toBe(true);
  });

  it("run says whether something is left at its deadline", () => {
    const { engine, run, clock } = install(program, { chains: false });
    for (let i = 0; i < 60; i++) run.handles.words.send(["a"]);
    expect(engine.worker.run(clock.now())).toBe(true);
    expect(engine.worker.entries).toBeLessThan(64);
    expect(engine.worker.run()).toBe(false);
    expect(engine.worker.entries).toBe(120);
  });

  it("idle resolves at once when nothing is to be done, and else for everyone who waits", async () => {
    const { engine, run, clock } = install(program);
    engine.run();
    await engine.idle();
    run.handles.words.send(["a"]);
    let told = 0;
    const waiters = [1, 2].map(() => engine.idle().then(() => void told++));
    await Promise.resolve();
    expect(told).toBe(0);
    while (clock.turn() > 0);
    await Promise.all(waiters);
    expect(told).toBe(2);
  });
});

describe("the trackers' turn", () => {
  it("comes after 4,096 entries even though entries wait", () => {
    const seen: boolean[] = [];
    const program = dataflow("busy", (root) => {
      const words = root.input<string>("words");
      const ticks = root.input<string>("ticks");
      words.flatMap(() => range(0, 5000)).inspect((n) => {
        if (n === 0) run.handles.ticks.advanceTo(1);
        seen.push(run.handles.probe.isComplete(0));
      });
      return { words, ticks, probe: ticks.probe() };
    });
    const { engine, run } = install(program, { capacity: 1, budget: 1 });
    const ticks: ProbeHandle = run.handles.probe;
    run.handles.words.send(["go"]);
    engine.run();
    // Two entries for each number.
    expect([seen.length, seen.indexOf(true)]).toEqual([5000, 2048]);
    expect(ticks.frontier).toEqual([1]);
  });
});

/** The most that waits at any time, in a chain that makes a million records of one. */
function mostWaiting(options: EngineOptions): { entries: number; records: number } {
  const most = { entries: 0, records: 0 };
  let [made, taken, ends] = [0, 0, 0];
  const look = () => {
    most.entries = Math.max(most.entries, engine.worker.mailbox.size);
    most.records = Math.max(most.records, made - taken);
  };
  const program = dataflow("expansion", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.flatMap(() => range(0, 100)).inspect(() => void look())
      .flatMap(() => range(0, 100)).inspect(() => {
        made++;
        look();
      })
      .flatMap(() => {
        taken++;
        return range(0, 100);
      }).inspect((n) => {
        ends++;
        if (n % 10 === 0) look();
      });
    return { numbers };
  });
  const { engine, run } = install(program, options);
  run.handles.numbers.send([0]);
  engine.run();
  expect([made, taken, ends]).toEqual([10_000, 10_000, 1_000_000]);
  return most;
}

describe("what waits in a chain of expanding vertices", () => {
  it("is bounded by the budgets along the path, whatever the expansion", () => {
    for (const [budget, chains] of [[1, true], [1, false], [3, true], [8, false]] as const) {
      const { entries, records } = mostWaiting({ budget, chains, capacity: 5 });
      // Each of six vertices has one slice there at most, and one continuation.
      expect(entries).toBeLessThanOrEqual(6 * (budget + 1));
      // Between two vertices there is what one slice sent.
      expect(records).toBeLessThanOrEqual(5 * budget);
    }
  });

  it("is not when first in is first out: the later ones fall behind", () => {
    const { records } = mostWaiting({ policy: "fifo", budget: 1, capacity: 5 });
    expect(records).toBeGreaterThan(5000);
  });
});

describe("a batch for several readers", () => {
  for (const policy of policies) {
    it(`keeps its buffer until the last has read it, policy ${JSON.stringify(policy)}`, () => {
      const sums = [0, 0, 0];
      const program = dataflow("fan", (root) => {
        const limits = root.input<number>("limits");
        const numbers = limits.flatMap((limit) => range(0, limit));
        sums.forEach((_zero, i) => numbers.map((n) => n + i).inspect((n) => void (sums[i] += n)));
        // Nobody reads this one.
        numbers.flatMap((n) => range(n, n + 2));
        return { limits };
      });
      const { engine, run } = install(program, { policy, capacity: 64, budget: 1 });
      run.handles.limits.send([1000, 500]);
      engine.run();
      const sum = 1000 * 999 / 2 + 500 * 499 / 2;
      expect(sums).toEqual([sum, sum + 1500, sum + 3000]);
      expect(engine.worker.pool.stats.taken).toBeGreaterThan(20);
      expect(buffersOut(engine)).toBe(0);
    });
  }
});
