import { describe, expect, it } from "vitest";
import { anyRecord, dataflow, defineOperator, Engine, ManualClock, type Pact } from "../../mod.ts";
import { z } from "zod";
import { unaryOperator } from "../../operators/generic.ts";

/** Passes everything on, from that worker. */
const hop = (to: number) => {
  const pact: Pact = { kind: "route", to: (_n: number, workers) => Math.min(to, workers - 1) };
  return unaryOperator<number, number>("hop", { pacts: { in: pact } }, ({ out }) => ({
    receive: (batch) => out.out.forward(batch),
  }));
};

describe("a dataflow on several workers", () => {
  // Batches for a vertex that was held back waited beside the queue, where nobody looked after the end:
  // their buffers never came back.
  it("gives back what waits for a vertex that is held back, when it is cancelled", () => {
    const program = dataflow("to and fro", (root) => {
      const numbers = root.input<number>("numbers", { source: "split" });
      const there = numbers.inspect(() => {}).apply(hop(0), {}).apply(hop(1), {});
      return { numbers, out: there.output("out") };
    });
    let inUse = 0;
    for (const steps of [100, 150, 200, 250, 300]) {
      const clock = new ManualClock();
      const several = { workers: 2, threads: false, policy: { seed: 0 } } as const;
      const engine = new Engine({ ...several, capacity: 1, clock, checks: true });
      const run = engine.install(program);
      for (let i = 0; i < 40; i++) run.handles.numbers.send(new Int32Array([1, 2]) as never);
      for (let i = 0; i < steps; i++) engine.step();
      const { pool } = engine.worker;
      inUse = Math.max(inUse, pool.stats.taken - pool.stats.given);
      run.cancel();
      engine.run();
      clock.turn();
      expect(run.status).toBe("cancelled");
      expect(pool.stats.taken - pool.stats.given).toBe(0);
    }
    expect(inUse).toBeGreaterThan(0);
  });

  // The handle was not there yet, and the threads would have been told to make it all the same.
  it("that fails while it begins has failed when it is installed, and is begun nowhere else", () => {
    const early = defineOperator({
      name: "early",
      version: "1.0.0",
      summary: "Sends when it is made",
      config: z.strictObject({}),
      inputs: {},
      outputs: { out: anyRecord },
      create({ out }) {
        out.out.send(0, [1]);
        return { receive: {} };
      },
    });
    const program = dataflow("early", (root) => {
      const { out } = root.vertex(early, { config: {}, inputs: {} });
      const spread = out.exchange(() => {
        throw new Error("no key");
      });
      return { out: spread.output("out") };
    });
    const engine = new Engine({ workers: 2, threads: false, clock: new ManualClock() });
    const run = engine.install(program);
    expect([run.status, engine.running]).toEqual(["failed", []]);
    expect(String(run.failure)).toContain("no key");
  });
});
