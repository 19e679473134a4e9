/**
 * Dataflows on threads that once got stuck, were lost with others, or said the wrong thing. The threads are
 * those of Deno.
 * @module
 */

import { describe, expect, it } from "vitest";
import { anyRecord, type Data, dataflow, defineOperator } from "../../mod.ts";
import { decodeFrame, encodeFrame } from "../../batches/platform_frame.ts";
import { planDifference, planHash, planLines } from "../../dataflow/plan_text.ts";
import { plain } from "../workers/programs/faulty.ts";
import { busy, madeLate, throwsOddly } from "../workers/programs/odd.ts";
import { answersLater } from "../workers/programs/times.ts";
import { causeOf, quietly, threaded, words } from "../workers/support.ts";
import { z } from "zod";

describe("threads", () => {
  // Frames for a dataflow that was not made yet were let go when a later one was.
  it(
    "a dataflow that is made later than the next one misses nothing",
    { timeout: 10_000 },
    async () => {
      using engine = threaded(2);
      const may = words(1);
      await using late = engine.install(madeLate(may));
      await using next = engine.install(answersLater(words(1)));
      const [lateOut, nextOut] = [late, next].map(({ handles }) => quietly(handles.out.toArray()));
      next.handles.numbers.send([1, 2]);
      next.handles.numbers.close();
      expect(await nextOut).toEqual([2, 4]);
      for (let n = 0; n < 10; n++) late.handles.numbers.sendAt(n, [n]);
      late.handles.numbers.close();
      await engine.idle();
      Atomics.store(may, 0, 1);
      Atomics.notify(may, 0);
      expect((await lateOut).length).toBe(10);
      await Promise.all([late.done, next.done]);
    },
  );

  // The threads knew nothing of it, and so did not answer when they were told to stop it.
  it("arguments that cannot be cloned end no other dataflow", async () => {
    using engine = threaded(2);
    await using other = engine.install(answersLater(words(1)));
    const out = quietly(other.handles.out.toArray());
    other.handles.numbers.send([1]);
    const failed = engine.install(plain("uncloned", [plain, () => 1]));
    expect((await causeOf(failed.done)).code).toBe("MEANDER_ORIGIN");
    expect(other.status).toBe("running");
    other.handles.numbers.close();
    expect(await out).toEqual([2]);
    await other.done;
  });

  // To make a note of it threw, outside of every callback, and the thread ended with all dataflows.
  it.each([
    "a revoked proxy",
    "an error whose message throws",
    "an error whose message is a bigint",
  ])(
    "a callback that throws %s fails its own dataflow only",
    async (what) => {
      using engine = threaded(2);
      await using other = engine.install(answersLater(words(1)));
      quietly(other.done);
      await using run = engine.install(throwsOddly(what));
      for (const time of [0, 1]) run.handles.numbers.sendAt(time, [1]);
      const cause = await causeOf(run.done);
      expect(cause.code).toBe("MEANDER_OPERATOR_FAILED");
      expect(cause.message).toMatch(/"odd".*\(on worker 1\)/s);
      expect(other.status).toBe("running");
      await other.drain();
    },
  );

  // It showed that it lived only when it had nothing to do.
  it("a worker that is busy for longer than one may hang does not hang", async () => {
    await using run = threaded(2, { hangMs: 500 }).install(busy);
    const out = quietly(run.handles.out.toArray());
    run.handles.numbers.send([900]);
    run.handles.numbers.close();
    expect(await out).toEqual([0]);
    await run.done;
  });
});

describe("threads that cannot make a dataflow", () => {
  // They said so in a way that nobody hears who works here and now.
  it("are heard of by whoever works here and now", async () => {
    using engine = threaded(2);
    const run = engine.install(dataflow("kept to itself", (root) => ({ in: root.input("in") })));
    quietly(run.done);
    engine.runWhile(() => run.status === "running");
    expect((await causeOf(run.done)).code).toBe("MEANDER_ORIGIN");
  });
});

describe("frames", () => {
  // They were views of the frame, which the next one was written into.
  it("bytes in records share nothing with the frame", () => {
    const records = [{ bytes: new Uint8Array([1, 2]) }, { bytes: new Float64Array([0.5]) }, {}];
    const frame = encodeFrame(records, 3);
    const decoded: Data<unknown> = decodeFrame(frame);
    frame.fill(0xff);
    expect(decoded).toEqual(records);
  });
});

describe("plans", () => {
  const held = defineOperator({
    name: "held",
    version: "1.0.0",
    summary: "Has any configuration",
    config: z.strictObject({ held: z.unknown() }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: () => ({ receive: { in: () => {} } }),
  });

  function linesWith(value: unknown): string[] {
    const program = dataflow("planned", (root) => {
      const out = root.input("numbers").apply(held, { held: value });
      return { out: out.output("out") };
    });
    return planLines(program.graph, program.compiled("asked", 2));
  }

  // They have no properties, and all looked alike.
  it.each([
    ["dates", new Date(1), new Date(2)],
    ["maps", new Map([[1, 2]]), new Map([[1, 3]])],
    ["sets", new Set([1]), new Set([2])],
    ["patterns", /a/, /b/],
  ])("differ by %s in a configuration", (_title, one, other) => {
    expect(planHash(linesWith(one))).not.toBe(planHash(linesWith(other)));
  });

  // Both were cut off before the place.
  it("that differ far behind in a line are shown where they do", () => {
    const long = "x".repeat(200);
    const text = planDifference(linesWith(`${long}1`), linesWith(`${long}2`));
    expect(text).toMatch(/x1.*, the other .*x2/);
    expect(text.length).toBeLessThan(300);
  });
});
