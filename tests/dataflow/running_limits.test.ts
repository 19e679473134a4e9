import { describe, expect, it, vi } from "vitest";
import { dataflow, type FeedbackOptions, ManualClock, MeanderError } from "../../mod.ts";
import { manualEngine, passing, placeIn, stateOf } from "./support.ts";

const place = placeIn("running_limits.test.ts");

/** Every number goes round until it is 0; what was seen comes out. */
function countdown(options: FeedbackOptions) {
  const program = dataflow("countdown", (root) => {
    const numbers = root.input<number>("numbers");
    const out = root.loop("loop", (loop) => {
      const again = loop.feedback<number>({ name: "again", ...options });
      const all = loop.enter(numbers).concat(again);
      again.connect(
        all.filter((n) => n > 0).map((n) => {
          if (n === 100) throw new Error("a hundred");
          return n - 1;
        }, { name: "less" }),
      );
      return loop.leave(all);
    });
    return { numbers, out: out.output("out") };
  });
  const engine = manualEngine();
  const run = engine.install(program);
  const seen: number[] = [];
  run.handles.out.subscribe(({ records }) => seen.push(...records));
  return { engine, run, seen, ...run.handles };
}

describe("maxIterations", () => {
  it("drops what would begin one more, and counts every record with the reason", () => {
    const { engine, run, numbers, seen } = countdown({ maxIterations: 3 });
    expect(run.dropped).toEqual([]);
    numbers.send([1, 2, 3, 10]);
    numbers.sendAt(5, [9]);
    numbers.close();
    engine.run();
    expect(run.status).toBe("completed");
    // 3 and 10 in the first epoch and 9 in the second had not come to 0 by the third round.
    expect(run.dropped).toEqual([
      { vertex: "loop/again", records: 3, reason: "maxIterations 3" },
    ]);
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 1, 2, 2, 3, 7, 8, 8, 9, 9, 10]);
  });

  it("changes nothing for a loop that ends before", () => {
    const { engine, run, numbers, seen } = countdown({ maxIterations: 11, onLimit: "fail" });
    numbers.send([10]);
    numbers.close();
    engine.run();
    expect([run.status, run.dropped, seen.length]).toEqual(["completed", [], 11]);
  });

  it('fails the dataflow with onLimit "fail", and says how far it was', async () => {
    const { engine, run, numbers } = countdown({ maxIterations: 4, onLimit: "fail" });
    numbers.sendAt(7, [9, 9]);
    engine.run();
    expect(run.status).toBe("failed");
    await expect(run.done).rejects.toMatchObject({
      code: "MEANDER_ITERATIONS",
      where: "loop/again",
      message: expect.stringContaining(
        'Cannot begin iteration [7,4] at "loop/again" with 2 records',
      ),
    });
    expect(run.dropped).toEqual([]);
  });
});

describe("a failure in a loop", () => {
  it("tells the iteration, and the path of the vertex", async () => {
    const { engine, run, numbers } = countdown({});
    numbers.sendAt(3, [103]);
    engine.run();
    await expect(run.done).rejects.toMatchObject({
      where: "loop/less",
      message: expect.stringMatching(
        new RegExp(
          `function of "loop/less" \\(written at ${place}\\).*time \\[3,3\\] on record 100`,
        ),
      ),
    });
  });
});

describe("an operator that cannot be made", () => {
  const broken = () =>
    dataflow("broken", (root) => {
      const numbers = root.input<number>("numbers");
      const out = numbers.map((n) => n).unary<number>("fragile", {}, () => {
        throw new TypeError("no driver");
      });
      return { out: out.output("out") };
    });

  it("makes install throw an error that names it, the place and the reason", () => {
    const engine = manualEngine();
    let error: unknown;
    try {
      engine.install(broken());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MeanderError);
    const { code, where, message, cause } = error as MeanderError;
    expect([code, where]).toEqual(["MEANDER_OPERATOR_FAILED", "fragile"]);
    expect(message).toMatch(
      new RegExp(
        `Cannot make "fragile" \\(operator fragile, written at ${place}\\): TypeError: no driver`,
      ),
    );
    expect(cause).toBeInstanceOf(TypeError);
  });

  it("leaves the engine as it was, and the input that it was given", () => {
    const clock = new ManualClock();
    const { engine, numbers, batches } = passing({ clock });
    clock.turn();
    const shared = engine.input<number>("shared");
    expect(() => engine.install(broken(), { inputs: { numbers: shared } })).toThrow("no driver");
    expect(engine.running.length).toBe(1);
    expect(clock.turn()).toBe(0);
    shared.send([1]);
    expect(shared.unheard).toBe(1);
    numbers.send([7]);
    clock.turn();
    expect(batches).toEqual([{ time: 0, records: [7] }]);
  });
});

describe("idle", () => {
  it("of a running dataflow is that of its engine", async () => {
    const clock = new ManualClock();
    const { run, numbers, batches } = passing({ clock });
    numbers.send([1]);
    const idle = run.idle();
    expect(await stateOf(idle)).toBe("pending");
    clock.turn();
    expect(await stateOf(idle)).toBe("resolved");
    expect(batches.length).toBe(1);
  });

  it("resolves after a cancel, which is no failure", async () => {
    const { engine, run } = passing();
    run.cancel();
    engine.run();
    expect(await stateOf(run.idle())).toBe("resolved");
  });

  it("of an engine does not reject when one of its dataflows fails", async () => {
    const { engine, run, numbers, out } = passing();
    out.subscribe(vi.fn(() => {
      throw new Error("mine");
    }));
    numbers.send([1]);
    const idle = engine.idle();
    engine.run();
    expect(run.status).toBe("failed");
    expect(await stateOf(idle)).toBe("resolved");
    expect(await stateOf(run.idle())).toBe("rejected");
  });
});
