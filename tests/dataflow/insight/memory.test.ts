/** Where the memory is, against counts that are known otherwise. */
import {
  anyRecord,
  dataflow,
  defineOperator,
  Engine,
  type EngineOptions,
  formatMemory,
  ManualClock,
  memoryOf,
  pointstamps,
  type Running,
} from "meander";
import { describe, expect, it } from "vitest";
import { z } from "zod";

function manual(options: EngineOptions = {}): Engine {
  return new Engine({ workers: 1, clock: new ManualClock(), ...options });
}

/** One vertex of a report; with nothing in it, `undefined`. */
function vertexIn(running: unknown, path: string) {
  return memoryOf(running as Running).vertices.find((vertex) => vertex.path === path);
}

const expanding = dataflow("expanding", (root) => {
  const numbers = root.input<number>("numbers");
  const results = root.loop("loop", (loop) => {
    const again = loop.feedback<number>();
    const many = loop.enter(numbers).concat(again)
      .flatMap((n) => Array.from({ length: n % 5 }, () => n - 1), { name: "many" });
    again.connect(many.filter((n) => n > 2));
    return loop.leave(many.exchange((n) => n));
  });
  return { numbers, out: results.map((n) => -n).output("out") };
});

describe("memoryOf", () => {
  it.each(["downstream", "fifo", { seed: 5 }] as const)(
    "has every message that is counted, at each step and its vertex (%s)",
    (policy) => {
      const engine = manual({ explain: true, budget: 1, capacity: 2, policy });
      const run = engine.install(expanding);
      run.handles.out.subscribe(() => {});
      run.handles.numbers.send([9, 4, 13, 7]);
      run.handles.numbers.sendAt(1, [24]);
      let most = 0;
      for (let going = true; going; going = engine.step()) {
        const messages = pointstamps(run as never).filter(({ kind }) => kind === "message");
        const counted: Record<string, number> = {};
        for (const { location, occurrences } of messages) {
          const path = location.replace(/\.[^.]*$/, "");
          counted[path] = (counted[path] ?? 0) + occurrences;
        }
        const { vertices, now, openTimes } = memoryOf(run as unknown as Running);
        const queued = vertices.filter(({ now }) => now.queuedBatches > 0);
        expect(Object.fromEntries(queued.map(({ path, now }) => [path, now.queuedBatches])))
          .toEqual(counted);
        const all = pointstamps(run as never);
        expect(openTimes.count).toBe(new Set(all.map(({ time }) => String(time))).size);
        for (const { inputs, now, isSuspended } of queued) {
          const atInputs = inputs.reduce((sum, { batches }) => sum + batches, 0);
          expect(atInputs).toBe(now.queuedBatches);
          if (isSuspended) expect(now.queuedBatches).toBeGreaterThan(0);
        }
        most = Math.max(most, now.queuedBatches);
      }
      expect(most).toBeGreaterThan(3);
      expect(memoryOf(run as unknown as Running).peak.queuedBatches).toBe(most);
    },
  );

  it("tells state from a stash, times and inputs, and all of it is gone in the end", () => {
    const engine = manual();
    const run = engine.install(dataflow("kinds", (root) => {
      const left = root.input<number>("left");
      const right = root.input<number>("right");
      const join = left.join(right, { leftKey: (n) => n, rightKey: (n) => n, value: (n) => n });
      return { left, right, join: join.output("join"), late: left.delay((n) => n).output("late") };
    }));
    const { left, right, late, join } = run.handles;
    left.send([3, 4, 5, 5]);
    right.sendAt(2, [5]);
    expect(memoryOf(run as unknown as Running).inputs).toEqual([
      { name: "left", waiting: 2 },
      { name: "right", waiting: 1 },
    ]);
    engine.run();
    expect(vertexIn(run, "join")!.now).toMatchObject({ keptRecords: 5, waitingRecords: 0 });
    const delayed = vertexIn(run, "delay")!;
    expect(delayed.now).toMatchObject({ keptRecords: 4, waitingRecords: 4, queuedBatches: 0 });
    expect([delayed.openTimes, delayed.requests]).toEqual([3, 3]);
    const { openTimes } = memoryOf(run as unknown as Running);
    expect(openTimes).toMatchObject({ epochs: 6, oldest: 0, newest: 5 });
    left.close();
    right.close();
    engine.run();
    // Nobody has read the outputs.
    expect(vertexIn(run, "late")!.now).toMatchObject({ keptRecords: 4, waitingRecords: 4 });
    expect(vertexIn(run, "join")!.now.keptRecords).toBe(0);
    join.subscribe(() => {});
    late.subscribe(() => {});
    const report = memoryOf(run as unknown as Running);
    expect([report.status, report.bytes, report.openTimes.count]).toEqual(["completed", 0, 0]);
    expect(report.peak.keptRecords).toBeGreaterThanOrEqual(9);
    expect(report.peakBytes).toBeGreaterThan(9 * 8);
  });

  it("knows the peak of what was there in a moment only, without being asked", () => {
    const engine = manual();
    const run = engine.install(dataflow("groups", (root) => {
      const words = root.input<string>("words");
      const groups = words.groupBy({ key: (word) => word, reduce: (_key, all) => [all.length] });
      return { words, sizes: groups.output("sizes") };
    }));
    run.handles.sizes.subscribe(() => {});
    for (let i = 0; i < 100; i++) run.handles.words.send(["a", "b", "a"]);
    run.handles.words.close();
    engine.run();
    const { now, peak } = vertexIn(run, "groupBy")!;
    expect(now.keptRecords).toBe(0);
    expect(peak.keptRecords).toBeGreaterThan(7 / 8 * 300);
    expect(memoryOf(run as unknown as Running).peakBytes).toBeGreaterThan(peak.keptRecords * 8);
  });

  it("adds what other workers say, and asks them", async () => {
    const engine = new Engine({ workers: 3, threads: false });
    const run = engine.install(dataflow("spread", (root) => {
      const numbers = root.input<number>("numbers");
      const sums = numbers.aggregate({
        key: (n) => n,
        initial: () => 0,
        fold: (sum: number, n) => sum + n,
        emit: (_key, sum) => sum,
      });
      return { numbers, sums: sums.output("sums") };
    }));
    run.handles.numbers.send(Array.from({ length: 3000 }, (_unused, i) => i));
    await run.idle();
    run.askMemory();
    await run.idle();
    expect(vertexIn(run, "aggregate")!.now.keptRecords).toBe(3000);
    run.handles.sums.subscribe(() => {});
    await run.drain();
    expect(vertexIn(run, "aggregate")).toMatchObject({
      now: { keptRecords: 0 },
      peak: { keptRecords: 3000 },
    });
  });

  it("goes on when an operator cannot tell its size, and says so", () => {
    const broken = defineOperator({
      name: "broken",
      version: "1.0.0",
      summary: "Cannot say what it keeps",
      config: z.strictObject({}),
      inputs: { in: anyRecord },
      outputs: { out: anyRecord },
      create: ({ out }) => ({
        receive: { in: (batch) => out.out.forward(batch) },
        size: () => {
          throw new Error("no idea");
        },
      }),
    });
    const engine = manual();
    const run = engine.install(dataflow("faulty", (root) => {
      const numbers = root.input<number>("numbers");
      const { out } = root.vertex(broken, { config: {}, inputs: { in: numbers } });
      return { numbers, out: out.output("out") };
    }));
    run.handles.numbers.send([1]);
    engine.run();
    expect(run.status).toBe("running");
    expect(String(vertexIn(run, "broken")!.fault)).toBe("Error: no idea");
    expect(formatMemory(memoryOf(run as unknown as Running)))
      .toContain("vertex broken: its size cannot be told, it threw");
  });

  it("is never taken of a dataflow that does nothing", () => {
    const engine = manual();
    const program = dataflow("counting", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, counts: numbers.count().output("counts") };
    });
    const idle = engine.install(program);
    engine.run();
    const before = idle.memory.here.samples;
    const busy = engine.install(program);
    for (let i = 0; i < 3000; i++) {
      busy.handles.numbers.send([i]);
      engine.run();
    }
    expect(idle.memory.here.samples).toBe(before);
    // Each 256 entries, but in the beginning.
    expect(busy.memory.here.samples).toBeGreaterThan(10);
    expect(busy.memory.here.samples).toBeLessThan(100);
  });

  it("is looked for a hundredth of the time at most", () => {
    // By this clock each look takes a millisecond, and so does everything between.
    let now = 0;
    class Ticking extends ManualClock {
      override now(): number {
        return now;
      }
    }
    const engine = manual({ clock: new Ticking() });
    const run = engine.install(dataflow("slow", (root) => {
      const numbers = root.input<number>("numbers");
      const { out } = root.operator("keeper", {
        inputs: { in: numbers },
        outputs: { out: z.number() },
      }, () => ({
        receive: { in: () => {} },
        size: () => {
          now++;
          return { records: 0 };
        },
      }));
      return { numbers, out: out.output("out") };
    }));
    const send = (times: number) => {
      for (let i = 0; i < times; i++) {
        run.handles.numbers.send([i]);
        engine.run();
        now++;
      }
    };
    send(3000);
    const before = run.memory.here.samples;
    expect(before).toBeLessThan(80);
    send(20_000);
    expect(run.memory.here.samples - before).toBeLessThan(20_000 / 100);
    expect(run.memory.here.samples - before).toBeGreaterThan(20);
  });
});

describe("formatMemory", () => {
  it("has a line for all and one for each vertex that has or had something", () => {
    const engine = manual({ budget: 1, capacity: 2 });
    const run = engine.install(expanding);
    run.handles.out.subscribe(() => {});
    run.handles.numbers.send([9, 4, 13, 7]);
    for (let i = 0; i < 6; i++) engine.step();
    const lines = formatMemory(memoryOf(run as unknown as Running)).split("\n");
    expect(lines[0]).toMatch(
      /^expanding has [\d.]+ k?B in memory \(at most .*\), and \d+ times open/,
    );
    expect(lines[1]).toMatch(/^vertex +queued +kept +waiting +in flight +times +most$/);
    expect(lines.some((line) => /^loop\/many +\d/.test(line))).toBe(true);
    expect(lines.every((line) => line.length <= 120)).toBe(true);
    run.cancel();
    run.done.catch(() => {});
    expect(formatMemory(memoryOf(run as unknown as Running))).toMatch(
      /^expanding is cancelled and has 0 B/,
    );
  });
});
