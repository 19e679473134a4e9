import { describe, expect, it } from "vitest";
import { caseOf, configurations, simulateAll, Simulation } from "./simulate.ts";

describe("simulation of random programs on several workers", () => {
  // On top of what is a violation on one worker: counts that differ from what is really outstanding, a worker
  // that believes what is not so, batches without credit, an end that is declared too early or never, and
  // what goes on after a bad one. Each seed runs in one or two of its eighteen ways.
  for (const from of [1, 126, 251]) {
    it(`means the same in every order of steps and frames, seeds ${from} to ${from + 124}`, () => {
      const totals = simulateAll(from, 125, { workers: [2, 3], oneIn: 17 });
      expect([132, 133]).toContain(totals.runs);
      expect(totals.frames).toBeGreaterThan(10_000);
      expect(totals.looks).toBeGreaterThan(4_000);
      expect(totals.full).toBeGreaterThan(10);
    });
  }

  it("repeats every frame and every record of a run, given its seed", () => {
    for (const configuration of [...configurations(11, 2), ...configurations(12, 3)]) {
      const traces = [1, 2].map(() => {
        const trace: string[] = [];
        expect(new Simulation(caseOf(11), configuration, (line) => trace.push(line)).run())
          .toEqual([]);
        return trace;
      });
      expect(traces[1]).toEqual(traces[0]);
      if (configuration.end === "drained") expect(traces[0].length).toBeGreaterThan(0);
    }
  });

  it("takes another order with another seed", () => {
    const [, configuration] = configurations(11, 3);
    const traces = [1, 2].map((crew) => {
      const trace: string[] = [];
      new Simulation(caseOf(11), { ...configuration, crew }, (line) => trace.push(line)).run();
      return trace;
    });
    expect(traces[1]).not.toEqual(traces[0]);
  });
});
