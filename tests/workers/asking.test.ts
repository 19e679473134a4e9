/**
 * Timers and asynchronous work on threads: each thread has its own clock and its own promises.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { asking } from "./programs/asking.ts";
import { threaded } from "./support.ts";

describe("Answers and timers on three workers", () => {
  it("come on the thread that waits for them, which sleeps meanwhile", async () => {
    // Threads that are checked first may take long to begin.
    using engine = threaded(3, { hangMs: 60_000 });
    const run = engine.install(asking(60));
    const [answers, ticks] = await Promise.all([
      run.handles.answers.toArray(),
      run.handles.ticks.completed(),
    ]);
    expect(answers.sort()).toEqual(
      Array.from({ length: 60 }, (_unused, i) => `${i} at attempt 2`).sort(),
    );
    const seen: unknown[] = [];
    for await (const { time, records } of ticks) seen.push([time, records.toSorted()]);
    expect(seen).toEqual([[0, [0, 1, 2]], [1, [0, 1, 2]], [2, [0, 1, 2]]]);
    await run.done;
  });
});
