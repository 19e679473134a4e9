import { describe, expect, it } from "vitest";
import { dataflow, type ProbeHandle, type Time } from "../../mod.ts";
import { manualEngine, passing, stateOf } from "./support.ts";

describe("ProbeHandle (looking)", () => {
  it("follows the input that its stream comes from", () => {
    const { engine, numbers, done } = passing();
    const look = () => [done.frontier, done.isComplete(0), done.isComplete(4), done.isDone];
    expect(look()).toEqual([[0], false, false, false]);
    numbers.advanceTo(3);
    engine.run();
    expect(look()).toEqual([[3], true, false, false]);
    numbers.close();
    engine.run();
    expect(look()).toEqual([[], true, true, true]);
    expect(done.name).toBe("probe");
  });

  it("does not run ahead of the engine", () => {
    const { engine, numbers, done } = passing();
    numbers.send([1]);
    numbers.advanceTo(1);
    expect(done.isComplete(0)).toBe(false);
    while (!done.isComplete(0)) expect(engine.step()).toBe(true);
    expect(done.frontier).toEqual([1]);
  });

  it("counts what waits before its vertex and within it, and nothing behind it", () => {
    const program = dataflow("stages", (root) => {
      const numbers = root.input<number>("numbers");
      const before = numbers.probe("before");
      const counts = numbers.count();
      const after = counts.probe("after");
      return {
        numbers,
        before,
        after,
        out: counts.delay((_n, t) => (t as number) + 5).output("out"),
      };
    });
    const engine = manualEngine();
    const { before, after, numbers, out } = engine.install(program).handles;
    const frontiers: (readonly Time[])[][] = [];
    numbers.send([1]);
    numbers.advanceTo(2);
    while (engine.step()) frontiers.push([before.frontier, after.frontier]);
    // `before` is not held back by the count, `after` is until the count has been notified.
    expect(frontiers).toContainEqual([[2], [0]]);
    expect(frontiers.at(-1)).toEqual([[2], [2]]);
    expect(out.frontier).toEqual([2]);
    numbers.advanceTo(9);
    engine.run();
    expect(out.frontier).toEqual([9]);
  });

  it("in a loop has the loop's times", () => {
    const program = dataflow("looping", (root) => {
      const numbers = root.input<number>("numbers");
      const done = root.loop("loop", (loop) => {
        const again = loop.feedback<number>();
        again.connect(loop.enter(numbers).concat(again).filter((n) => n < 0));
        return again.probe();
      });
      return { numbers, done };
    });
    const engine = manualEngine();
    const { numbers, done } = engine.install(program).handles;
    engine.run();
    expect(done.frontier).toEqual([[0, 1]]);
    expect(done.isComplete([0, 0])).toBe(true);
    numbers.advanceTo(4);
    engine.run();
    expect(done.frontier).toEqual([[4, 1]]);
    numbers.close();
    engine.run();
    expect(done.isDone).toBe(true);
  });

  it("refuses a time of another scope's depth", () => {
    const { done } = passing();
    expect(() => done.isComplete([0, 0])).toThrow("MEANDER_TIME");
    expect(() => passing({}, 2).done.isComplete(0)).toThrow("MEANDER_TIME");
  });

  it("is made as often as it is asked for", () => {
    const program = dataflow("twice", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, first: numbers.probe("a"), second: numbers.probe("a") };
    });
    const engine = manualEngine();
    const { numbers, first, second } = engine.install(program).handles;
    expect(first).not.toBe(second);
    numbers.advanceTo(2);
    engine.run();
    expect([first.frontier, second.frontier]).toEqual([[2], [2]]);
  });
});

describe("ProbeHandle (waiting)", () => {
  it("ends exactly when the time is complete", async () => {
    const { engine, numbers, done } = passing();
    const waits = [0, 1, 2].map((time) => done.completed(time));
    const states = () => Promise.all(waits.map(stateOf));
    expect(await states()).toEqual(["pending", "pending", "pending"]);
    numbers.advanceTo(2);
    engine.run();
    expect(await states()).toEqual(["resolved", "resolved", "pending"]);
    numbers.advanceTo(3);
    engine.run();
    expect(await states()).toEqual(["resolved", "resolved", "resolved"]);
  });

  it("is over at once for a time that is complete", async () => {
    const { engine, numbers, done } = passing();
    numbers.advanceTo(5);
    engine.run();
    expect(await stateOf(done.completed(4))).toBe("resolved");
    expect(await stateOf(done.completed(5))).toBe("pending");
  });

  it("for done ends when nothing can come any more, and so do all others", async () => {
    const { engine, numbers, done } = passing();
    const waits = [done.done(), done.completed(1000)];
    numbers.advanceTo(7);
    engine.run();
    expect(await Promise.all(waits.map(stateOf))).toEqual(["pending", "pending"]);
    numbers.close();
    engine.run();
    expect(await Promise.all(waits.map(stateOf))).toEqual(["resolved", "resolved"]);
    expect(await stateOf(done.done())).toBe("resolved");
    expect(await stateOf(done.completed(5))).toBe("resolved");
  });

  it("for incomparable times ends for each by itself", async () => {
    const { engine, numbers, done } = passing({}, 2);
    const [a, b] = [numbers.open([0, 3]), numbers.open([3, 0])];
    numbers.close();
    const waits = [[0, 5], [5, 0], [2, 2], [3, 3]].map((time) => done.completed(time));
    const states = () => Promise.all(waits.map(stateOf));
    engine.run();
    expect(await states()).toEqual(["pending", "pending", "resolved", "pending"]);
    b.close();
    engine.run();
    expect(await states()).toEqual(["pending", "resolved", "resolved", "pending"]);
    a.close();
    engine.run();
    expect(await states()).toEqual(["resolved", "resolved", "resolved", "resolved"]);
  });

  const endings: [string, (probe: ReturnType<typeof passing>) => void, string][] = [
    ["is cancelled", ({ run }) => run.cancel("enough"), "MEANDER_ABORTED"],
    ["fails", ({ engine, numbers, out }) => {
      out.subscribe(() => {
        throw new Error("mine");
      });
      numbers.send([1]);
      engine.run();
    }, "MEANDER_USER_FUNCTION"],
  ];
  it.each(endings)("is rejected when the dataflow %s, also afterwards", async (_how, end, code) => {
    const made = passing();
    const { engine, run, numbers, done } = made;
    numbers.advanceTo(2);
    engine.run();
    const waits = [done.done(), done.completed(2)];
    const complete = done.completed(1);
    end(made);
    const causes = await Promise.all(
      [...waits, done.done(), done.completed(2), run.done].map((wait) => wait.catch((e) => e)),
    );
    expect(causes[0]).toMatchObject({ code });
    for (const cause of causes) expect(cause).toBe(causes[0]);
    expect(await stateOf(complete)).toBe("resolved");
    expect(done.frontier).toEqual([2]);
    expect(done.isDone).toBe(false);
  });
});

describe("ProbeHandle (as types)", () => {
  it("is what a description's probe becomes", () => {
    const { done } = passing();
    const probe: ProbeHandle = done;
    expect(probe.constructor.name).toBe("ProbeHandle");
  });
});
