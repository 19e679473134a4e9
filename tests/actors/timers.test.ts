import { describe, expect, it } from "vitest";
import { type BodyContext, dataflow, execute } from "../../mod.ts";
import { Timers } from "../../actors/timers.ts";
import { ManualClock } from "../../actors/clock.ts";
import { unaryOperator } from "../../operators/generic.ts";
import { OperatorTest } from "../../operators/kit/operator_test.ts";
import { causeOf, install, policies } from "./engines.ts";

/** Sends each number on after so many milliseconds, in which its time stays open. */
const slowly = ({ out, after, retain }: BodyContext<number>) => ({
  receive(batch: Iterable<number>) {
    for (const ms of batch) {
      const right = retain();
      after(ms, () => {
        out.out.send(right.time, [ms]);
        right.drop();
      });
    }
  },
});

const program = () =>
  dataflow("slow", (root) => {
    const numbers = root.input<number>("numbers");
    const slow = numbers.unary<number>("slowly", {}, slowly);
    return { numbers, slow: slow.output("slow"), probe: slow.probe() };
  });

describe("Timers", () => {
  it("post a task when it is due, and take back what has gone off but not run", () => {
    const clock = new ManualClock();
    const posted: (() => unknown)[] = [];
    const timers = new Timers(clock, (task) => posted.push(task));
    const ran: string[] = [];
    timers.start(5, () => void ran.push("a"));
    const stop = timers.start(5, () => void ran.push("b"));
    clock.advance(5);
    expect([posted.length, ran]).toEqual([2, []]);
    stop();
    for (const task of posted) task();
    expect(ran).toEqual(["a"]);
  });

  it("leave nothing with the clock when all are stopped", () => {
    const clock = new ManualClock();
    const timers = new Timers(clock, () => {});
    for (const ms of [1, 2, 3]) timers.start(ms, () => {});
    expect(clock.pending).toBe(3);
    timers.stopAll();
    expect(clock.pending).toBe(0);
  });
});

describe("context.after", () => {
  for (const policy of policies) {
    it(`runs tasks in the order of their moments, with policy ${JSON.stringify(policy)}`, async () => {
      const { run, clock } = install(program(), { policy });
      const { numbers, slow, probe } = run.handles;
      numbers.send([30, 10]);
      numbers.advanceTo(1);
      numbers.send([20]);
      numbers.close();
      while (clock.turn() > 0);
      expect(probe.frontier).toEqual([0]);
      for (let ms = 0; ms < 29; ms++) {
        clock.advance(1);
        while (clock.turn() > 0);
      }
      expect(run.status).toBe("running");
      clock.advance(1);
      while (clock.turn() > 0);
      expect(run.status).toBe("completed");
      expect(await slow.toArray()).toEqual([10, 20, 30]);
    });
  }

  it("holds no time open, and is forgotten when the dataflow is done", () => {
    let ran = 0;
    const { run, clock } = install(dataflow("idle", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary<number>("timer", {}, ({ after }) => ({
        receive: () => void after(10, () => void ran++),
      }));
      return { numbers };
    }));
    run.handles.numbers.send([1]);
    run.handles.numbers.close();
    while (clock.turn() > 0);
    expect([run.status, clock.pending]).toEqual(["completed", 0]);
    clock.advance(100);
    while (clock.turn() > 0);
    expect(ran).toBe(0);
  });

  it("is forgotten when the dataflow is cancelled or fails", async () => {
    const cancelled = install(program());
    cancelled.run.handles.numbers.send([5]);
    while (cancelled.clock.turn() > 0);
    expect(cancelled.clock.pending).toBe(1);
    cancelled.run.cancel();
    expect(cancelled.clock.pending).toBe(0);

    const failing = install(dataflow("failing", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary<number>("late fault", {}, ({ after }) => ({
        receive() {
          after(50, () => {});
          after(5, () => {
            throw new Error("too late");
          });
        },
      }));
      return { numbers };
    }));
    const cause = causeOf(failing.run);
    failing.run.handles.numbers.send([1]);
    while (failing.clock.turn() > 0);
    failing.clock.advance(5);
    while (failing.clock.turn() > 0);
    expect(failing.clock.pending).toBe(0);
    expect(String(await cause)).toMatch(/"late fault".*too late/);
  });

  it("leaves nothing for the process to wait for, with the real clock", async () => {
    // What is left of a timer is found by the sanitizers of the tests.
    const run = execute(program());
    const cause = causeOf(run);
    run.handles.numbers.send([3_600_000, 2 ** 40]);
    await run.idle();
    run.cancel();
    expect(String(await cause)).toMatch(/was aborted/);
  });

  it("may be set while a vertex is made, and does nothing after the end", () => {
    let later: BodyContext<number>["after"] | undefined;
    const ran: string[] = [];
    const { run, clock } = install(dataflow("making", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary<number>("maker", {}, ({ after }) => {
        later = after;
        after(1, () => void ran.push("made"));
        return { receive: () => {} };
      });
      return { numbers };
    }));
    clock.advance(1);
    while (clock.turn() > 0);
    expect(ran).toEqual(["made"]);
    run.cancel();
    later!(1, () => void ran.push("ended"))();
    expect(clock.pending).toBe(0);
  });

  it("refuses what is no delay", () => {
    for (const wrong of [-1, NaN, Infinity, "5" as unknown as number]) {
      const operator = unaryOperator<number, number>("wrong", {}, ({ after }) => ({
        receive: () => void after(wrong, () => {}),
      }));
      const test = new OperatorTest(operator, {});
      const refused = typeof wrong === "number"
        ? /Cannot set a timer in "wrong" to .*: it takes milliseconds/
        : /Cannot set a timer in "wrong" to "5"/;
      expect(() => test.send("in", 0, [1])).toThrow(refused);
    }
  });
});

describe("timers in the test kit", () => {
  it("go off when the test lets time pass, after what was put off", () => {
    const test = new OperatorTest(unaryOperator<number, number>("slowly", {}, slowly), {});
    test.send("in", 0, [20, 10]);
    test.send("in", 1, [15]);
    test.advance("in", []);
    test.pass(9);
    expect(test.sent("out")).toEqual([]);
    expect(test.rights).toEqual([0, 0, 1]);
    test.pass(6);
    expect(test.batches("out")).toEqual([{ time: 0, records: [10] }, { time: 1, records: [15] }]);
    test.pass(100);
    expect(test.sent("out")).toEqual([10, 15, 20]);
    test.finish();
  });

  it("are taken back by what setting them returned", () => {
    let ran = 0;
    const operator = unaryOperator<number, number>("fickle", {}, ({ after }) => ({
      receive: (batch) => {
        const stops = [...batch].map((ms) => after(ms, () => void ran++));
        stops[0]!();
      },
    }));
    const test = new OperatorTest(operator, {});
    test.send("in", 0, [1, 2]);
    test.pass(5);
    expect(ran).toBe(1);
  });
});
