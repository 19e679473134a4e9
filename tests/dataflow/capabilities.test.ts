import { describe, expect, it } from "vitest";
import {
  type Body,
  type BodyContext,
  type Capability,
  dataflow,
  type MeanderError,
  type State,
  type Time,
} from "../../mod.ts";
import { manualEngine, policies } from "./support.ts";

/** A vertex whose callbacks are given one after the other, one for each batch. */
function scripted(
  steps: readonly ((context: BodyContext<number>, time: Time) => void)[],
  coordinates = 1,
) {
  const program = dataflow("scripted", (root) => {
    const numbers = root.input<number>("numbers");
    let step = 0;
    const body: Body<number, number> = (context) => ({
      receive: ({ time }) => steps[step++](context, time),
      notify() {},
    });
    const made = numbers.unary<number>("keeper", { interest: "notifications" }, body);
    return { numbers, out: made.output("out"), done: made.probe() };
  }, { coordinates });
  const engine = manualEngine();
  const run = engine.install(program);
  const log: unknown[] = [];
  run.handles.out.subscribe(({ time, records }) => log.push([time, ...records]));
  return { engine, run, log, ...run.handles };
}

function errorOf(action: () => unknown): MeanderError {
  try {
    action();
  } catch (error) {
    return error as MeanderError;
  }
  throw new Error("It did not throw");
}

describe("capabilities", () => {
  it("hold the frontier back over callbacks, until they are dropped", () => {
    let kept!: Capability;
    const { engine, run, numbers, log, done } = scripted([
      ({ retain }) => void (kept = retain()),
      ({ out }) => out.out.send(0, [1]),
      ({ out }) => {
        out.out.send(0, [2]);
        kept.drop();
        expect(errorOf(() => out.out.send(0, [3])).message).toContain("holds 7 or later");
      },
    ]);
    numbers.send([1]);
    numbers.advanceTo(7);
    engine.run();
    expect(done.frontier).toEqual([0]);
    numbers.send([1]);
    engine.run();
    expect([done.frontier, log]).toEqual([[0], [[0, 1]]]);
    numbers.send([1]);
    numbers.close();
    engine.run();
    expect([done.frontier, log]).toEqual([[], [[0, 1], [0, 2]]]);
    expect(run.status).toBe("completed");
  });

  it("keep a dataflow from its end, and are dropped outside of callbacks, too", () => {
    let kept!: Capability;
    const { engine, run, numbers, out } = scripted([({ retain }) => void (kept = retain())]);
    numbers.send([1]);
    numbers.close();
    engine.run();
    expect([run.status, out.frontier]).toEqual(["running", [0]]);
    kept.downgrade(4);
    engine.run();
    expect(out.frontier).toEqual([4]);
    const second = kept.delayed(6);
    kept.drop();
    kept.drop();
    engine.run();
    expect(out.frontier).toEqual([6]);
    second[Symbol.dispose]();
    engine.run();
    expect(run.status).toBe("completed");
  });

  it("are given up at the end of a block with using", () => {
    const { engine, numbers, done } = scripted([
      ({ retain }) => {
        using capability = retain();
        expect(capability.isDropped).toBe(false);
      },
      ({ retain }) => void retain(),
    ]);
    numbers.send([1]);
    numbers.advanceTo(3);
    engine.run();
    expect(done.frontier).toEqual([3]);
    numbers.send([1]);
    numbers.advanceTo(5);
    engine.run();
    expect(done.frontier).toEqual([3]);
  });

  it("can be split by delayed, and each part holds its own time", () => {
    let parts: Capability[] = [];
    const { engine, numbers, done } = scripted([({ retain }) => {
      const first = retain();
      parts = [first, first.delayed(2), first.delayed(5)];
    }]);
    numbers.send([1]);
    numbers.close();
    const frontiers = [0, 1, 2].map((part) => {
      engine.run();
      const { frontier } = done;
      parts[part].drop();
      return frontier;
    });
    engine.run();
    expect([...frontiers, done.frontier]).toEqual([[0], [2], [5], []]);
  });

  it("never go back, and say the held and the asked time", () => {
    const { engine, run, numbers } = scripted([({ retain }) => {
      const capability = retain([2, 3]);
      for (const time of [[2, 2], [1, 9], [9, 0]]) {
        for (
          const [what, attempt] of Object.entries({
            delay: () => capability.delayed(time),
            downgrade: () => capability.downgrade(time),
          })
        ) {
          expect(errorOf(attempt).message).toContain(
            `Cannot ${what} a capability of "keeper" from [2,3] to [${time}]`,
          );
        }
      }
      capability.drop();
      expect(errorOf(() => capability.delayed()).message).toContain("it was dropped");
    }], 2);
    numbers.sendAt([2, 1], [1]);
    numbers.close();
    engine.run();
    expect(run.status).toBe("completed");
  });

  it("with two coordinates keep apart what is incomparable", () => {
    const kept: Capability[] = [];
    const keep = ({ retain }: BodyContext<number>) => void kept.push(retain());
    const { engine, numbers, done } = scripted([keep, keep], 2);
    numbers.sendAt([0, 4], [1]);
    numbers.sendAt([4, 0], [1]);
    numbers.close();
    engine.run();
    expect(done.frontier).toEqual([[0, 4], [4, 0]]);
    kept[0].downgrade([2, 4]);
    engine.run();
    expect(done.frontier).toEqual([[2, 4], [4, 0]]);
    expect(done.isComplete([3, 3])).toBe(true);
    kept[1].drop();
    engine.run();
    expect(done.frontier).toEqual([[2, 4]]);
  });

  it("do not cover what another vertex sends, nor may its callbacks change them", () => {
    let kept!: Capability;
    const errors: string[] = [];
    const program = dataflow("two", (root) => {
      const numbers = root.input<number>("numbers");
      const first = numbers.unary<number>("first", {}, ({ out, retain }) => ({
        receive(batch) {
          if (batch.time === 0) kept = retain();
          out.out.forward(batch);
        },
      }));
      first.unary<number>("second", {}, ({ out }) => ({
        receive({ time }) {
          if (time === 0) return;
          errors.push(errorOf(() => out.out.send(0, [1])).message);
          errors.push(errorOf(() => kept.downgrade(9)).message);
        },
      }));
      return { numbers };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.send([1]);
    run.handles.numbers.sendAt(3, [1]);
    engine.run();
    expect(run.status).toBe("running");
    expect(errors).toEqual([
      expect.stringContaining('Cannot send at 0 from "second" (output "out"): holds 3 or later'),
      expect.stringContaining('Cannot change a capability of "first" in a callback of "second"'),
    ]);
  });
});

describe("sending outside of callbacks", () => {
  it("is refused although a capability is held, and so are requests", () => {
    let context!: BodyContext<number>;
    let kept!: Capability;
    const { engine, run, numbers, log } = scripted([(given) => {
      context = given;
      kept = given.retain();
    }]);
    numbers.sendAt(2, [1]);
    engine.run();
    const attempts: Record<string, () => unknown> = {
      "Cannot send at 2": () => context.out.out.send(2, [1]),
      "Cannot send at 5": () => context.out.out.push(5, 1),
      "capability at 4": () => context.retain(4),
    };
    for (const [what, attempt] of Object.entries(attempts)) {
      const error = errorOf(attempt);
      expect([error.code, error.where]).toEqual(["MEANDER_RIGHT", "keeper"]);
      expect(error.message).toContain(what);
      expect(error.message).toContain("holds no right outside of its callbacks");
    }
    expect(errorOf(() => context.notifyAt(3)).message).toContain(
      'Cannot ask for a notification in "keeper" outside of its callbacks. Do it in a task: later',
    );
    kept.drop();
    numbers.close();
    engine.run();
    expect([run.status, log]).toEqual(["completed", []]);
  });
});

describe("later", () => {
  it("brings the result of work outside back into a callback, with a capability kept for it", () => {
    const finish: (() => void)[] = [];
    const program = dataflow("asking", (root) => {
      const numbers = root.input<number>("numbers");
      const out = numbers.unary<number>("ask", {}, ({ out, retain, later }) => ({
        receive(batch) {
          const [n] = batch;
          const right = retain();
          finish.push(() =>
            later(() => {
              out.out.send(right.time, [n * n]);
              right.drop();
            })
          );
        },
      }));
      return { numbers, out: out.output("out") };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    const log: unknown[] = [];
    run.handles.out.subscribe(({ time, records }) => log.push([time, ...records]));
    for (const n of [2, 3, 4]) run.handles.numbers.sendAt(n, [n]);
    run.handles.numbers.close();
    engine.run();
    expect([run.status, log, run.handles.out.frontier]).toEqual(["running", [], [2]]);
    for (const which of [1, 0, 2]) finish[which]();
    expect(log).toEqual([]);
    engine.run();
    expect(log.toSorted()).toEqual([[2, 4], [3, 9], [4, 16]]);
    expect(run.status).toBe("completed");
  });
});

describe("state", () => {
  it.each(policies)(
    "per epoch in nested loops is dropped when the epoch is complete, by %j",
    (policy) => {
      let states!: State<{ readonly prefix: Time; readonly times: string[] }>;
      const made: Time[] = [];
      const program = dataflow("nested", (root) => {
        const numbers = root.input<number>("numbers");
        root.loop("outer", (outer) =>
          outer.loop("inner", (inner) => {
            const again = inner.feedback<number>();
            const all = inner.enter(outer.enter(numbers)).concat(again)
              .unary<number>("seen", { interest: "notifications" }, ({ out, state }) => {
                states = state({
                  per: "epoch",
                  create(prefix) {
                    made.push(prefix);
                    return { prefix, times: [] };
                  },
                });
                return {
                  receive(batch) {
                    states.at(batch.time).times.push(String(batch.time));
                    out.out.forward(batch);
                  },
                };
              });
            again.connect(all.filter((n) => n > 0).map((n) => n - 1));
          }));
        return { numbers };
      });
      const engine = manualEngine({ policy, workers: 1 });
      const run = engine.install(program);
      const { numbers } = run.handles;
      const prefixes = () => [...states].map(([prefix]) => prefix);
      numbers.send([2]);
      const second = numbers.open(1);
      numbers.advanceTo(3);
      second.send([1]);
      engine.run();
      expect(prefixes()).toEqual([1]);
      numbers.send([0]);
      engine.run();
      expect(prefixes()).toEqual([1, 3]);
      second.send([0]);
      engine.run();
      expect(states.peek([1, 7, 7])!.times.toSorted())
        .toEqual(["1,0,0", "1,0,0", "1,0,1"]);
      second.close();
      engine.run();
      expect(prefixes()).toEqual([3]);
      numbers.close();
      engine.run();
      expect(states.size).toBe(0);
      expect(made.toSorted()).toEqual([0, 1, 3]);
      expect(run.status).toBe("completed");
    },
  );

  it("per epoch of two root coordinates has both, and outlives the notifications of its epoch", () => {
    const seen: unknown[] = [];
    const program = dataflow("plane", (root) => {
      const numbers = root.input<number>("numbers");
      root.loop(
        "loop",
        (loop) =>
          loop.enter(numbers).unary<number>("sum", { interest: "notifications" }, ({
            state,
            notifyAt,
          }) => {
            const sums = state({ per: "epoch", create: (prefix) => ({ prefix, sum: 0 }) });
            return {
              receive(batch) {
                for (const n of batch) sums.at(batch.time).sum += n;
                notifyAt(batch.time);
              },
              notify: (time) => void seen.push([time, sums.at(time).prefix, sums.at(time).sum]),
            };
          }),
      );
      return { numbers };
    }, { coordinates: 2 });
    const engine = manualEngine();
    const run = engine.install(program);
    const { numbers } = run.handles;
    const epochs = [[0, 1], [1, 0]].map((time) => numbers.open(time));
    numbers.close();
    for (const [i, epoch] of epochs.entries()) epoch.send([i + 1, 10]);
    epochs[1].close();
    engine.run();
    expect(seen).toEqual([[[1, 0, 0], [1, 0], 12]]);
    epochs[0].close();
    engine.run();
    expect(seen[1]).toEqual([[0, 1, 0], [0, 1], 11]);
    expect(run.status).toBe("completed");
  });

  it("forever is kept, and needs no interest in frontiers", () => {
    let states!: State<{ count: number }>;
    const program = dataflow("forever", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary("count", {}, ({ state }) => {
        states = state({ per: "forever", create: () => ({ count: 0 }) });
        return { receive: (batch) => void (states.at(batch.time).count += batch.length) };
      });
      return { numbers };
    });
    const engine = manualEngine();
    const { numbers } = engine.install(program).handles;
    for (let epoch = 0; epoch < 5; epoch++) {
      numbers.send([1, 2]);
      numbers.advanceTo(epoch + 1);
      engine.run();
    }
    expect([states.size, states.at(0).count]).toEqual([1, 10]);
  });
});
