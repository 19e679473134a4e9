import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  type EngineOptions,
  execute,
  ManualClock,
  type MeanderError,
  type MemoryLimit,
  memoryOf,
  range,
  type Stream,
} from "../../mod.ts";

/** Lets everything happen that can without time. */
function settle(engine: Engine, clock: ManualClock): void {
  do engine.run(); while (clock.turn() > 0);
}

/** Keeps all records, for ever or until it is told to let go; 100 bytes each. */
function keepers(stream: Stream<number>, all: number[][]): Stream<number> {
  return stream.unary<number>("keeper", {}, ({ worker }) => {
    const kept: number[] = all[worker.index] = [];
    return {
      receive(batch) {
        for (const n of batch) kept.push(n);
      },
      size: () => ({ records: kept.length, bytes: 100 * kept.length }),
    };
  });
}

/** A source of numbers that ends only when it is told to. */
function endless(all: number[][], calls: { made: number; isOver: boolean }) {
  return dataflow("endless", (root) => {
    const numbers = root.source<number>("numbers", {}, ({ out, capability }) => () => {
      for (let i = 0; i < 10; i++) out.push(capability.time, calls.made);
      calls.made++;
      return !calls.isOver;
    });
    return { out: keepers(numbers.exchange((n) => n), all).output("out") };
  });
}

function failureOf(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a limit for memory", () => {
  it("ends what explodes within one sweep, and says where the memory is", async () => {
    const program = dataflow("explosion", (root) => {
      const numbers = root.input<number>("numbers");
      const many = numbers.flatMap((n) => range(0, n), { name: "many" });
      return { numbers, out: keepers(many, []).output("out") };
    });
    const limit = 5_000_000;
    await using run = execute(program, { workers: 1, memory: { limit } });
    const failure = failureOf(() => {
      run.handles.numbers.send([...range(1_000, 100_000)]);
      run.engine.run();
    });
    const error = (failure ?? run.failure) as MeanderError;
    expect(run.status).toBe("failed");
    expect(run.failure).toBe(error);
    expect(error.code).toBe("MEANDER_MEMORY");
    expect(error.where).toBe("explosion");
    expect(error.message).toMatch(
      /^MEANDER_MEMORY {2}Cannot go on with dataflow "explosion": it has \d.* MB in memory, and its limit is 5\.0 MB/,
    );
    expect(error.problems.find((line) => line.startsWith("keeper "))).toMatch(
      / \d+ +\d\.\d MB +0 +0 +[01] /,
    );
    expect(error.problems.find((line) => line.startsWith("many "))).toMatch(/suspended/);
    // At one and a half times, but for what is made between two looks.
    expect(memoryOf(run as never).peakBytes).toBeGreaterThan(1.5 * limit);
    expect(memoryOf(run as never).peakBytes).toBeLessThan(2 * limit);
    await expect(run.done).rejects.toBe(error);
  });

  it("stops sources at once, and ends what stays above it", () => {
    for (const options of [{}, { workers: 2 }, { workers: 3, policy: { seed: 2 } }] as const) {
      const calls = { made: 0, isOver: false };
      const { engine, clock, running } = start(endless([], calls), options);
      settle(engine, clock);
      const { made } = calls;
      expect(running.status).toBe("running");
      expect(made).toBeGreaterThan(10_000);
      expect(made).toBeLessThan(14_000);
      clock.advance(1_999);
      settle(engine, clock);
      expect([running.status, calls.made]).toEqual(["running", made]);
      clock.advance(1);
      settle(engine, clock);
      expect([running.status, calls.made]).toEqual(["failed", made]);
      expect(String(running.failure)).toContain(
        ", 2000 ms after its sources were stopped, and its limit is 10.0 MB",
      );
      expect(clock.pending).toBe(0);
    }
  });

  it("lets sources go on when it is below again, and counts its grace anew", () => {
    for (const options of [{}, { workers: 2 }] as const) {
      const all: number[][] = [];
      const calls = { made: 0, isOver: false };
      const { engine, clock, running } = start(endless(all, calls), options);
      let made = 0;
      for (let round = 0; round < 4; round++) {
        settle(engine, clock);
        expect(calls.made).toBeGreaterThan(made + 8_000);
        ({ made } = calls);
        clock.advance(1_500);
        settle(engine, clock);
        expect([running.status, calls.made]).toEqual(["running", made]);
        for (const kept of all) kept.length = 0;
        calls.isOver = round === 3;
        clock.advance(300);
      }
      settle(engine, clock);
      expect(running.status).toBe("completed");
      expect(clock.pending).toBe(0);
    }
  });

  it("has those wait who send, and keeps what they send", async () => {
    const all: number[][] = [];
    const program = dataflow("input", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: keepers(numbers, all).output("out") };
    });
    const { engine, clock, running } = start(program);
    const numbers = running.input<number>("numbers");
    numbers.send([...range(0, 120_000)]);
    settle(engine, clock);
    let isResolved = false;
    const wait = numbers.send([1])!.then(() => isResolved = true);
    settle(engine, clock);
    await Promise.resolve();
    expect([all[0].length, isResolved]).toEqual([120_001, false]);
    all[0].length = 0;
    clock.advance(2_000);
    settle(engine, clock);
    await wait;
    numbers.close();
    settle(engine, clock);
    expect(running.status).toBe("completed");
  });

  it("takes numbers that can be kept", () => {
    const program = dataflow("none", () => ({}));
    const engine = new Engine({ workers: 1 });
    for (const memory of [{ limit: 0 }, { limit: NaN }, { limit: 1, graceMs: -1 }]) {
      expect(() => engine.install(program, { memory })).toThrow("MEANDER_OPTION");
    }
    const misread: [memory: unknown, message: string][] = [
      [20_000_000, "Cannot use memory 20000000: write memory: { limit: 20000000 }"],
      ["64MB", 'Cannot use memory "64MB": write memory: { limit: BYTES }'],
      [{ limt: 5 }, 'Cannot use "limt" of a memory limit: there is limit and graceMs'],
      [{ limit: 5, grace: 1 }, 'Cannot use "grace" of a memory limit'],
    ];
    for (const [memory, message] of misread) {
      expect(() => engine.install(program, { memory: memory as MemoryLimit })).toThrow(message);
    }
  });
});

function start(program: Parameters<Engine["install"]>[0], options: EngineOptions = {}) {
  const clock = new ManualClock();
  const engine = new Engine({ workers: 1, threads: false, clock, ...options });
  const running = engine.install(program, { memory: { limit: 10_000_000, graceMs: 2_000 } });
  return { engine, clock, running };
}
