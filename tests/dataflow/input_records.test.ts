import { describe, expect, it } from "vitest";
import { type Data, dataflow, Engine, ManualClock } from "../../mod.ts";
import { manualEngine, passing, stateOf } from "./support.ts";

describe("InputHandle (records)", () => {
  it.each([["text", '"text"'], [5, "5"], [undefined, "undefined"], [null, "null"], [
    new Set([1]),
    "{}",
  ], [{ length: 1 }, '{"length":1}']])("are no %s", (records, shown) => {
    const { numbers } = passing();
    expect(() => numbers.send(records as never)).toThrow(
      `MEANDER_INPUT  Cannot send ${shown} on input "numbers": it takes an array`,
    );
    expect(numbers.sent).toBe(0);
  });

  it("may be none, and nothing is sent then", () => {
    const { engine, numbers, batches } = passing();
    for (const none of [[], new Int32Array(0), new Float64Array(0)]) {
      expect(numbers.send(none as Data<number>)).toBe(undefined);
    }
    engine.run();
    expect(batches).toEqual([]);
    expect(numbers.sent).toBe(0);
  });

  it.each([
    ["Int32Array", Int32Array.of(3, -1, 2 ** 31 - 1)],
    ["Float64Array", Float64Array.of(0.5, -1, Infinity)],
  ])("may come in an %s", (_name, records) => {
    const { engine, numbers, batches } = passing();
    numbers.send(records as Data<number>);
    engine.run();
    expect(batches.map(({ records }) => [...records])).toEqual([[...records]]);
    expect(numbers.sent).toBe(3);
  });

  it("are cut into batches of the engine's capacity when they are more than twice as many", () => {
    const { engine, numbers, batches } = passing({ capacity: 10 });
    const all = Array.from({ length: 47 }, (_unused, i) => i);
    for (const records of [all.slice(0, 20), all.slice(0, 21), all, Int32Array.from(all)]) {
      batches.length = 0;
      numbers.send(records as Data<number>);
      engine.run();
      const lengths = batches.map(({ records }) => records.length);
      const expected = records.length <= 20 ? [records.length] : Array.from(
        { length: Math.ceil(records.length / 10) },
        (_unused, i) => Math.min(10, records.length - 10 * i),
      );
      expect(lengths).toEqual(expected);
      expect(batches.flatMap(({ records }) => [...records])).toEqual([...records]);
    }
    expect(numbers.sent).toBe(20 + 21 + 47 + 47);
  });

  it("that nobody is there for are counted as unheard", () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("numbers");
    numbers.send([1, 2, 3]);
    expect([numbers.sent, numbers.unheard]).toEqual([3, 3]);
    const program = dataflow("listening", (root) => ({
      out: root.input<number>("numbers").output("out"),
    }));
    const run = engine.install(program, { inputs: { numbers } });
    numbers.send([4]);
    expect([numbers.sent, numbers.unheard]).toEqual([4, 3]);
    run.cancel();
    numbers.send([5, 6]);
    expect([numbers.sent, numbers.unheard]).toEqual([6, 5]);
  });
});

describe("InputHandle (backpressure)", () => {
  it("costs no promise while everybody keeps up", () => {
    const { engine, numbers } = passing();
    for (let i = 0; i < 1000; i++) {
      expect(numbers.send([i])).toBe(undefined);
      if (i % 50 === 0) engine.run();
    }
  });

  it("runs the engine itself before too much waits, without a turn of the event loop", () => {
    const clock = new ManualClock();
    const { numbers, batches } = passing({ clock });
    for (let i = 0; i < 1000; i++) numbers.send([i]);
    expect(batches.length).toBeGreaterThan(900);
    clock.turn();
    expect(batches.length).toBe(1000);
  });

  it("waits for a reader that is behind, and no longer than it reads", async () => {
    const { engine, numbers, out } = passing();
    const reader = out[Symbol.asyncIterator]();
    let waiting: Promise<void> | undefined;
    let sends = 0;
    while (waiting === undefined && sends < 2000) {
      waiting = numbers.send([sends++]);
      engine.run();
    }
    expect(sends).toBeLessThan(2000);
    expect(await stateOf(waiting!)).toBe("pending");
    for (let i = 0; i < sends; i++) expect((await reader.next()).value.records).toEqual([i]);
    expect(await stateOf(waiting!)).toBe("resolved");
    expect(numbers.send([1])).toBe(undefined);
  });

  it("is that of the slowest reader of any output", async () => {
    const { engine, numbers, out } = passing();
    const fast = out[Symbol.asyncIterator]();
    const slow = out[Symbol.asyncIterator]();
    let waiting: Promise<void> | undefined;
    while (waiting === undefined) {
      waiting = numbers.send([1]);
      engine.run();
      await fast.next();
    }
    expect(await stateOf(waiting)).toBe("pending");
    await slow.return!();
    expect(await stateOf(waiting)).toBe("resolved");
  });

  it("does not count for callbacks, which are called at once", () => {
    const { engine, numbers, batches } = passing();
    for (let i = 0; i < 2000; i++) expect(numbers.send([i])).toBe(undefined);
    engine.run();
    expect(batches.length).toBe(2000);
  });

  it("lets go when the dataflow ends", async () => {
    const { engine, run, numbers, out } = passing();
    out[Symbol.asyncIterator]();
    let waiting: Promise<void> | undefined;
    while (waiting === undefined) {
      waiting = numbers.send([1]);
      engine.run();
    }
    run.cancel();
    expect(await stateOf(waiting)).toBe("resolved");
  });

  it("answers with a promise to whoever sends from within a callback, when too much waits", async () => {
    const engine = new Engine({ clock: new ManualClock() });
    const echo = engine.input<number>("echo");
    const promises: (Promise<void> | undefined)[] = [];
    const program = dataflow("echoing", (root) => {
      const numbers = root.input<number>("numbers");
      const echoed = root.input<number>("echo");
      numbers.inspect(() => {
        for (let i = 0; i < 100; i++) promises.push(echo.send([i]));
      });
      return { numbers, out: echoed.output("out") };
    });
    const { handles } = engine.install(program, { inputs: { echo } });
    let received = 0;
    handles.out.subscribe(({ records }) => received += records.length);
    handles.numbers.send([1]);
    engine.run();
    expect(received).toBe(100);
    expect(promises[0]).toBe(undefined);
    const waited = promises.filter((promise) => promise !== undefined);
    expect(waited.length).toBeGreaterThan(0);
    for (const promise of waited) expect(await stateOf(promise)).toBe("resolved");
  });
});
