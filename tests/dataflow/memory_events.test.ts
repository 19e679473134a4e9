/** What an engine says of where the memory is, against what it says when it is asked. */
import { dataflow, Engine, memoryOf, type Running } from "meander";
import { describe, expect, it } from "vitest";
import { StatsRecorder } from "../../dataflow/insight/stats.ts";
import { Record } from "./event_records.ts";
import { manualEngine } from "./support.ts";

const program = dataflow("kept", (root) => {
  const numbers = root.input<number>("numbers");
  const groups = numbers.flatMap((n) => [n, n + 1, n + 2], { name: "three" })
    .groupBy({ key: (n) => n % 10, reduce: (_key, all) => [all.length] });
  return { numbers, sizes: groups.output("sizes") };
});

describe("events of memory", () => {
  it("say of each vertex what has changed, and no more than once in a look", () => {
    const engine = manualEngine({ workers: 1 });
    const record = new Record(engine, { kinds: ["memory"] });
    const run = engine.install(program);
    for (let epoch = 0; epoch < 3; epoch++) {
      for (let i = 0; i < 200; i++) run.handles.numbers.send([i, i + 1]);
      engine.run();
      run.handles.numbers.advanceTo(epoch + 1);
      engine.run();
    }
    const all = record.of("memory");
    expect(new Set(all.map(({ dataflow, run, worker }) => `${dataflow} ${run} ${worker}`)))
      .toEqual(new Set([`kept ${run.number} 0`]));
    for (const path of ["numbers", "groupBy", "sizes"]) {
      const own = all.filter((event) => event.path === path);
      expect(own.length).toBeGreaterThan(1);
      expect(own.length).toBeLessThanOrEqual(run.memory.here.samples);
      const said = own.map(({ at: _at, ...figures }) => JSON.stringify(figures));
      said.forEach((figures, i) => expect(figures).not.toBe(said[i - 1]));
    }
    // Nobody has asked meanwhile: the highest that was said is the highest that was found.
    const groups = all.filter(({ path }) => path === "groupBy");
    const vertex = memoryOf(run as unknown as Running).vertices.find(({ path }) =>
      path === "groupBy"
    )!;
    expect(Math.max(...groups.map(({ keptRecords }) => keptRecords))).toBe(vertex.peak.keptRecords);
    expect(vertex.peak.keptRecords).toBeGreaterThan(1200 / 2);
    expect(vertex.peak.keptRecords).toBeLessThanOrEqual(1200);
    expect(groups.every(({ waitingRecords, inFlight }) => waitingRecords + inFlight === 0)).toBe(
      true,
    );
  });

  it.each([1, 2])("become the highest figures of statistics, on %i workers", async (workers) => {
    const engine = new Engine({ workers, threads: false });
    const recorder = new StatsRecorder(engine);
    const run = engine.install(program);
    run.handles.sizes.subscribe(() => {});
    for (let i = 0; i < 400; i++) run.handles.numbers.send([i, i + 1, i + 2]);
    await run.drain();
    const { vertices } = await recorder.finish();
    const stats = vertices.find(({ path }) => path === "groupBy")!;
    expect(stats.peak.keptRecords).toBeGreaterThan(3600 / 2);
    expect(stats.peak.keptRecords).toBeLessThanOrEqual(3600);
    expect(stats.peak.keptBytes).toBeGreaterThan(stats.peak.keptRecords * 8);
    expect(vertices.find(({ path }) => path === "numbers")!.peak.keptRecords).toBe(0);
  });
});
