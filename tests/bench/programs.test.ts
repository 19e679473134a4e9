import { describe, expect, it } from "vitest";
import { pipelineSum } from "../../bench/programs/pipeline_functions.ts";
import { addingVertices, raisedSum } from "../../bench/programs/chain.ts";
import { sumOfCounts } from "../../bench/programs/wordcount.ts";
import { keyOf } from "../../bench/programs/words.ts";
import { run } from "./support.ts";

describe("a small run of", () => {
  it.each([
    ["barrier 50", { records: null, rounds: 50 }],
    ["bfs 300 900", {}],
    ["bfs 50 0", { records: 0 }],
    ["epoch_latency 8 20 1", { records: 20 }],
    ["epoch_latency 1 20 3", { records: 60 }],
    ["epoch_latency 8 20 200 exchange", { records: 4000 }],
    ["epoch_latency 3 50 1 --open-times 1", { records: 50 }],
    ["epoch_latency 3 50 2 --open-times 7", { records: 100 }],
    ["epochs 30", { records: 30 }],
    ["event_driven 3 4 20", { records: 20 }],
    ["event_driven 3 4 20 norecord", { records: null, rounds: 20 }],
    ["exchange 100 20", { records: 2000, rounds: 20 }],
    ["exchange 20000 3", { records: 60_000 }],
    ["flow_control 250 10", { records: 31_125 }],
    ["unguarded 250 10", { records: 31_125 }],
    ["idle_dataflows 5 20", { records: 20 }],
    ["pagerank 300 900", {}],
    ["pagerank 2 20000", {}],
    ["pipeline 2500 1000", { records: 2500 }],
    ["wordcount 20000 3 100", { records: 20_000 }],
    ["wordcount 10 20 5", { records: 10, rounds: 20 }],
    ["wordcount 2000 3 100 strings", { records: 2000 }],
    ["rxjs_pipeline 2500 1000", { records: 2500 }],
    ["loop_pipeline 2500 1000", { records: 2500 }],
  ])("%s answers rightly", async (line, expected) => {
    const measurement = await run(line);
    expect(measurement).toMatchObject(expected);
    expect(measurement.spent.seconds).toBeGreaterThan(0);
  });

  it("refuses workers that it does not have", async () => {
    await expect(run("epochs 30 --workers 2")).rejects.toThrow("this program runs on one thread");
    await expect(run("epoch_latency 3 50 1 --open-times 1 --workers 2")).rejects.toThrow(
      "runs on one thread",
    );
  });
});

describe("the expected sums", () => {
  it("agree with adding up", () => {
    for (const records of [0, 1, 2, 3, 4, 100, 101]) {
      let sum = 0;
      for (let x = 0; x < records; x++) if ((x + 1) % 3 !== 0) sum += (x + 1) * 2;
      expect(pipelineSum(records)).toBe(sum);
    }
    expect(raisedSum(4, 8)).toBe(0 + 1 + 2 + 3 + 4 * 8);
    expect([1, 2, 7, 8].map((length) => addingVertices(length, true))).toEqual([1, 1, 4, 4]);
    expect(addingVertices(8, false)).toBe(8);
  });

  it("of wordcount are those of counting one word after the other", () => {
    const counts = new Map<number, number>();
    let sum = 0;
    for (let i = 0; i < 1000; i++) {
      const count = (counts.get(keyOf(i, 37)) ?? 0) + 1;
      counts.set(keyOf(i, 37), count);
      sum += count;
    }
    expect(counts.size).toBe(37);
    expect(sumOfCounts(1000, 37)).toBe(sum);
  });
});
