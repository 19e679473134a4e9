/**
 * Times are complete on one thread only when they are complete on all. The threads are those of Deno.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { type Engine, formatTime, type HandlesOf, type Time } from "../../mod.ts";
import { bag, bagsByTime } from "../_support/bags.ts";
import {
  answersLater,
  BACKWARDS,
  CLOSED,
  delays,
  follows,
  type Made,
  MOVES,
  type Seen,
  sources,
  type WatchPorts,
  watchTimes,
} from "./programs/times.ts";
import { ends, numbersFrom, quietly, threaded, words } from "./support.ts";

/** Sends at times that grow, with epochs held open besides; what was sent at each time. */
function sendWithOpenEpochs(
  { numbers }: Pick<HandlesOf<WatchPorts>, "numbers">,
  times: readonly Time[],
): Map<string, number[]> {
  const random = numbersFrom(7);
  const sent = new Map<string, number[]>();
  const note = (time: Time, records: number[]) =>
    sent.set(formatTime(time), [...sent.get(formatTime(time)) ?? [], ...records]);
  const open = times.filter((_time, i) => i % 3 === 1).map((time) => numbers.open(time));
  for (const time of times) {
    const records = Array.from({ length: 1 + random(40) }, () => random(1000));
    numbers.sendAt(time, records);
    note(time, records);
    numbers.advanceTo(time);
    const late = open.find(({ time: held }) => times.indexOf(held) <= times.indexOf(time) - 4);
    if (late === undefined) continue;
    open.splice(open.indexOf(late), 1);
    late.send([1, 2, 3]);
    note(late.time, [1, 2, 3]);
    late.close();
  }
  for (const epoch of open) epoch.close();
  numbers.close();
  return sent;
}

function checkSeen(seen: readonly Seen[], sent: ReadonlyMap<string, number[]>): void {
  expect(seen.flatMap(({ violations }) => violations)).toEqual([]);
  const byTime = Map.groupBy(seen, ({ time }) => time);
  expect(new Set(byTime.keys())).toEqual(new Set(sent.keys()));
  for (const [time, all] of byTime) {
    const records = sent.get(time)!;
    expect(all.reduce((sum, { records }) => sum + records, 0), time).toBe(records.length);
    expect(all.reduce((total, { sum }) => total + sum, 0), time)
      .toBe(records.reduce((sum, n) => sum + n, 0));
  }
}

/** Nothing comes at or before a time of which a worker was notified, */
async function notifiedInOrder(engine: Engine, workers: number): Promise<void> {
  await using run = engine.install(watchTimes(1));
  const seen = quietly(run.handles.seen.toArray());
  const sent = sendWithOpenEpochs(run.handles, Array.from({ length: 60 }, (_unused, i) => i));
  checkSeen(await seen, sent);
  expect(new Set((await seen).map(({ worker }) => worker)).size).toBe(workers);
  expect(run.handles.done.isDone).toBe(true);
  await run.done;
}

/** nor with two root coordinates, in steps that grow in one of them only. */
async function notifiedWithTwoCoordinates(engine: Engine): Promise<void> {
  await using run = engine.install(watchTimes(2));
  const seen = quietly(run.handles.seen.toArray());
  const times = Array.from({ length: 40 }, (_unused, i): Time => [i >> 1, (i + 1) >> 1]);
  const sent = sendWithOpenEpochs(run.handles, times);
  checkSeen(await seen, sent);
  await run.done;
}

/** A probe tells a time complete when every worker is through with it, and not before. */
async function probeIsExact(engine: Engine): Promise<void> {
  await using run = engine.install(watchTimes(1));
  const { numbers, seen, done } = run.handles;
  const batches: number[] = [];
  seen.subscribe(({ records }) => batches.push(...records.map((each) => each.records)));
  const held = numbers.open(0);
  for (let time = 0; time < 10; time++) numbers.sendAt(time, [1, 2, 3, 4, 5, 6, 7, 8]);
  numbers.advanceTo(5);
  await run.idle();
  expect([done.isComplete(0), done.frontier, batches]).toEqual([false, [0], []]);
  held.close();
  await done.completed(4);
  expect(done.frontier).toEqual([5]);
  // The probe follows the operator, the output what comes behind it.
  await seen.passed(4);
  expect(batches.reduce((sum, n) => sum + n, 0)).toBe(40);
  numbers.close();
  await Promise.all([done.done(), run.done]);
  expect(batches.reduce((sum, n) => sum + n, 0)).toBe(80);
}

/** Frontiers that workers are told of only move on, and end everywhere. */
async function frontiersMoveOn(engine: Engine, workers: number): Promise<void> {
  const counts = words(3);
  await using run = engine.install(follows(counts));
  const { numbers, done } = run.handles;
  for (let time = 0; time < 20; time++) {
    await numbers.sendAt(time, [time]);
    numbers.advanceTo(time + 1);
    await done.completed(time);
  }
  numbers.close();
  await run.done;
  expect([counts[BACKWARDS], counts[CLOSED]]).toEqual([0, workers]);
  // The first worker cannot know how many of them the others were told of together.
  expect(counts[MOVES]).toBeGreaterThanOrEqual(20 + workers);
}

/** Split sources make their shares, and pinned ones all. */
async function sourcesMake(engine: Engine, workers: number): Promise<void> {
  await using run = engine.install(sources(500));
  const { split, pinned } = run.handles;
  const [shares, all] = await Promise.all([Array.fromAsync(split), Array.fromAsync(pinned)]);
  const expected = (workerOf: (n: number) => number) =>
    bagsByTime(Array.from({ length: 500 }, (_unused, n) => ({
      time: Math.floor(n / 10),
      records: [{ worker: workerOf(n), n } satisfies Made],
    })));
  expect(bagsByTime(shares)).toEqual(expected((n) => n % workers));
  expect(bagsByTime(all)).toEqual(expected(() => 0));
  await run.done;
}

/** Long emissions keep their times, as do records that are delayed. */
async function delaysKeepTimes(engine: Engine): Promise<void> {
  await using run = engine.install(delays);
  const late = quietly(Array.fromAsync(run.handles.late));
  const times = Array.from({ length: 30 }, (_unused, i) => i);
  for (const time of times) run.handles.numbers.sendAt(time, [time, 200 - time]);
  run.handles.numbers.close();
  const expected = times.flatMap((time) =>
    [time, 200 - time].map((n) => ({
      time: 10 * Math.ceil(time / 10),
      records: Array.from({ length: n }, (_unused, i) => i),
    }))
  );
  expect(bagsByTime(await late)).toEqual(bagsByTime(expected));
  await run.done;
}

/** An answer that comes later keeps its time open on whatever worker it was asked. */
async function answersKeepTimes(engine: Engine): Promise<void> {
  const calls = words(1);
  await using run = engine.install(answersLater(calls));
  const out = quietly(Array.fromAsync(run.handles.out));
  for (let time = 0; time < 40; time++) run.handles.numbers.sendAt(time, [time, 100 + time]);
  run.handles.numbers.close();
  const found = bagsByTime(await out);
  await run.done;
  expect(found).toEqual(bagsByTime(
    Array.from({ length: 40 }, (_unused, t) => ({ time: t, records: [2 * t, 200 + 2 * t] })),
  ));
  expect(calls[0]).toBe(80);
}

describe.each([1, 2, 3])("Times on %i workers", (workers) => {
  it("are complete everywhere before anybody is notified of them", async () => {
    using engine = threaded(workers);
    await Promise.all([notifiedInOrder(engine, workers), notifiedWithTwoCoordinates(engine)]);
  });

  it("are what probes, outputs and vertices see of them", async () => {
    using engine = threaded(workers);
    await Promise.all([probeIsExact(engine), frontiersMoveOn(engine, workers)]);
  });

  it("are kept by sources, long emissions, delays and late answers, with little budget", async () => {
    using engine = threaded(workers, { capacity: 3, budget: 1 });
    const all = [sourcesMake(engine, workers), delaysKeepTimes(engine), answersKeepTimes(engine)];
    await Promise.all(all);
  });
});

describe("An engine with threads", () => {
  it("feeds two dataflows by one input, and starts its threads anew for a later one", async () => {
    const engine = threaded(3);
    for (let round = 0; round < 2; round++) {
      const numbers = engine.input<number>("numbers");
      const calls = words(1);
      await using first = engine.install(answersLater(calls), { inputs: { numbers } });
      await using second = engine.install(delays, { inputs: { numbers } });
      const doubled = quietly(first.handles.out.toArray());
      const late = quietly(second.handles.late.toArray());
      for (let n = 1; n <= 20; n++) numbers.send([n]);
      numbers.close();
      expect(bag(await doubled)).toEqual(
        bag(Array.from({ length: 20 }, (_unused, i) => 2 * i + 2)),
      );
      expect((await late).length).toBe(20 * 21 / 2);
      await ends(first, second);
      expect(calls[0]).toBe(20);
      expect(engine.running).toEqual([]);
    }
  });

  it("goes on with one dataflow when another of its own was cancelled", async () => {
    const engine = threaded(2);
    await using kept = engine.install(delays);
    await using cancelled = engine.install(delays);
    for (const run of [kept, cancelled]) run.handles.numbers.send([5, 6, 7]);
    await engine.idle();
    cancelled.cancel();
    await cancelled.done.catch(() => {});
    const late = quietly(kept.handles.late.toArray());
    kept.handles.numbers.send([8]);
    kept.handles.numbers.close();
    expect((await late).length).toBe(26);
    await kept.done;
  });
});
