import { describe, expect, it } from "vitest";
import {
  type Dataflow,
  dataflow,
  Engine,
  type EngineOptions,
  ManualClock,
  memoryOf,
  type PaceOptions,
  range,
  type Running,
  type Stream,
} from "../../mod.ts";

type Any = Dataflow<Record<never, never>>;

/** Lets everything happen that can without time. */
function settle(engine: Engine, clock: ManualClock): void {
  do engine.run(); while (clock.turn() > 0);
}

/** An engine with a clock in the test's hands. */
function start(program: Any, options: EngineOptions = {}) {
  const clock = new ManualClock();
  const engine = new Engine({ workers: 1, threads: false, clock, ...options });
  return { engine, clock, running: engine.install(program) };
}

/** Hands on one record a millisecond; the others wait in it. `most` is how many did. */
function slow(numbers: Stream<number>, waits: { most: number; now: number[] }): Stream<number> {
  return numbers.unary<number>("slow", {}, ({ out, retain, after, worker }) => {
    const waiting: { n: number; right: ReturnType<typeof retain> }[] = [];
    const next = () => {
      const { n, right } = waiting.shift()!;
      waits.now[worker.index] = waiting.length;
      out.out.push(right.time, n);
      right.drop();
      if (waiting.length > 0) after(1, next);
    };
    return {
      receive(batch) {
        if (waiting.length === 0 && batch.length > 0) after(1, next);
        for (const n of batch) waiting.push({ n, right: retain() });
        waits.now[worker.index] = waiting.length;
        waits.most = Math.max(waits.most, waits.now.reduce((sum, n) => sum + n, 0));
      },
      size: () => ({
        records: waiting.length,
        waiting: waiting.length,
        bytes: 40 * waiting.length,
      }),
    };
  });
}

/** A source of so many numbers, `step` of them with each call, all at one time. */
function fast(
  most: number,
  step: number,
  pace: PaceOptions | undefined,
  waits: { most: number; now: number[]; calls: number },
) {
  return dataflow("fast", (root) => {
    const numbers = root.source<number>("numbers", { pace }, ({ out, capability }) => {
      let n = 0;
      return () => {
        waits.calls++;
        for (let i = 0; i < step && n < most; i++) out.push(capability.time, n++);
        return n < most;
      };
    });
    return { out: slow(numbers, waits).output("out") };
  });
}

describe("a source that is paced", () => {
  it("has no more in flight than it may, and is called as fast as they leave", () => {
    for (const [records, step] of [[1, 1], [4, 1], [100, 1], [100, 7]]) {
      const waits = { most: 0, now: [], calls: 0 };
      const program = fast(1_000, step, { records }, waits);
      const { engine, clock, running } = start(program);
      const got: number[] = [];
      running.output<number>("out").subscribe(({ records }) => void got.push(...records));
      for (let ms = 0; ms < 1_001; ms++) {
        settle(engine, clock);
        if (ms < 900) expect(waits.now[0]).toBeGreaterThan(Math.max(0, records - step - 1));
        clock.advance(1);
      }
      settle(engine, clock);
      expect(waits.most).toBeLessThan(records + step);
      expect(running.status).toBe("completed");
      expect(got).toEqual([...range(0, 1_000)]);
    }
  });

  it("is paced by bytes, and by what the engine says for all", () => {
    for (const options of [{}, { pace: { bytes: 4_000 } }]) {
      const waits = { most: 0, now: [], calls: 0 };
      const own = options.pace === undefined ? { bytes: 4_000 } : undefined;
      const { engine, clock } = start(fast(10_000, 1, own, waits), options);
      for (let ms = 0; ms < 20; ms++) {
        settle(engine, clock);
        clock.advance(1);
      }
      expect(waits.most).toBeGreaterThan(90);
      expect(waits.most).toBeLessThan(520);
    }
  });

  it("waits for the reader of an output", async () => {
    const program = dataflow("read", (root) => {
      const numbers = root.source<number>("numbers", { pace: { records: 10 } }, (source) => {
        let n = 0;
        return () => {
          source.out.push(source.capability.time, n++);
          return n < 1_000;
        };
      });
      return { out: numbers.output("out") };
    });
    const { engine, clock, running } = start(program);
    const reader = running.output<number>("out")[Symbol.asyncIterator]();
    const got: number[] = [];
    while (got.length < 1_000) {
      settle(engine, clock);
      expect(memoryOf(running).now.waitingRecords).toBeLessThanOrEqual(10);
      const next = await reader.next();
      got.push(...next.value!.records);
    }
    expect(got).toEqual([...range(0, 1_000)]);
    settle(engine, clock);
    expect(running.status).toBe("completed");
  });

  it("goes on when what waits can go on only with it", () => {
    // Every time waits for the next one: with one record in flight nobody else can do anything.
    for (const policy of ["downstream", "fifo", { seed: 3 }] as const) {
      for (const workers of [1, 2]) {
        const program = dataflow("pairs", (root) => {
          const numbers = root.source<number>("numbers", { pace: { records: 1 } }, (source) => {
            const { out, capability } = source;
            let n = 0;
            return () => {
              capability.downgrade(Math.floor(n / 5));
              out.push(Math.floor(n / 5), n++);
              return n < 100;
            };
          });
          const held = numbers.exchange((n) => n).synchronize();
          return { out: held.delay((_n, time) => (time as number) + 2).output("out") };
        });
        const { engine, clock, running } = start(program, { policy, workers });
        const got: number[] = [];
        running.output<number>("out").subscribe(({ records }) => void got.push(...records));
        settle(engine, clock);
        expect(running.status).toBe("completed");
        expect(got.toSorted((a, b) => a - b)).toEqual([...range(0, 100)]);
      }
    }
  });

  it("is stopped by what waits on other workers, whichever they are on", () => {
    for (const workers of ["first", "all"] as const) {
      const waits = { most: 0, now: [0, 0, 0] };
      const program = dataflow("spread", (root) => {
        const options = { workers, pace: { records: 30 } };
        const numbers = root.source<number>("numbers", options, ({ out, capability }) => {
          let n = 0;
          return () => {
            out.push(capability.time, n++);
            return n < 150;
          };
        });
        const away = numbers.map((n) => n).exchange((n) => n);
        return { out: slow(away, waits).output("out") };
      });
      const { engine, clock, running } = start(program, { workers: 3, capacity: 8, budget: 1 });
      let records = 0;
      running.output<number>("out").subscribe((batch) => records += batch.records.length);
      for (let ms = 0; ms < 450 && running.status === "running"; ms++) {
        settle(engine, clock);
        clock.advance(1);
      }
      settle(engine, clock);
      expect([running.status, records]).toEqual(["completed", workers === "all" ? 450 : 150]);
      // What others have sent is not known at once: a batch of each.
      expect(waits.most).toBeLessThan(30 + 3 * 8);
    }
  });
});

describe("an input that is paced", () => {
  it("gives a promise while too much is in flight, and keeps what is sent all the same", async () => {
    const waits = { most: 0, now: [] };
    const program = dataflow("input", (root) => {
      const numbers = root.input<number>("numbers", { pace: { records: 10 } });
      return { numbers, out: slow(numbers, waits).output("out") };
    });
    const { engine, clock, running } = start(program);
    const numbers = running.input<number>("numbers");
    let isWaiting = false;
    let sent = 0;
    const send = async (): Promise<void> => {
      while (sent < 100) {
        const wait = numbers.send([sent++]);
        isWaiting = wait !== undefined;
        await wait;
        isWaiting = false;
      }
      numbers.close();
    };
    const all = send();
    for (let ms = 0; ms < 120; ms++) {
      settle(engine, clock);
      for (let i = 0; i < 100; i++) await Promise.resolve();
      if (ms > 0 && ms < 85) expect([isWaiting, sent - ms]).toEqual([true, expect.any(Number)]);
      clock.advance(1);
    }
    await all;
    settle(engine, clock);
    expect(waits.most).toBeLessThanOrEqual(11);
    expect(running.status).toBe("completed");
  });

  it("lets nobody wait for a dataflow that has ended", async () => {
    const program = dataflow("input", (root) => {
      const numbers = root.input<number>("numbers", { pace: { records: 1, epochs: 1 } });
      return { numbers, out: numbers.delay(() => 9).output("out") };
    });
    const { running } = start(program);
    const waits = [0, 3].map((time) => running.input<number>("numbers").sendAt(time, [1, 2]));
    expect(waits.every((wait) => wait !== undefined)).toBe(true);
    running.cancel();
    await Promise.all(waits);
  });
});

/** The epochs that are open, by the tracker's own counts. */
function openEpochs(running: Running): number {
  return memoryOf(running).openTimes.epochs;
}

describe("epochs that are paced", () => {
  const loops = (root: Parameters<Parameters<typeof dataflow>[1]>[0], numbers: Stream<number>) => {
    // A loop that nothing leaves, one that something does, a sink, and a way on which the epoch changes.
    root.loop("inner", (loop) => {
      const again = loop.feedback<number>({ maxIterations: 3 });
      again.connect(loop.enter(numbers).concat(again).map((n) => n));
    });
    const left = root.loop("left", (loop) => {
      const again = loop.feedback<number>({ maxIterations: 2 });
      const all = loop.enter(numbers).concat(again);
      again.connect(all.filter((n) => n % 2 === 0).map((n) => n + 1));
      return loop.leave(all);
    });
    const later = root.feedback<number>({ by: 1 });
    later.connect(numbers.filter((n) => n < 0));
    later.inspect(() => {});
    return left;
  };

  it("are never more than it may have open, with what lies in loops and in dead ends", () => {
    for (const epochs of [1, 2, 5]) {
      for (const options of [{}, { workers: 2 }, { policy: { seed: 5 } }] as EngineOptions[]) {
        let newest = 0;
        let most = 0;
        let oldest = () => 0;
        const waits = { most: 0, now: [] };
        const program = dataflow("epochs", (root) => {
          const numbers = root.source<number>("numbers", { pace: { epochs } }, (source) => {
            const { out, capability } = source;
            let n = 0;
            return () => {
              if (capability.time !== n) {
                capability.downgrade(n);
                return true;
              }
              newest = n;
              most = Math.max(most, newest - oldest() + 1);
              out.push(n, n++);
              return n < 60;
            };
          });
          return { out: slow(loops(root, numbers.exchange((n) => n)), waits).output("out") };
        });
        const { engine, clock, running } = start(program, options);
        let records = 0;
        running.output<number>("out").subscribe((batch) => records += batch.records.length);
        oldest = () =>
          (memoryOf(running).openTimes.oldest as readonly number[])[0] ??
            memoryOf(running).openTimes.oldest as number;
        let full = 0;
        for (let ms = 0; ms < 400 && running.status === "running"; ms++) {
          settle(engine, clock);
          // The source holds the next one as well, in which it has sent nothing.
          const open = openEpochs(running);
          if (open === epochs + 1) full++;
          expect(open).toBeLessThanOrEqual(epochs + 1);
          clock.advance(1);
        }
        expect([running.status, records]).toEqual(["completed", 90]);
        expect(most).toBeLessThanOrEqual(epochs);
        expect(full).toBeGreaterThan(10);
      }
    }
  });

  it("hold senders back at the epoch that is too far ahead, and at no other", async () => {
    const waits = { most: 0, now: [] };
    const program = dataflow("input", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: slow(numbers, waits).output("out") };
    });
    const { engine, clock, running } = start(program, { pace: { epochs: 2 } });
    const numbers = running.input<number>("numbers");
    const resolved: number[] = [];
    for (let epoch = 0; epoch < 6; epoch++) {
      numbers.advanceTo(epoch);
      const wait = numbers.send([epoch]);
      expect(wait === undefined).toBe(epoch < 2);
      wait?.then(() => resolved.push(epoch));
    }
    numbers.advanceTo(6);
    for (let ms = 0; ms < 6; ms++) {
      settle(engine, clock);
      await Promise.resolve();
      // An epoch leaves each millisecond.
      expect(resolved).toEqual([...range(2, Math.min(6, 2 + ms))]);
      clock.advance(1);
    }
    settle(engine, clock);
    numbers.close();
    settle(engine, clock);
    expect(running.status).toBe("completed");
  });
});

describe("limits that are none", () => {
  it("are refused with what they may be", () => {
    expect(() => new Engine({ workers: 1, pace: { records: 0 } })).toThrow(
      "Cannot use pace",
    );
    expect(() => dataflow("bad", (root) => ({ in: root.input("in", { pace: { epochs: 1.5 } }) })))
      .toThrow("MEANDER_GRAPH");
    const deep = { coordinates: 2 };
    expect(() =>
      dataflow("two", (root) => ({ in: root.input("in", { pace: { epochs: 1 } }) }), deep)
    ).toThrow("epochs are counted in one");
    expect(() =>
      dataflow("deep", (root) => {
        root.loop("loop", (loop) => loop.source("s", { pace: { epochs: 1 } }, () => () => false));
        return {};
      })
    ).toThrow("epochs are counted in one");
  });
});
