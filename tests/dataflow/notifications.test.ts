import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  anyRecord,
  type Body,
  dataflow,
  defineOperator,
  type EngineOptions,
  type MeanderError,
  type Time,
} from "../../mod.ts";
import { manualEngine, policies } from "./support.ts";

type Rest = EngineOptions & { readonly coordinates?: number };

/** One vertex with a body of its own between an input and an output; `log` takes what is to be seen. */
function around(body: Body<number, number>, { coordinates = 1, ...options }: Rest = {}) {
  const program = dataflow("around", (root) => {
    const numbers = root.input<number>("numbers");
    const made = numbers.unary<number>("body", { interest: "notifications" }, body);
    return { numbers, out: made.output("out"), done: made.probe() };
  }, { coordinates });
  const engine = manualEngine(options);
  const run = engine.install(program);
  const log: unknown[] = [];
  run.handles.out.subscribe(({ time, records }) => log.push([time, ...records]));
  return { engine, run, log, ...run.handles };
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as MeanderError).message;
  }
  return "it did not throw";
}

describe("notifyAt", () => {
  it("delivers when the time is complete, and lets its callback send at it", () => {
    const { engine, numbers, log, done } = around(({ out, notifyAt }) => ({
      receive: ({ time }) => notifyAt(time),
      notify: (time) => out.out.send(time, [100]),
    }));
    numbers.send([1]);
    numbers.sendAt(2, [1]);
    engine.run();
    expect([log, done.frontier]).toEqual([[], [0]]);
    numbers.advanceTo(2);
    engine.run();
    expect([log, done.frontier]).toEqual([[[0, 100]], [2]]);
    numbers.close();
    engine.run();
    expect([log, done.frontier]).toEqual([[[0, 100], [2, 100]], []]);
  });

  it.each(policies)("sends a time's notification after its last message, by %j", (policy) => {
    const { engine, run, numbers, log } = around(({ out, notifyAt }) => {
      const open = new Map<Time, number>();
      return {
        receive(batch) {
          notifyAt(batch.time);
          open.set(batch.time, (open.get(batch.time) ?? 0) + batch.length);
        },
        notify(time) {
          out.out.send(time, [open.get(time)!]);
          open.delete(time);
        },
      };
    }, { policy });
    const sent = new Map<number, number>();
    for (let i = 0; i < 60; i++) {
      const time = Math.floor(i / 10) + (i % 3);
      numbers.sendAt(time, [i]);
      sent.set(time, (sent.get(time) ?? 0) + 1);
      if (i % 10 === 9) numbers.advanceTo((i + 1) / 10);
      if (i % 7 === 0) engine.run();
    }
    numbers.close();
    engine.run();
    expect(run.status).toBe("completed");
    // In any order of work: all of a time in one notification, and earlier times first.
    expect(log).toEqual([...sent].sort(([a], [b]) => a - b));
  });

  it("merges requests with the same time and right, and keeps those apart that differ", () => {
    const notified: Time[] = [];
    const { engine, run, numbers } = around(({ notifyAt }) => ({
      receive({ time }) {
        notifyAt(time);
        notifyAt(time);
        notifyAt(time, { capability: time });
        notifyAt(time, { capability: 5 });
        notifyAt(time, { capability: "none" });
        notifyAt(time, { capability: "none" });
      },
      notify: (time) => void notified.push(time),
    }));
    numbers.send([1]);
    numbers.send([2]);
    numbers.close();
    engine.run();
    expect(notified).toEqual([0, 0, 0]);
    expect(run.status).toBe("completed");
  });

  it("for a time that is complete already is delivered later, and never in the same callback", () => {
    const log: string[] = [];
    const { engine, run, numbers } = around(({ notifyAt }) => ({
      receive({ time }) {
        notifyAt(0, { capability: "none" });
        log.push(`message ${time}`);
      },
      notify(time) {
        log.push(`begin ${time}`);
        if (log.length < 4) notifyAt(0, { capability: "none" });
        log.push(`end ${time}`);
      },
    }));
    numbers.advanceTo(5);
    numbers.send([1]);
    engine.run();
    expect(log).toEqual(["message 5", "begin 0", "end 0", "begin 0", "end 0"]);
    numbers.close();
    engine.run();
    expect(run.status).toBe("completed");
  });

  it("may be asked for a later time, and by a notification for the next one", () => {
    const { engine, numbers, log, done } = around(({ out, notifyAt }) => ({
      receive: ({ time }) => notifyAt((time as number) + 2),
      notify(time) {
        out.out.send(time, [1]);
        if ((time as number) < 6) notifyAt((time as number) + 2);
      },
    }));
    numbers.send([1]);
    numbers.advanceTo(3);
    engine.run();
    expect([log, done.frontier]).toEqual([[[2, 1]], [3]]);
    numbers.close();
    engine.run();
    expect(log).toEqual([[2, 1], [4, 1], [6, 1]]);
  });

  it("delivers earlier times first among those that are due together", () => {
    const notified: Time[] = [];
    const { engine, numbers } = around(({ notifyAt }) => ({
      receive: ({ time }) => notifyAt(time),
      notify: (time) => void notified.push(time),
    }), { coordinates: 2 });
    for (const time of [[3, 0], [0, 2], [1, 1], [0, 0], [2, 5]]) numbers.sendAt(time, [1]);
    engine.run();
    expect(notified).toEqual([]);
    numbers.close();
    engine.run();
    expect(notified).toEqual([[0, 0], [0, 2], [1, 1], [2, 5], [3, 0]]);
  });

  it("delivers incomparable times independently of each other", () => {
    const notified: Time[] = [];
    const { engine, numbers } = around(({ notifyAt }) => ({
      receive: ({ time }) => notifyAt(time),
      notify: (time) => void notified.push(time),
    }), { coordinates: 2 });
    const epochs = [[0, 3], [1, 1], [3, 0]].map((time) => numbers.open(time));
    numbers.close();
    for (const epoch of epochs) epoch.send([1]);
    const after = [1, 2, 0].map((which) => {
      epochs[which].close();
      engine.run();
      return [...notified];
    });
    expect(after).toEqual([[[1, 1]], [[1, 1], [3, 0]], [[1, 1], [3, 0], [0, 3]]]);
  });

  it("is refused in an operator that declares no interest in it", () => {
    const program = dataflow("silent", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary("body", {}, ({ notifyAt }) => ({ receive: ({ time }) => notifyAt(time) }));
      return { numbers };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.send([1]);
    engine.run();
    return expect(run.done).rejects.toMatchObject({ code: "MEANDER_INTEREST", where: "body" });
  });
});

describe("notifyAt (guarantee and right)", () => {
  it('with "none" holds nothing back and may not send', () => {
    const { engine, numbers, log, done } = around(({ out, notifyAt }) => ({
      receive: ({ time }) => notifyAt((time as number) + 4, { capability: "none" }),
      notify(time) {
        log.push(messageOf(() => out.out.send(time, [1])), messageOf(() => out.out.push(99, 1)));
      },
    }));
    numbers.send([1]);
    numbers.advanceTo(1);
    engine.run();
    expect(done.frontier).toEqual([1]);
    expect(log).toEqual([]);
    numbers.advanceTo(5);
    engine.run();
    expect(log).toEqual(
      [4, 99].map((time) =>
        expect.stringContaining(`Cannot send at ${time} from "body" (output "out"): holds no right`)
      ),
    );
    expect(done.frontier).toEqual([5]);
  });

  it("holds back the later right it asks for, and neither its guarantee nor anything before", () => {
    const { engine, numbers, log, done } = around(({ out, notifyAt }) => ({
      receive: ({ time }) => notifyAt(time, { capability: 6 }),
      notify(time) {
        log.push(time, messageOf(() => out.out.send(5, [1])));
        out.out.send(7, [70]);
      },
    }));
    numbers.send([1]);
    engine.run();
    expect(done.frontier).toEqual([0]);
    numbers.open(3);
    numbers.advanceTo(10);
    engine.run();
    expect(log).toEqual([0, expect.stringContaining("holds 6 or later"), [7, 70]]);
    expect(done.frontier).toEqual([3]);
  });

  it("keeps a right until its callback has returned, longer than the input is open", () => {
    const frontiers: unknown[] = [];
    const { engine, numbers, done } = around(({ notifyAt }) => ({
      receive: ({ time }) => notifyAt(time, { capability: (time as number) + 10 }),
      notify: () => void frontiers.push(done.frontier),
    }));
    numbers.send([1]);
    numbers.close();
    engine.run();
    expect(frontiers).toEqual([[10]]);
    expect(done.frontier).toEqual([]);
  });

  it("is refused where the right would be before the guarantee", async () => {
    const { engine, run, numbers } = around(({ notifyAt }) => ({
      receive: () => notifyAt(6, { capability: 5 }),
    }));
    numbers.sendAt(5, [1]);
    engine.run();
    await expect(run.done).rejects.toMatchObject({ code: "MEANDER_RIGHT", where: "body" });
  });

  it("is refused before the time of the callback", async () => {
    const { engine, run, numbers } = around(({ notifyAt }) => ({ receive: () => notifyAt(4) }));
    numbers.sendAt(5, [1]);
    engine.run();
    await expect(run.done).rejects.toThrow(
      /notification at 4 in "body" \(output "out"\): holds 5 or later/,
    );
  });
});

describe("notifyAt (several ports)", () => {
  const both = defineOperator({
    name: "both",
    version: "1.0.0",
    summary: "Asks for notifications on some of its inputs, for tests",
    config: z.strictObject({ inputs: z.array(z.string()).optional() }),
    inputs: { left: anyRecord, right: anyRecord },
    outputs: { early: z.string(), late: z.string() },
    interest: "notifications",
    create: ({ config, out, notifyAt }) => ({
      receive: {
        left: ({ time }) =>
          notifyAt(time, { ...config as { inputs?: string[] }, outputs: ["early"] }),
        right() {},
      },
      notify(time) {
        const refused = messageOf(() => out.late.send(time, ["no"])).includes("holds no right");
        out.early.send(time, [`notified ${refused}`]);
      },
    }),
  });

  function install(inputs?: readonly string[]) {
    const program = dataflow("ports", (root) => {
      const left = root.input<number>("left");
      const right = root.input<number>("right");
      const config = inputs === undefined ? {} : { inputs: [...inputs] };
      const { early, late } = root.vertex(both, { config, inputs: { left, right } });
      return { left, right, early: early.output("early"), late: late.probe() };
    });
    const engine = manualEngine();
    const { handles } = engine.install(program);
    const log: unknown[] = [];
    handles.early.subscribe(({ time, records }) => log.push([time, ...records]));
    return { engine, log, ...handles };
  }

  it("waits for all inputs, or for the named ones only, and holds on the named outputs only", () => {
    const notified = [undefined, ["left"], ["right"], ["left", "right"]].map((inputs) => {
      const { engine, left, right, log, late } = install(inputs);
      left.send([1]);
      engine.run();
      left.advanceTo(1);
      engine.run();
      const afterLeft = log.length;
      right.advanceTo(1);
      left.open(1);
      engine.run();
      expect(log).toEqual([[0, "notified true"]]);
      expect(late.frontier).toEqual([1]);
      return afterLeft;
    });
    expect(notified).toEqual([0, 1, 0, 0]);
  });

  it("of right alone is due as soon as right is complete, although left is not", () => {
    const { engine, left, right, log } = install(["right"]);
    right.close();
    left.send([1]);
    engine.run();
    expect(log).toEqual([[0, "notified true"]]);
  });

  it("by names that are not there is an error that lists those that are", async () => {
    const program = dataflow("wrong", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary("body", { interest: "notifications" }, ({ notifyAt }) => ({
        receive: ({ time }) => notifyAt(time, { inputs: ["left"] }),
      }));
      return { numbers };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.send([1]);
    engine.run();
    await expect(run.done).rejects.toThrow('No input "left" on "body": it has "in"');
  });

  it("lets a binary body wait for one side", () => {
    const program = dataflow("sides", (root) => {
      const left = root.input<string>("left");
      const right = root.input<string>("right");
      const made = left.binary<string, string>(right, "sides", { interest: "notifications" }, ({
        out,
        notifyAt,
      }) => ({
        receive: {
          left: ({ time }) => notifyAt(time, { inputs: ["left"] }),
          right: ({ time }) => notifyAt(time, { inputs: ["right"] }),
        },
        notify: (time) => out.out.send(time, ["notified"]),
      }));
      return { left, right, out: made.output("out") };
    });
    const engine = manualEngine();
    const { left, right, out } = engine.install(program).handles;
    const times: Time[] = [];
    out.subscribe(({ time }) => times.push(time));
    left.sendAt(1, ["a"]);
    right.sendAt(2, ["b"]);
    right.advanceTo(3);
    engine.run();
    expect(times).toEqual([2]);
    expect(out.frontier).toEqual([0]);
    left.advanceTo(3);
    engine.run();
    expect(times).toEqual([2, 1]);
    expect(out.frontier).toEqual([3]);
  });
});
