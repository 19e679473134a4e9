import { describe, expect, it } from "vitest";
import { Disk } from "../operators/spill/disk.ts";
import { dataflow, Engine, execute, faucet, memoryOf, range } from "meander";
import { gated } from "./gated.ts";

describe("records that are heavier than a batch", () => {
  it("ask for no more batches than there are records", () => {
    const engine = new Engine({ workers: 1 });
    const running = engine.install(
      gated({ batch: 1, inFlight: 1_000_000_000, weight: () => 1e9 }, (some) => some),
    );
    running.handles.numbers.send([...range(0, 100)]);
    running.handles.numbers.close();
    engine.run();
    expect(running.status).toBe("completed");
    expect(engine.worker.entries).toBeLessThan(5_000);
  });
});

describe("the stash before a gate", () => {
  it("stops those who send to it when it is full", () => {
    const engine = new Engine({ workers: 1, capacity: 10, budget: 1 });
    let expanded = 0;
    let passed = 0;
    let ahead = 0;
    const running = engine.install(dataflow("stash", (root) => {
      const numbers = root.input<number>("numbers");
      const many = numbers.flatMap((n) => range(0, n)).inspect(() => {
        expanded++;
        ahead = Math.max(ahead, expanded - passed);
      });
      const left = faucet(
        root,
        many,
        { batch: 5, inFlight: 1, stash: 20 },
        (some) => some.inspect(() => passed++),
      );
      return { numbers, done: left.probe("done") };
    }));
    running.handles.numbers.send([10_000]);
    running.handles.numbers.close();
    engine.run();
    expect([running.status, expanded, passed]).toEqual(["completed", 10_000, 10_000]);
    // The limit, a batch that came in when it was not reached yet, and one that was sent before.
    expect(ahead).toBeLessThanOrEqual(20 + 2 * 10);
  });

  it("has no limit unless one is given", () => {
    const engine = new Engine({ workers: 1, capacity: 10, budget: 1 });
    let passed = 0;
    const running = engine.install(dataflow("stash", (root) => {
      const numbers = root.input<number>("numbers");
      const many = numbers.flatMap((n) => range(0, n));
      const left = faucet(root, many, { batch: 5 }, (some) => some.inspect(() => passed++));
      return { numbers, done: left.probe("done") };
    }));
    running.handles.numbers.send([1_000]);
    running.handles.numbers.close();
    engine.run();
    expect([running.status, passed]).toEqual(["completed", 1_000]);
  });
});

describe("a stash that spills", () => {
  it("gives the same, keeps so many records in memory, and leaves no file", async () => {
    const disk = new Disk();
    const spill = { directory: disk, records: 50 };
    const program = gated(
      { batch: 7, weight: (n) => 1 + n % 3, spill },
      (some) => some.map((n) => n + 1),
    );
    await using run = execute(program, { workers: 1, capacity: 10 });
    const { numbers, out } = run.handles;
    for (let epoch = 0; epoch < 40; epoch++) {
      numbers.send([...range(100 * epoch, 100 * epoch + 100)]);
      numbers.advanceTo(epoch + 1);
    }
    numbers.close();
    const found = await out.toArray();
    expect(found.toSorted((a, b) => a - b)).toEqual([...range(1, 4001)]);
    expect(disk.opened).toBe(1);
    expect(disk.files.size).toBe(0);
  });

  it("is cancelled in the middle and leaves no file", () => {
    const disk = new Disk();
    const engine = new Engine({ workers: 1, capacity: 10 });
    const running = engine.install(
      gated(
        { batch: 7, spill: { directory: disk, records: 50 } },
        (some) => some.mapAsync(() => new Promise<number>(() => {})),
      ),
    );
    running.handles.numbers.send([...range(0, 200_000)]);
    engine.run();
    expect(disk.written).toBeGreaterThan(1_000);
    const { vertices } = memoryOf(running);
    const { now } = vertices.find(({ path }) => path === "faucet/gate")!;
    expect(now.inFlight).toBe(14);
    expect(now.waitingRecords).toBeLessThanOrEqual(50 + 10);
    running.cancel();
    expect(disk.files.size).toBe(0);
  });
});
