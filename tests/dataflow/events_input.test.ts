/**
 * Events as the input of other dataflows.
 */
import { describe, expect, it } from "vitest";
import {
  dataflow,
  type Engine,
  type EngineEvent,
  type EventsOptions,
  ManualClock,
  type OutputBatch,
} from "../../mod.ts";
import { StatsRecorder } from "../../dataflow/insight/stats.ts";
import { manualEngine, policies } from "./support.ts";

const expanding = dataflow("expanding", (root) => {
  const numbers = root.input<number>("numbers");
  const many = numbers.flatMap((n) => Array.from({ length: n }, (_unused, i) => i), {
    name: "many",
  });
  return { numbers, out: many.count({ name: "count" }).output("out") };
});

/** Records by vertex, for each epoch. */
const counting = dataflow("counting events", (root) => {
  const events = root.input<EngineEvent>("events");
  const counts = events
    .flatMap((event) => event.kind === "schedule" ? [event] : [], { name: "slices" })
    .aggregate({
      key: ({ path }) => path,
      initial: () => 0,
      fold: (sum: number, { received }) => sum + received,
      emit: (path, received) => ({ path, received }),
    });
  return { events, counts: counts.output("counts") };
});

type Count = { readonly path: string; readonly received: number };

function countsOf(engine: Engine, options: EventsOptions = {}) {
  const events = engine.events(options);
  const run = engine.install(counting, { inputs: { events } });
  const batches: OutputBatch<Count>[] = [];
  run.handles.counts.subscribe((batch) => batches.push(batch));
  const sums = () => {
    const all: { [path: string]: number } = {};
    for (const { records } of batches) {
      for (const { path, received } of records) all[path] = (all[path] ?? 0) + received;
    }
    return all;
  };
  return { events, run, batches, sums };
}

function expand(engine: Engine, numbers: readonly number[]): void {
  const { handles } = engine.install(expanding);
  handles.out.subscribe(() => {});
  handles.numbers.send(numbers);
  handles.numbers.close();
  engine.run();
}

describe("events as an input", () => {
  it.each(policies)("are counted by another dataflow, policy %j", (policy) => {
    for (const everyMs of [0, 100, Infinity]) {
      const engine = manualEngine({ policy, capacity: 3 });
      const { events, run, sums } = countsOf(engine, { everyMs });
      expand(engine, [5, 6, 7]);
      events.close();
      engine.run();
      expect(run.status).toBe("completed");
      expect(sums()).toEqual({ numbers: 0, many: 3, count: 18, out: 1 });
    }
  });

  it("never come from a dataflow that is fed with events, whoever observes", () => {
    const engine = manualEngine();
    const seen = new Set<string>();
    engine.observe((all) => {
      for (const event of all) if ("run" in event) seen.add(event.dataflow);
    });
    const first = countsOf(engine, { everyMs: 0 });
    const second = countsOf(engine, { everyMs: 0 });
    expand(engine, [2]);
    // It has come to rest: there is nothing to do that would not be an event of an event.
    expect(engine.worker.isIdle).toBe(true);
    for (const { events } of [first, second]) events.close();
    engine.run();
    expect(seen).toEqual(new Set(["expanding"]));
    expect(first.sums()).toEqual(second.sums());
  });

  it("end an epoch when there is nothing else to do", () => {
    const engine = manualEngine();
    const { events, batches } = countsOf(engine);
    const { handles } = engine.install(expanding);
    for (let epoch = 0; epoch < 3; epoch++) {
      handles.numbers.send([1]);
      engine.run();
      expect(new Set(batches.map(({ time }) => time))).toEqual(
        new Set([0, 1, 2].slice(0, epoch + 1)),
      );
    }
    expect(events.time).toBe(3);
  });

  it("end an epoch after a while also of work that does not end", () => {
    const clock = new ManualClock();
    const engine = manualEngine({ clock, capacity: 1, budget: 1 });
    const { events, batches } = countsOf(engine, { everyMs: 100 });
    const slow = dataflow("slow", (root) => {
      const numbers = root.input<number>("numbers");
      const many = numbers.flatMap((n) => Array.from({ length: n }, (_unused, i) => i));
      many.inspect(() => clock.advance(1));
      return { numbers };
    });
    const { handles } = engine.install(slow);
    handles.numbers.send([5000]);
    engine.run();
    // Every slice makes a few events, and they are handed over when there are a thousand.
    expect(events.time).toBeGreaterThan(5);
    expect(new Set(batches.map(({ time }) => time)).size).toBeGreaterThan(5);
  });

  it("do not pile up, however much one record turns into", () => {
    const engine = manualEngine({ capacity: 1, budget: 1 });
    const taken: number[] = [];
    const events = engine.events({ everyMs: Infinity });
    const sizes = dataflow("sizes", (root) => {
      const all = root.input<EngineEvent>("events");
      all.unary("size", {}, () => ({ receive: (batch) => void taken.push(batch.length) }));
      return { events: all };
    });
    engine.install(sizes, { inputs: { events } });
    expand(engine, [20_000]);
    // All but the last come while the one record is being expanded.
    expect(taken.length).toBeGreaterThan(50);
    expect(Math.max(...taken)).toBeLessThan(3_000);
    expect(engine.worker.observer!.collected.length).toBe(0);
  });

  it("are closed with what was collected", () => {
    const engine = manualEngine();
    const { events, run, sums } = countsOf(engine, { everyMs: Infinity });
    const { handles } = engine.install(expanding);
    handles.numbers.send([4]);
    engine.run();
    events.close();
    expect(events.observation.isOver).toBe(true);
    handles.numbers.send([9]);
    handles.numbers.close();
    engine.run();
    expect(run.status).toBe("completed");
    expect(sums()).toMatchObject({ many: 1, count: 4 });
  });

  it("may go to a dataflow of another engine", () => {
    const [observed, other] = [manualEngine(), manualEngine()];
    const events = observed.events({ into: other });
    const run = other.install(counting, { inputs: { events } });
    const counts: Count[] = [];
    run.handles.counts.subscribe(({ records }) => void counts.push(...records));
    expand(observed, [1, 2]);
    events.close();
    other.run();
    expect(counts).toContainEqual({ path: "many", received: 2 });
    expect(() => observed.install(counting, { inputs: { events } })).toThrow(
      "Cannot install dataflow",
    );
  });

  it("end when the dataflow that they feed fails, which nobody else notices", () => {
    const engine = manualEngine();
    const fragile = dataflow("fragile", (root) => {
      const events = root.input<EngineEvent>("events");
      const checked = events.map(() => {
        throw new RangeError("no events, please");
      });
      return { events, out: checked.output("out") };
    });
    const events = engine.events();
    const run = engine.install(fragile, { inputs: { events } });
    run.done.catch(() => {});
    expand(engine, [3]);
    expect(run.status).toBe("failed");
    const { sums } = countsOf(engine);
    expand(engine, [3]);
    expect(sums()).toMatchObject({ many: 1, count: 3 });
  });
});

describe("StatsRecorder", () => {
  it("has the figures of every vertex", async () => {
    const clock = new ManualClock();
    const engine = manualEngine({ clock });
    const recorder = new StatsRecorder(engine);
    const program = dataflow("working", (root) => {
      const numbers = root.input<number>("numbers");
      const slow = numbers.map((n) => (clock.advance(3), n), { name: "slow" });
      const picked = slow.unary<number>("pick", {}, ({ out, drop }) => ({
        receive(batch) {
          drop(batch.length - 1, "only one is needed");
          out.out.push(batch.time, batch.values()[0]);
        },
      }));
      return { numbers, out: picked.count({ name: "count" }).output("out") };
    });
    const { handles } = engine.install(program);
    engine.run();
    clock.advance(70);
    handles.numbers.send([1, 2, 3, 4, 5]);
    engine.run();
    clock.advance(15);
    handles.numbers.close();
    engine.run();
    const { vertices, elapsedMs, parkedMs } = await recorder.finish();
    expect([elapsedMs, parkedMs[0]]).toEqual([100, 85]);
    const rows = vertices.map(({ path, operator, received, sent, ms, dropped, notifications }) => [
      ...[path, operator, received, sent, ms, dropped, notifications],
    ]);
    expect(rows).toEqual([
      ["slow", "map@1.0.0", 5, 5, 15, 0, 0],
      ["count", "count@1.0.0", 1, 1, 0, 0, 1],
      ["numbers", "input@1.0.0", 0, 5, 0, 0, 0],
      ["out", "output@1.0.0", 1, 0, 0, 0, 0],
      ["pick", "pick@0.0.0", 5, 1, 0, 4, 0],
    ]);
    for (const { batchesIn, slices } of vertices) expect(slices).toBeGreaterThanOrEqual(batchesIn);
  });
});
