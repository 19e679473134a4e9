import { describe, expect, it } from "vitest";
import {
  pacedOperator,
  type SourceBody,
  type SourceContext,
  sourceOperator,
  type SourceStep,
} from "../../../operators/sources/source.ts";
import { OperatorTest, type OperatorTestOptions } from "../../../operators/kit/operator_test.ts";

function testOf<T>(body: SourceBody<T>, around?: OperatorTestOptions) {
  return new OperatorTest(sourceOperator("numbers", "first", body), {}, around);
}

/** Sends as many numbers as it is told, one a call. */
function counting(limit: number): SourceBody<number> {
  return ({ out, capability }) => {
    let n = 0;
    return {
      next() {
        if (n === limit) return false;
        out.push(capability.time, n++);
        return true;
      },
      snapshot: () => n,
      restore: (state) => void (n = state as number),
    };
  };
}

describe("a source", () => {
  it("begins in a task and is called until it says no more", () => {
    const test = testOf(counting(5));
    expect([test.sent("out"), test.rights]).toEqual([[], [0]]);
    test.pass(0);
    expect(test.batches("out")).toEqual([{ time: 0, records: [0, 1, 2, 3, 4] }]);
    expect(test.rights).toEqual([]);
    test.finish();
  });

  it("gives way when the output budget is spent, and when it sends nothing for long", () => {
    const busy = testOf(counting(10), { budget: 2, capacity: 2 });
    busy.pass(0);
    expect(busy.sent("out")).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(busy.slices).toBeGreaterThanOrEqual(3);
    let calls = 0;
    const idle = testOf(() => () => ++calls < 100, { capacity: 10 });
    idle.pass(0);
    expect([calls, idle.slices]).toEqual([100, 10]);
  });

  it("says with its capability which times are over, at the least time of any depth first", () => {
    const test = testOf<string>(({ out, capability }) => {
      let round = 0;
      return () => {
        out.push(capability.time, `round ${round}`);
        if (++round === 3) return false;
        capability.downgrade([0, round]);
        return true;
      };
    }, { depth: 2 });
    expect(test.rights).toEqual([[0, 0]]);
    test.pass(0);
    expect(test.batches("out")).toEqual([
      { time: [0, 0], records: ["round 0"] },
      { time: [0, 1], records: ["round 1"] },
      { time: [0, 2], records: ["round 2"] },
    ]);
  });

  it("waits until it is woken, also when that was before it said so", () => {
    let context!: SourceContext<string>;
    let calls = 0;
    const test = testOf<string>((given) => {
      context = given;
      return (): SourceStep => {
        calls++;
        if (calls === 2) given.wake();
        if (calls === 4) return false;
        return "wait";
      };
    });
    test.pass(0);
    expect([calls, test.rights]).toEqual([1, [0]]);
    context.wake();
    // The second call woke it for a third.
    expect(calls).toBe(3);
    context.wake();
    expect([calls, test.rights]).toEqual([4, []]);
    context.wake();
    expect(calls).toBe(4);
  });

  it("may be driven by a timer", () => {
    const test = testOf<string>(({ out, capability, after, wake }) => {
      let tick = 0;
      return () => {
        capability.downgrade(tick);
        out.push(tick, `tick ${tick}`);
        if (++tick === 3) return false;
        after(1000, wake);
        return "wait";
      };
    });
    test.pass(0);
    test.pass(999);
    expect(test.sent("out")).toEqual(["tick 0"]);
    test.pass(1);
    expect(test.rights).toEqual([1]);
    test.pass(5000);
    expect(test.batches("out").map(({ time }) => time)).toEqual([0, 1, 2]);
    test.finish();
  });

  it("has ended when it gave its capability up, be it while it waited", () => {
    let context!: SourceContext<string>;
    const test = testOf<string>((given) => {
      context = given;
      return () => "wait";
    });
    test.pass(0);
    context.capability.drop();
    expect(test.rights).toEqual([]);
    context.wake();
    test.finish();
  });

  it("refuses a step that is none, with advice for a promise", () => {
    const asynchronous = testOf((() => async () => {}) as unknown as SourceBody<never>);
    expect(() => asynchronous.pass(0)).toThrow(
      /Cannot go on with source "numbers": next returned a promise, and may return .* or use fromAsync/,
    );
    const wrong = testOf((() => () => 7) as unknown as SourceBody<never>);
    expect(() => wrong.pass(0)).toThrow(/next returned 7, and may return true, false, "wait"/);
  });

  it("cannot ask what is done when nothing paces it", () => {
    const test = testOf(({ isDone }) => () => isDone(0));
    expect(() => test.pass(0)).toThrow(/Cannot tell what is done in source "numbers": no stream/);
  });

  it("is told of the end, however it comes", () => {
    let closed = 0;
    const test = testOf(() => ({ next: () => false, close: () => void closed++ }));
    test.pass(0);
    expect(closed).toBe(0);
    test.finish();
    expect(closed).toBe(1);
  });

  it("goes on where a snapshot was taken, at the time that it had reached", () => {
    let context!: SourceContext<number>;
    const body = (slow: boolean): SourceBody<number> => (given) => {
      context = given;
      let n = 0;
      return {
        next(): SourceStep {
          if (n === 6) return false;
          given.capability.downgrade(n);
          given.out.push(n, n++);
          return slow ? "wait" : true;
        },
        snapshot: () => n,
        restore: (state) => void (n = state as number),
      };
    };
    const first = testOf(body(true));
    first.pass(0);
    context.wake();
    const saved = first.save();
    expect(saved.state).toEqual({ time: 1, isEnded: false, state: 2 });
    const second = testOf(body(false)).restore(saved);
    expect(second.rights).toEqual([1]);
    second.pass(0);
    expect(second.sent("out")).toEqual([2, 3, 4, 5]);
    const third = testOf(body(false)).restore(second.save());
    third.pass(0);
    expect([third.sent("out"), third.rights]).toEqual([[], []]);
  });
});

describe("a paced source", () => {
  /** An epoch a call, for ever. */
  const epochs: SourceBody<number> = ({ out, capability }) => {
    let next = 0;
    return {
      next() {
        if (capability.time !== next) {
          capability.downgrade(next);
          return true;
        }
        out.push(next, next++);
        return true;
      },
      snapshot: () => next,
      restore: (state) => void (next = state as number),
    };
  };
  const paced = (ahead: number, body = epochs) =>
    new OperatorTest(pacedOperator("paced", ahead, body), {});

  it("has nothing before it is started, and then begins at that time", () => {
    const test = paced(1);
    test.pass(0);
    expect([test.sent("out"), test.rights, test.save().state]).toEqual([[], [], null]);
    test.send("start", 0, [null]);
    expect([test.sent("out"), test.rights]).toEqual([[0], [1]]);
  });

  it("is never more epochs ahead than it may be", () => {
    for (const ahead of [1, 2, 5]) {
      const test = paced(ahead);
      test.send("start", 0, [null]);
      for (const done of [0, 1, 2, 6, 7]) {
        if (done > 0) test.advance("done", [done]);
        const sent = test.sent("out");
        expect(sent).toEqual(Array.from({ length: done + ahead }, (_unused, i) => i));
      }
      // What comes back is of no interest.
      test.send("done", 8, ["anything"]);
      expect(test.sent("out")).toHaveLength(7 + ahead);
    }
  });

  it("may ask itself what is done", () => {
    const test = paced(1000, ({ out, capability, isDone, wake, after }) => {
      let n = 0;
      return () => {
        if (n === 3) return false;
        if (n > 0 && !isDone(n - 1)) {
          after(10, wake);
          return "wait";
        }
        capability.downgrade(n);
        out.push(n, n++);
        return true;
      };
    });
    test.send("start", 0, [null]);
    test.pass(100);
    expect(test.sent("out")).toEqual([0]);
    test.advance("done", [1]);
    test.pass(10);
    expect(test.sent("out")).toEqual([0, 1]);
    test.advance("done", [2]);
    test.pass(10);
    expect(test.sent("out")).toEqual([0, 1, 2]);
    expect(test.rights).toEqual([]);
  });

  it("goes on where a snapshot was taken, held as before", () => {
    const first = paced(2);
    first.send("start", 0, [null]);
    first.advance("done", [3]);
    const saved = first.save();
    expect(saved.state).toEqual({ time: 5, isEnded: false, state: 5 });
    const second = paced(2).restore(saved);
    second.pass(0);
    expect([second.sent("out"), second.rights]).toEqual([[], [5]]);
    second.advance("done", [4]);
    expect(second.sent("out")).toEqual([5]);
  });
});
