/**
 * Ends of dataflows on threads: nothing runs on, everybody frees what he holds, and it takes no time. The
 * threads are those of Deno.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import type { Engine, InstallOptions, Running } from "../../mod.ts";
import {
  ABORTED,
  CLOSED,
  ending,
  type EndingPorts,
  ENTRIES,
  MADE,
  type Manner,
  MAY_GO_ON,
  RECEIVED,
} from "./programs/ending.ts";
import { causeOf, quietly, reached, threaded, thrownBy, type Words, words } from "./support.ts";

/** What was counted under an entry, by worker. */
function entriesOf(counts: Words, entry: number): number[] {
  return [0, 1, 2].map((worker) => counts[worker * ENTRIES + entry]);
}

const ones = [1, 1, 1];

/** Every worker that has made its shard has closed it, and its signal was aborted. */
function expectClosed(counts: Words, title = ""): void {
  const [made, closed, aborted] = [MADE, CLOSED, ABORTED].map((entry) => entriesOf(counts, entry));
  expect({ made, closed, aborted }, title).toEqual({ made: ones, closed: ones, aborted: ones });
}

function start(engine: Engine, manner: Manner = "well", options: InstallOptions = {}) {
  const counts = words(MAY_GO_ON + 1);
  const run = engine.install(ending(counts, manner), options);
  return { run, counts, ...run.handles };
}

/** A batch for every worker, and the first time is over. */
function feed({ handles: { numbers, out } }: Running<EndingPorts>): void {
  out.subscribe(() => {});
  for (let n = 0; n < 3; n++) numbers.sendAt(n, [n]);
  numbers.advanceTo(3);
}

/** Everything that was cut off says so. */
async function expectCancelled(run: Running<EndingPorts>, why: RegExp): Promise<void> {
  const cause = await causeOf(run.done);
  expect(cause.code).toBe("MEANDER_ABORTED");
  expect(cause.message).toMatch(why);
  expect(run.status).toBe("cancelled");
  expect(run.handles.out.isEnded).toBe(true);
  expect(await causeOf(run.handles.out.passed(9))).toBe(cause);
  expect(await causeOf(run.handles.done.completed(9))).toBe(cause);
  expect(thrownBy(() => run.handles.numbers.send([1]))).toBe(cause);
}

describe("A dataflow on three workers", () => {
  it("drains: all that was sent comes out, and every worker frees what it holds", async () => {
    const { run, counts, numbers, out } = start(threaded(3));
    const all = out.toArray();
    for (let n = 0; n < 300; n++) await numbers.sendAt(n, [n]);
    await run.drain();
    expect((await all).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_unused, n) => n),
    );
    expect(entriesOf(counts, RECEIVED)).toEqual([100, 100, 100]);
    expect([run.status, run.handles.done.isDone]).toEqual(["completed", true]);
    expectClosed(counts);
  });

  it("is cancelled in the middle: by a call, a signal, the end of a block, or its engine's", async () => {
    const engine = threaded(3);
    const kept = start(engine);
    const called = start(engine);
    feed(called.run);
    await called.done.completed(2);
    called.run.cancel("enough");
    await expectCancelled(called.run, /enough.*output "out" at frontier \[3\]/);
    expectClosed(called.counts, "called");

    const controller = new AbortController();
    const signalled = start(engine, "well", { signal: controller.signal });
    feed(signalled.run);
    await signalled.done.completed(2);
    controller.abort("by hand");
    await expectCancelled(signalled.run, /by hand/);
    expectClosed(signalled.counts, "signalled");

    const left = start(engine);
    {
      await using run = left.run;
      feed(run);
      await left.done.completed(2);
    }
    // Whoever leaves the block finds everything ended.
    expectClosed(left.counts, "left");
    await expectCancelled(left.run, /disposed/);

    const two = [kept, start(engine)];
    for (const { run } of two) feed(run);
    await Promise.all(two.map(({ done }) => done.completed(2)));
    engine[Symbol.dispose]();
    for (const { run, counts } of two) {
      await expectCancelled(run, /its engine was disposed of/);
      expectClosed(counts, "with its engine");
    }
    expect(engine.running).toEqual([]);
  });

  it("is cancelled before its threads are up", async () => {
    const engine = threaded(3);
    const at = start(engine);
    at.run.cancel("at once");
    const aborted = start(engine, "well", { signal: AbortSignal.abort("before") });
    await expectCancelled(at.run, /at once/);
    await expectCancelled(aborted.run, /before/);
    for (const { counts } of [at, aborted]) {
      expect(entriesOf(counts, CLOSED)).toEqual(entriesOf(counts, MADE));
    }
    const later = start(engine);
    feed(later.run);
    await later.run.drain();
    expectClosed(later.counts);
  });

  it("frees what it holds on every worker when a callback on one of them throws", async () => {
    const { run, counts } = start(threaded(3), "throws");
    feed(run);
    expect((await causeOf(run.done)).message).toMatch(/RangeError: boom.*\(on worker 1\)/s);
    expectClosed(counts);
  });

  it("fails when all was well but for the closing on one worker", async () => {
    const engine = threaded(3);
    const other = start(engine);
    const drained = start(engine, "throws in close");
    feed(drained.run);
    const cause = await causeOf(drained.run.drain());
    expect(cause.message).toMatch(/"body".*RangeError: not closed.*\(on worker 1\)/s);
    expect([drained.run.status, drained.run.failure]).toEqual(["failed", cause]);
    expectClosed(drained.counts);

    const cancelled = start(engine, "throws in close");
    feed(cancelled.run);
    await cancelled.done.completed(2);
    cancelled.run.cancel("all the same");
    await expectCancelled(cancelled.run, /all the same/);
    expectClosed(cancelled.counts);
    await other.run.drain();
  });

  it.each(["waits", "spins"] as const)(
    "is cancelled while a callback %s: its thread is ended, and the next dataflow has new ones",
    async (manner) => {
      const engine = threaded(3);
      const { run, counts, done } = start(engine, manner);
      feed(run);
      await reached(counts, ENTRIES + RECEIVED, 1);
      const before = performance.now();
      run.cancel("no patience");
      await expectCancelled(run, /no patience/);
      // Half a second of patience, and then some for a busy machine.
      expect(performance.now() - before).toBeLessThan(4000);
      expect(done.isComplete(1)).toBe(false);
      expect([entriesOf(counts, MADE), counts[CLOSED]]).toEqual([ones, 1]);

      const next = start(engine);
      feed(next.run);
      await next.run.drain();
      expectClosed(next.counts);
    },
  );

  it("fails when closing does not come to an end on one worker", async () => {
    const { run, counts } = start(threaded(3), "spins in close");
    feed(run);
    const cause = await causeOf(run.drain());
    expect(cause.message).toMatch(/lost worker 1, which did not stop when it was told to/);
    expect([run.status, counts[CLOSED]]).toEqual(["failed", 1]);
  });

  it("does not block for ever who works here and now, when a thread has ended", async () => {
    const engine = threaded(3);
    const { run } = start(engine, "exits");
    quietly(run.done);
    feed(run);
    // Nobody else has a turn meanwhile who could hear that the thread has ended.
    engine.runWhile(() => run.status === "running");
    expect((await causeOf(run.done)).message).toMatch(/lost worker 1, which ended/);
  });

  it("waits for a callback that returns in time, and lets its worker close", async () => {
    const { run, counts } = start(threaded(3), "waits");
    feed(run);
    await reached(counts, ENTRIES + RECEIVED, 1);
    run.cancel("in a moment");
    Atomics.store(counts, MAY_GO_ON, 1);
    Atomics.notify(counts, MAY_GO_ON);
    await expectCancelled(run, /in a moment/);
    expectClosed(counts);
  });
});
