/**
 * Handles that once lost, invented or never settled something.
 * @module
 */

import { expect, it } from "vitest";
import { dataflow, Engine, ManualClock, type OutputBatch } from "../../mod.ts";
import { passing } from "./passing.ts";

async function collect<T>(batches: AsyncIterable<OutputBatch<T>>) {
  const all: OutputBatch<T>[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  for (let i = 0; i < 50; i++) await null;
  return settled;
}

it("OutputHandle.completed: loses no time that became complete while the consumer was busy with another", async () => {
  const { engine, numbers, out } = passing();
  numbers.send([1]);
  numbers.sendAt(1, [10]);
  numbers.advanceTo(1);
  engine.run();
  const seen: OutputBatch<number>[] = [];
  for await (const batch of out.completed()) {
    seen.push(batch);
    numbers.close();
    engine.run();
  }
  expect(seen).toEqual([{ time: 0, records: [1] }, { time: 1, records: [10] }]);
});

it("OutputHandle.completed: rejects after a cancel and gives no time that was not complete", async () => {
  const { engine, run, numbers, out } = passing();
  numbers.send([1]);
  engine.run();
  run.cancel();
  await expect(collect(out.completed())).rejects.toThrow("MEANDER_ABORTED");
});

it("OutputHandle.completed: the same for a reader that waited when the dataflow was cancelled", async () => {
  const { engine, run, numbers, out } = passing();
  const reading = collect(out.completed());
  numbers.send([1]);
  engine.run();
  run.cancel();
  await expect(reading).rejects.toThrow("MEANDER_ABORTED");
});

it("OutputHandle[Symbol.asyncIterator]: settles every next() that was asked for before the first had an answer", async () => {
  const { engine, numbers, out } = passing();
  const reader = out[Symbol.asyncIterator]();
  const asked = [reader.next(), reader.next()];
  numbers.send([1]);
  numbers.send([2]);
  engine.run();
  expect(await Promise.all(asked.map(isSettled))).toEqual([true, true]);
  expect((await Promise.all(asked)).map(({ value }) => value.records)).toEqual([[1], [2]]);
});

it("OutputHandle[Symbol.asyncIterator]: ends a next() that waits when return() is called", async () => {
  const { out } = passing();
  const reader = out[Symbol.asyncIterator]();
  const asked = reader.next();
  await reader.return!();
  expect(await isSettled(asked)).toBe(true);
});

it("Engine.install: that throws within a callback leaves that callback's sends alone", () => {
  const engine = new Engine({ clock: new ManualClock() });
  const bad = dataflow("bad", (root) => {
    root.input<number>("numbers").unary("boom", {}, () => {
      throw new Error("no");
    });
    return {};
  });
  const program = dataflow("installer", (root) => {
    const numbers = root.input<number>("numbers");
    const out = numbers.unary<number>("body", {}, ({ out }) => ({
      receive(batch) {
        out.out.send(batch.time, [7]);
        expect(() => engine.install(bad)).toThrow("no");
      },
    }));
    return { numbers, out: out.output("out") };
  });
  const run = engine.install(program);
  const seen: number[] = [];
  run.handles.out.subscribe(({ records }) => seen.push(...records));
  run.handles.numbers.send([1]);
  engine.run();
  expect(run.status).toBe("running");
  expect(seen).toEqual([7]);
});

it("ProbeHandle: resolves completed(t) after a cancel when t was complete before", async () => {
  const { engine, run, numbers, done } = passing();
  numbers.advanceTo(1);
  engine.run();
  run.cancel();
  expect(done.isComplete(0)).toBe(true);
  await done.completed(0);
});

it.each(["0", -1, 1.5, null, undefined, "x"])(
  "refuses %s as a time with MEANDER_TIME",
  async (time) => {
    const { done } = passing();
    expect(() => done.isComplete(time as never)).toThrow("MEANDER_TIME");
    await expect((async () => await done.completed(time as never))()).rejects
      .toThrow("MEANDER_TIME");
  },
);

it("InputHandle: can be advanced to the last safe integer although a path leads beyond, and be closed", () => {
  const engine = new Engine({ clock: new ManualClock() });
  const program = dataflow("far", (root) => {
    const numbers = root.input<number>("numbers");
    const later = root.feedback<number>({ by: 5 });
    later.connect(numbers);
    return { numbers, out: later.output("out") };
  });
  const run = engine.install(program);
  const { numbers, out } = run.handles;
  numbers.advanceTo(Number.MAX_SAFE_INTEGER);
  numbers.close();
  engine.run();
  expect(out.frontier).toEqual([]);
  expect(run.status).toBe("completed");
});

it("InputHandle: says so when a dataflow fails in the middle of a long array", () => {
  const engine = new Engine({ clock: new ManualClock(), capacity: 1 });
  const program = dataflow("fragile", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.inspect((n) => {
      if (n === 10) throw new Error("ten");
    });
    return { numbers };
  });
  const { numbers } = engine.install(program).handles;
  const all = Array.from({ length: 500 }, (_unused, i) => i);
  // Most of the array goes nowhere, and nobody is told.
  expect(() => numbers.send(all)).toThrow("on record 10");
});
