import { describe, expect, it } from "vitest";
import * as room from "../../progress/mod.ts";
import { runOracle } from "./run.ts";

describe("the tracker against brute force", () => {
  it("agrees at every location after each of 60,000 random steps", () => {
    const totals = runOracle(room, 1, 60_000);
    expect(totals.steps).toBe(60_000);
    // The run is worth little if the shapes in which trackers were seen to fail do not occur.
    expect(totals.nested3).toBeGreaterThan(10);
    expect(totals.cyclic).toBeGreaterThan(10);
    expect(totals.incomparable).toBeGreaterThan(10);
    expect(totals.merged).toBeGreaterThan(100);
    expect(totals.negatives).toBeGreaterThan(1000);
  });

  it("repeats a run from its seed", () => {
    expect(runOracle(room, 77, 2000)).toEqual(runOracle(room, 77, 2000));
  });

  it("says how to repeat a failure", () => {
    class Forgetful extends room.Tracker {
      override allEmpty(): boolean {
        return true;
      }
    }
    const broken = { ...room, Tracker: Forgetful };
    expect(() => runOracle(broken, 5, 1000)).toThrow(/deno task oracle --seed 5 --steps \d+/);
  });
});
