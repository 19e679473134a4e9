import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type InputHandle, MeanderError, type Time } from "../../mod.ts";
import { bagsByTime } from "../_support/bags.ts";
import { passing, policies } from "./support.ts";

function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("It did not throw");
}

describe("InputHandle (time)", () => {
  it("begins at 0, or at as many zeros as the root has coordinates", () => {
    expect(passing().numbers.time).toBe(0);
    expect(passing({}, 3).numbers.time).toEqual([0, 0, 0]);
  });

  it("sends at the current time, which advanceTo ends", () => {
    const { engine, numbers, batches, done } = passing();
    numbers.send([1]);
    numbers.advanceTo(4);
    expect(numbers.time).toBe(4);
    numbers.send([2]);
    engine.run();
    expect(batches).toEqual([{ time: 0, records: [1] }, { time: 4, records: [2] }]);
    expect(done.frontier).toEqual([4]);
    expect([done.isComplete(3), done.isComplete(4)]).toEqual([true, false]);
  });

  it("is not moved by sendAt, which takes the current time and any later one", () => {
    const { engine, numbers, batches, done } = passing();
    numbers.advanceTo(2);
    for (const time of [5, 2, 3]) numbers.sendAt(time, [time]);
    engine.run();
    expect(numbers.time).toBe(2);
    expect(batches.map(({ time }) => time)).toEqual([5, 2, 3]);
    expect(done.frontier).toEqual([2]);
  });

  it("never goes back, and the error names the wanted time and the current one", () => {
    const { numbers } = passing();
    numbers.advanceTo(5);
    const attempts: [string, () => unknown][] = [
      ["advance to", () => numbers.advanceTo(4)],
      ["send at", () => numbers.sendAt(4, [1])],
      ["open", () => numbers.open(4)],
    ];
    for (const [what, attempt] of attempts) {
      const error = errorOf(attempt) as MeanderError;
      expect(error).toBeInstanceOf(MeanderError);
      expect(error.code).toBe("MEANDER_INPUT");
      expect(error.where).toBe("numbers");
      expect(error.message).toContain(
        `Cannot ${what} 4 on input "numbers": it is at 5, and a time never goes back`,
      );
    }
    expect(numbers.time).toBe(5);
    expect(numbers.sent).toBe(0);
  });

  it("may be asked to stay where it is", () => {
    const { engine, numbers, done } = passing();
    numbers.advanceTo(3);
    numbers.advanceTo(3);
    engine.run();
    expect(done.frontier).toEqual([3]);
    numbers.close();
    engine.run();
    expect(done.frontier).toEqual([]);
  });

  it("with two coordinates refuses a time that is not at or after it, incomparable ones included", () => {
    const { engine, numbers, done } = passing({}, 2);
    numbers.advanceTo([2, 3]);
    for (const time of [[2, 2], [1, 9], [3, 0], [0, 0]]) {
      expect(() => numbers.advanceTo(time)).toThrow(
        `advance to [${time}] on input "numbers": it is at [2,3]`,
      );
      expect(() => numbers.sendAt(time, [1])).toThrow("a time never goes back");
    }
    numbers.advanceTo([2, 4]);
    engine.run();
    expect(done.frontier).toEqual([[2, 4]]);
  });

  const wrong: [number, unknown, ErrorConstructor][] = [
    [1, NaN, RangeError],
    [1, -1, RangeError],
    [1, 1.5, RangeError],
    [1, 2 ** 53, RangeError],
    [1, Infinity, RangeError],
    [1, "1", TypeError],
    [1, undefined, TypeError],
    [1, null, TypeError],
    [1, [1, 2], TypeError],
    [1, [], TypeError],
    [1, {}, TypeError],
    [1, 1n, TypeError],
    [2, 1, TypeError],
    [2, [1], TypeError],
    [2, [1, 2, 3], TypeError],
    [2, [1, "2"], RangeError],
    [2, [1, NaN], RangeError],
    [2, [1, -1], RangeError],
    [2, [1, 2 ** 53], RangeError],
    [2, "1,2", TypeError],
  ];
  it.each(wrong)("of %d coordinates cannot be %s", (coordinates, time, type) => {
    const { engine, numbers, batches, done } = passing({}, coordinates);
    const before = numbers.time;
    const attempts = [
      () => numbers.advanceTo(time as Time),
      () => numbers.sendAt(time as Time, [1]),
      () => numbers.open(time as Time),
    ];
    for (const attempt of attempts) {
      const error = errorOf(attempt);
      expect(error).toBeInstanceOf(type);
      expect(error.message).toMatch(/^MEANDER_TIME {2}Cannot use .* as a time/);
    }
    engine.run();
    expect(numbers.time).toEqual(before);
    expect(batches).toEqual([]);
    expect(done.frontier).toEqual([before]);
  });

  it("is a value of its own: an array that was given may change afterwards", () => {
    const { engine, numbers, batches, done } = passing({}, 2);
    const time = [1, 1];
    numbers.sendAt(time, [1]);
    numbers.advanceTo(time);
    const epoch = numbers.open(time);
    time[0] = 9;
    engine.run();
    expect(batches).toEqual([{ time: [1, 1], records: [1] }]);
    expect(numbers.time).toEqual([1, 1]);
    expect(epoch.time).toEqual([1, 1]);
    expect(done.frontier).toEqual([[1, 1]]);
  });

  it("treats -0 as 0", () => {
    const { engine, numbers, batches } = passing();
    numbers.sendAt(-0, [1]);
    engine.run();
    expect(Object.is(batches[0].time, 0)).toBe(true);
  });
});

describe("InputHandle (open epochs)", () => {
  it("stay open while the input advances, and are closed in any order", () => {
    const { engine, numbers, batches, done } = passing();
    const frontiers: (readonly Time[])[] = [];
    const note = () => {
      engine.run();
      frontiers.push(done.frontier);
    };
    const epochs = [0, 1, 2].map((time) => numbers.open(time));
    numbers.advanceTo(3);
    note();
    epochs[1].send([11]);
    epochs[1].close();
    note();
    epochs[0].send([10]);
    epochs[0].close();
    note();
    epochs[2].send([12]);
    epochs[2].close();
    note();
    expect(frontiers).toEqual([[0], [0], [2], [3]]);
    expect(batches.map(({ time, records }) => [time, ...records]))
      .toEqual([[1, 11], [0, 10], [2, 12]]);
  });

  it("may be several of one time, each with a right of its own", () => {
    const { engine, numbers, done } = passing();
    const [first, second] = [numbers.open(1), numbers.open(1)];
    numbers.advanceTo(2);
    first.close();
    first.close();
    engine.run();
    expect(done.frontier).toEqual([1]);
    second.close();
    engine.run();
    expect(done.frontier).toEqual([2]);
  });

  it("accept records until they are closed, also after the input itself was", () => {
    const { engine, run, numbers, batches } = passing();
    const epoch = numbers.open(7);
    numbers.close();
    engine.run();
    expect(run.status).toBe("running");
    epoch.send([70]);
    epoch.close();
    expect(() => epoch.send([71])).toThrow("MEANDER_INPUT  Cannot send at 7: the epoch is closed");
    engine.run();
    expect(run.status).toBe("completed");
    expect(batches).toEqual([{ time: 7, records: [70] }]);
    expect(numbers.sent).toBe(1);
  });

  it("are closed at the end of the block they were opened in", () => {
    const { engine, numbers, done } = passing();
    {
      using epoch = numbers.open(0);
      numbers.advanceTo(5);
      epoch.send([1]);
      engine.run();
      expect(done.frontier).toEqual([0]);
    }
    engine.run();
    expect(done.frontier).toEqual([5]);
  });

  it("with two coordinates hold back exactly their own cone", () => {
    const { engine, numbers, done } = passing({}, 2);
    const first = numbers.open([0, 5]);
    const second = numbers.open([5, 0]);
    numbers.close();
    engine.run();
    expect(done.frontier).toEqual([[0, 5], [5, 0]]);
    expect(done.isComplete([4, 4])).toBe(true);
    expect(done.isComplete([4, 5])).toBe(false);
    first.close();
    engine.run();
    expect(done.frontier).toEqual([[5, 0]]);
    second.close();
    engine.run();
    expect(done.isDone).toBe(true);
  });
});

describe("InputHandle (closing)", () => {
  const gone: [string, (numbers: InputHandle<number>) => unknown][] = [
    ["send", (numbers) => numbers.send([1])],
    ["send", (numbers) => numbers.sendAt(9, [1])],
    ["advance", (numbers) => numbers.advanceTo(9)],
    ["open an epoch", (numbers) => numbers.open(9)],
  ];
  it.each(gone)("leaves nothing to %s", (what, attempt) => {
    const { numbers } = passing();
    numbers.close();
    expect(numbers.isClosed).toBe(true);
    expect(() => attempt(numbers)).toThrow(
      `MEANDER_INPUT  Cannot ${what} on input "numbers": it is closed`,
    );
  });

  it("twice does nothing", () => {
    const { engine, run, numbers } = passing();
    numbers.close();
    numbers.close();
    numbers.closeAll();
    engine.run();
    expect(run.status).toBe("completed");
  });

  it("of all closes the epochs, too", () => {
    const { engine, run, numbers } = passing();
    const epoch = numbers.open(3);
    numbers.closeAll();
    engine.run();
    expect(run.status).toBe("completed");
    expect(() => epoch.send([1])).toThrow("the epoch is closed");
  });

  it("of all happens at the end of a block with using", () => {
    const { engine, run, numbers } = passing();
    {
      using feed = numbers;
      feed.open(4);
      feed.send([1]);
    }
    engine.run();
    expect(run.status).toBe("completed");
  });

  it("is followed by the dataflow's own error when that has failed", () => {
    const { run, numbers } = passing();
    const epoch = numbers.open(2);
    run.cancel("enough");
    const attempts = [
      () => numbers.send([1]),
      () => numbers.sendAt(1, [1]),
      () => numbers.advanceTo(1),
      () => epoch.send([1]),
      () => numbers.open(1),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(/MEANDER_ABORTED.*enough/);
    numbers.close();
    for (const attempt of attempts) expect(attempt).toThrow(/MEANDER_ABORTED.*enough/);
    epoch.close();
  });
});

describe("InputHandle (any use of it)", () => {
  type Action =
    | { readonly kind: "send" | "advance" | "open"; readonly by: number }
    | { readonly kind: "use" | "close"; readonly which: number };
  const action: fc.Arbitrary<Action> = fc.oneof(
    fc.record({
      kind: fc.constantFrom("send" as const, "advance" as const, "open" as const),
      by: fc.nat({ max: 3 }),
    }),
    fc.record({ kind: fc.constantFrom("use" as const, "close" as const), which: fc.nat() }),
  );

  it("delivers each record at its time, and a time is complete when every right to it is gone", () => {
    fc.assert(fc.property(
      fc.array(action, { maxLength: 30, size: "max" }),
      fc.constantFrom(...policies),
      (actions, policy) => {
        const { engine, run, numbers, batches, done } = passing({ policy });
        const sent: { time: Time; records: number[] }[] = [];
        let epochs: ReturnType<typeof numbers.open>[] = [];
        let next = 0;
        const note = (time: Time) => {
          sent.push({ time, records: [next] });
          return [next++];
        };
        for (const step of actions) {
          const now = numbers.time as number;
          if (step.kind === "send") numbers.sendAt(now + step.by, note(now + step.by));
          else if (step.kind === "advance") numbers.advanceTo(now + step.by);
          else if (step.kind === "open") epochs.push(numbers.open(now + step.by));
          else if ("which" in step && epochs.length > 0) {
            const epoch = epochs[step.which % epochs.length];
            if (step.kind === "use") epoch.send(note(epoch.time));
            else {
              epoch.close();
              epochs = epochs.filter((other) => other !== epoch);
            }
          }
          engine.run();
          const least = Math.min(
            numbers.time as number,
            ...epochs.map(({ time }) => time as number),
          );
          expect(done.frontier).toEqual([least]);
        }
        numbers.closeAll();
        engine.run();
        expect(run.status).toBe("completed");
        expect(bagsByTime(batches)).toEqual(bagsByTime(sent));
      },
    ));
  });
});
