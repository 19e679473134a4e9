/**
 * Sources of threads that are held back by what is on its way on others.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { formatMemory, memoryOf } from "../../mod.ts";
import { endless, paced } from "./programs/pacing.ts";
import { threaded } from "./support.ts";

describe("Sources on three workers", () => {
  it("come to their end with hardly anything in flight, though all of it waits for them", async () => {
    using engine = threaded(3, { hangMs: 60_000 });
    for (const pace of [{ records: 1 }, { epochs: 1 }, { bytes: 20, epochs: 2 }]) {
      const run = engine.install(paced(100, pace));
      const got = await run.handles.out.toArray();
      const wanted = Array.from({ length: 300 }, (_unused, i) => Math.floor(i / 3));
      expect(got.toSorted((a, b) => a - b)).toEqual(wanted);
      await run.done;
    }
  });

  it("stop when another thread has taken too much memory, and the dataflow says where it is", async () => {
    using engine = threaded(3, { hangMs: 60_000 });
    const run = engine.install(endless(), { memory: { limit: 4_000_000, graceMs: 50 } });
    await expect(run.done).rejects.toThrow(/^MEANDER_MEMORY .*its limit is 4\.0 MB/);
    expect(formatMemory(memoryOf(run as never))).toContain("keeper");
    expect(memoryOf(run as never).peakBytes).toBeGreaterThan(4_000_000);
  });
});
