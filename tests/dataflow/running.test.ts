import { describe, expect, it, vi } from "vitest";
import {
  type Capability,
  dataflow,
  execute,
  type MeanderError,
  type OutputBatch,
  range,
  type Stream,
} from "../../mod.ts";
import { manualEngine, placeIn, policies, stateOf } from "./support.ts";

const site = placeIn("running.test.ts");

/** Two outputs, and a probe behind a step that the test chooses. */
function forked(step: (numbers: Stream<number>) => Stream<number> = (numbers) => numbers) {
  const program = dataflow("forked", (root) => {
    const numbers = root.input<number>("numbers");
    const stepped = step(numbers);
    return {
      numbers,
      first: stepped.map((n) => n).output("first"),
      second: stepped.count().output("second"),
      done: stepped.probe("done"),
    };
  });
  const engine = manualEngine();
  const run = engine.install(program);
  return { engine, run, ...run.handles };
}

const failingAt = (time: number) => (numbers: Stream<number>) =>
  numbers.inspect((n, at) => {
    if (at === time) throw new Error(`no ${n}`);
  }, { name: "guard" });

async function causeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It was not rejected");
}

describe("Running (to its end)", () => {
  it.each(policies)(
    "drains: closes its inputs and ends with empty frontiers, by %j",
    async (policy) => {
      const program = dataflow("draining", (root) => {
        const numbers = root.input<number>("numbers");
        const words = root.input<string>("words");
        const looped = root.loop("loop", (loop) => {
          const again = loop.feedback<number>();
          const all = loop.enter(numbers).concat(again);
          again.connect(all.filter((n) => n > 1).map((n) => n - 1));
          return loop.leave(all);
        });
        return { numbers, counts: looped.count().output("counts"), done: looped.probe(), words };
      });
      const run = execute(program, { policy });
      const counts = run.handles.counts.toArray();
      run.handles.numbers.send([5, 3]);
      run.handles.numbers.open(4).send([2]);
      expect(run.status).toBe("running");
      await run.drain();
      expect(run.status).toBe("completed");
      expect(await counts).toEqual([8, 2]);
      expect([run.handles.counts.frontier, run.handles.done.frontier]).toEqual([[], []]);
      expect([run.handles.numbers.isClosed, run.handles.words.isClosed]).toEqual([true, true]);
      expect(await stateOf(run.done)).toBe("resolved");
    },
  );

  it("leaves inputs that are shared to their owner when it drains", async () => {
    const engine = manualEngine();
    const program = dataflow("listening", (root) => ({
      out: root.input<number>("numbers").output("out"),
      own: root.input<number>("own"),
    }));
    const numbers = engine.input<number>("numbers");
    const run = engine.install(program, { inputs: { numbers } });
    const drained = run.drain();
    engine.run();
    expect([numbers.isClosed, run.handles.own.isClosed, run.status])
      .toEqual([false, true, "running"]);
    numbers.close();
    engine.run();
    await drained;
    expect(run.status).toBe("completed");
  });

  it("is completed only when the last record and notification are worked off", () => {
    const { engine, run, numbers, second } = forked();
    const statuses: string[] = [];
    second.subscribe(() => statuses.push(run.status));
    numbers.send([1]);
    numbers.close();
    expect(run.status).toBe("running");
    engine.run();
    expect(statuses).toEqual(["running"]);
    expect(run.status).toBe("completed");
  });

  it("without inputs is completed by itself", async () => {
    const run = execute(dataflow("nothing", () => ({})));
    await run.done;
    expect(run.status).toBe("completed");
  });

  it("takes no notice of a cancel that comes after the end", async () => {
    const { engine, run, numbers, first } = forked();
    numbers.send([1]);
    numbers.close();
    engine.run();
    run.cancel();
    expect(run.status).toBe("completed");
    expect(await first.toArray()).toEqual([1]);
  });
});

describe("Running (cancelled)", () => {
  it("rejects everything with one error that names the reason and the frontiers reached", async () => {
    const { engine, run, numbers, first, second, done } = forked();
    numbers.send([1]);
    numbers.advanceTo(3);
    engine.run();
    const waits = [first.toArray(), second.toArray(), done.done(), done.completed(7)];
    run.cancel("the user went home");
    const cause = await causeOf(run.done) as MeanderError;
    expect([cause.code, cause.where]).toEqual(["MEANDER_ABORTED", "forked"]);
    expect(cause.message).toBe(
      'MEANDER_ABORTED  Dataflow "forked" was aborted: the user went home ' +
        '(output "first" at frontier [3]; output "second" at frontier [3])',
    );
    for (const wait of waits) expect(await causeOf(wait)).toBe(cause);
    expect(() => numbers.send([1])).toThrow(cause);
    expect(run.status).toBe("cancelled");
  });

  it("runs nothing more: no callback, no listener, although work waits everywhere", () => {
    const seen = vi.fn();
    const { engine, run, numbers, first, second } = forked((numbers) =>
      numbers.flatMap((n) => range(0, 10 * n)).inspect((n) => seen(n))
    );
    const listener = vi.fn();
    first.subscribe(listener, listener);
    second.subscribe(listener, listener);
    for (let i = 0; i < 10; i++) numbers.send([100]);
    numbers.close();
    for (let i = 0; i < 5; i++) engine.step();
    const counts = [seen.mock.calls.length, listener.mock.calls.length];
    run.cancel();
    engine.run();
    expect([seen.mock.calls.length, listener.mock.calls.length]).toEqual(counts);
    expect(engine.step()).toBe(false);
  });

  it("from within a listener has stopped everything when cancel returns", () => {
    const { engine, run, numbers, first, second, done } = forked();
    const others = vi.fn();
    const reached: unknown[] = [];
    first.subscribe(() => {
      run.cancel("seen enough");
      reached.push(run.status, first.isEnded, second.isEnded, done.isDone, done.isComplete(0));
      expect(() => numbers.send([2])).toThrow("seen enough");
    });
    second.subscribe(others, others);
    numbers.send([1]);
    engine.run();
    expect(reached).toEqual(["cancelled", true, true, false, false]);
    expect(others).not.toHaveBeenCalled();
    expect(second.frontier).toEqual([0]);
  });

  it("shows everybody who is told that everything has stopped", async () => {
    const { engine, run, numbers, first, second, done } = forked();
    numbers.send([1]);
    engine.run();
    const look = () => {
      const { status } = run;
      let canSend = true;
      try {
        numbers.send([9]);
      } catch {
        canSend = false;
      }
      return [status, first.isEnded, second.isEnded, done.isDone, canSend];
    };
    const seen = [first.toArray(), second.toArray(), done.done(), done.completed(0), run.done]
      .map((wait) => (wait as Promise<unknown>).then(() => "complete", look));
    run.cancel();
    for (const answer of seen) {
      expect(await answer).toEqual(["cancelled", true, true, false, false]);
    }
  });

  it("from within a vertex's function keeps nothing of what that callback does", () => {
    const after = vi.fn();
    let cancel = () => {};
    const { engine, run, numbers, first } = forked((numbers) =>
      numbers.unary<number>("last", { interest: "notifications" }, ({ out, notifyAt }) => ({
        receive(batch) {
          notifyAt(batch.time);
          cancel();
          out.out.send(batch.time, [1, 2, 3]);
        },
        notify: after,
      })).inspect(after)
    );
    cancel = () => run.cancel();
    first.subscribe(after);
    numbers.send([1]);
    numbers.send([2]);
    numbers.close();
    engine.run();
    expect(after).not.toHaveBeenCalled();
    expect(run.status).toBe("cancelled");
  });

  it("twice keeps the first reason", async () => {
    const { run } = forked();
    run.cancel("first");
    run.cancel("second");
    await expect(run.done).rejects.toThrow("was aborted: first (");
  });

  it("happens at the end of a block with await using, unless it is done by then", async () => {
    const program = dataflow("short", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: numbers.output("out") };
    });
    const runs = [];
    for (const drained of [true, false]) {
      await using run = execute(program);
      runs.push(run);
      run.handles.numbers.send([1]);
      if (drained) await run.drain();
    }
    expect(runs.map(({ status }) => status)).toEqual(["completed", "cancelled"]);
    await expect(runs[1].done).rejects.toThrow("it was disposed of while it ran");
  });

  it("ignores capabilities that are dropped afterwards", () => {
    let kept!: Capability;
    const { engine, run, numbers } = forked((numbers) =>
      numbers.unary<number>("keeper", {}, ({ retain }) => ({
        receive: () => void (kept = retain()),
      }))
    );
    numbers.send([1]);
    engine.run();
    run.cancel();
    kept.drop();
    engine.run();
    expect(kept.isDropped).toBe(true);
    expect(run.status).toBe("cancelled");
  });
});

describe("Running (failed)", () => {
  it("says which vertex, at which time, on which record, and where it was written", async () => {
    const { engine, run, numbers } = forked(failingAt(2));
    numbers.send([1]);
    numbers.sendAt(2, [5, 6]);
    engine.run();
    const cause = await causeOf(run.done) as MeanderError;
    expect([cause.code, cause.where]).toEqual(["MEANDER_USER_FUNCTION", "guard"]);
    expect(cause.message).toMatch(
      /The function of "guard" \(written at .*\) threw at time 2 on record 5: Error: no 5/,
    );
    expect(cause.message).toMatch(new RegExp(`written at ${site}`));
    expect((cause.cause as Error).message).toBe("no 5");
    expect(run.status).toBe("failed");
  });

  const steps: [string, (numbers: Stream<number>, f: (n: number) => number) => Stream<number>][] = [
    ["map", (numbers, f) => numbers.map(f)],
    ["filter", (numbers, f) => numbers.filter((n) => f(n) > 0)],
    ["flatMap", (numbers, f) => numbers.flatMap((n) => [f(n)])],
    ["inspect", (numbers, f) => numbers.inspect((n) => void f(n))],
    ["distinct", (numbers, f) => numbers.distinct({ key: f })],
    [
      "join",
      (numbers, f) => numbers.join(numbers, { leftKey: f, rightKey: (n) => n, value: (n) => n }),
    ],
    ["delay", (numbers, f) => numbers.delay((n, time) => (time as number) + f(n))],
    [
      "aggregate",
      (numbers, f) =>
        numbers.aggregate({ key: f, initial: () => 0, fold: (sum) => sum, emit: (n) => n }),
    ],
  ];
  it.each(steps)("names the record that the function of %s failed on", async (name, step) => {
    const broken = (n: number) => {
      if (n === 13) throw new RangeError("unlucky");
      return n;
    };
    const { engine, run, numbers } = forked((numbers) => step(numbers, broken));
    numbers.sendAt(4, [1, 13, 2]);
    engine.run();
    const { message, where } = await causeOf(run.done) as MeanderError;
    expect(where).toBe(name);
    expect(message).toContain("threw at time 4 on record 13: RangeError: unlucky");
    expect(message).toMatch(new RegExp(site));
  });

  it("names the callback's time where a body of its own throws", async () => {
    const { engine, run, numbers } = forked((numbers) =>
      numbers.unary<number>("body", { interest: "notifications" }, ({ notifyAt }) => ({
        receive: (batch) => notifyAt(batch.time),
        notify(time) {
          throw new Error(`at ${time}`);
        },
      }))
    );
    numbers.sendAt(6, [1]);
    numbers.close();
    engine.run();
    const cause = await causeOf(run.done) as MeanderError;
    expect([cause.code, cause.where]).toEqual(["MEANDER_OPERATOR_FAILED", "body"]);
    expect(cause.message).toMatch(new RegExp(`A callback of "body" \\(written at ${site}`));
    expect(cause.message).toContain("threw at time 6: Error: at 6");
  });

  it("rejects every handle with the same cause", async () => {
    const { engine, run, numbers, first, second, done } = forked(failingAt(1));
    const waits = [first.toArray(), second.toArray(), done.done(), run.idle()];
    numbers.sendAt(1, [1]);
    engine.run();
    const cause = await causeOf(run.done);
    for (const wait of waits) expect(await causeOf(wait)).toBe(cause);
    expect(await causeOf(run.drain())).toBe(cause);
    expect(await causeOf(run.idle())).toBe(cause);
    expect(() => numbers.send([1])).toThrow(cause as Error);
    expect(() => numbers.advanceTo(5)).toThrow(cause as Error);
    run.cancel("too late");
    expect(run.status).toBe("failed");
  });

  it("keeps what had come out, and throws away what the failing callback sent", async () => {
    const { engine, run, numbers, first } = forked((numbers) =>
      numbers.unary<number>("sender", {}, ({ out }) => ({
        receive(batch) {
          out.out.send(batch.time, [...batch]);
          out.out.push(batch.time, 99);
          if (batch.time === 1) throw new Error("late");
        },
      }))
    );
    const seen: OutputBatch<number>[] = [];
    first.subscribe((batch) => seen.push(batch));
    numbers.send([1]);
    numbers.sendAt(1, [2]);
    engine.run();
    expect(run.status).toBe("failed");
    expect(seen.flatMap(({ records }) => records)).toEqual([1, 99]);
    await expect(run.done).rejects.toThrow("late");
  });
});
