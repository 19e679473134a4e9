import { describe, expect, it, vi } from "vitest";
import {
  type Dataflow,
  dataflow,
  Engine,
  type EngineOptions,
  execute,
  type Input,
  type InputHandle,
  ManualClock,
  MeanderError,
  type Output,
  type OutputBatch,
  type OutputHandle,
} from "../../mod.ts";
import { manualEngine, problemsOf, stateOf } from "./support.ts";

type NumberPorts = { readonly numbers: Input<number>; readonly out: Output<number> };

/** Hands on what `f` makes of each number. */
function mapping(f: (n: number) => number = (n) => n): Dataflow<NumberPorts> {
  return dataflow("mapping", (root): NumberPorts => {
    const numbers = root.input<number>("numbers");
    return { numbers, out: numbers.map(f).output("out") };
  });
}

function listenTo(out: OutputHandle<number>): OutputBatch<number>[] {
  const seen: OutputBatch<number>[] = [];
  out.subscribe((batch) => seen.push(batch));
  return seen;
}

describe("Engine (options)", () => {
  const wrong: [object, string][] = [
    [{ budget: 0 }, "budget 0"],
    [{ budget: 1.5 }, "budget 1.5"],
    [{ budget: NaN }, "budget NaN"],
    [{ capacity: -1 }, "capacity -1"],
    [{ capacity: Infinity }, "capacity Infinity"],
    [{ sliceMs: 0 }, "sliceMs 0"],
    [{ sliceMs: NaN }, "sliceMs NaN"],
    [{ policy: "random" }, 'policy "random"'],
    [{ policy: {} }, "policy {}"],
    [{ policy: { seed: 0.5 } }, 'policy {"seed":0.5}'],
  ];
  it.each(wrong)("are refused where they make no sense: %j", (options, named) => {
    expect(() => new Engine(options as EngineOptions)).toThrow(RangeError);
    expect(() => new Engine(options as EngineOptions))
      .toThrow(`MEANDER_OPTION  Cannot use ${named}`);
  });

  it.each([0, -1, 1.5, NaN])("include the coordinates of an input: not %s", (coordinates) => {
    expect(() => new Engine().input("numbers", coordinates))
      .toThrow(`MEANDER_OPTION  Cannot use coordinates ${coordinates}`);
  });

  it("say how many records a batch collects and how many batches a slice sends", () => {
    const program = dataflow("expanding", (root) => {
      const numbers = root.input<number>("numbers");
      const all = numbers.flatMap((n) => Array.from({ length: n }, (_unused, i) => i));
      return { numbers, out: all.output("out") };
    });
    const engine = manualEngine({ budget: 2, capacity: 3 });
    const { handles } = engine.install(program);
    const seen = listenTo(handles.out);
    handles.numbers.send([10]);
    engine.run();
    expect(seen.map(({ records }) => records.length)).toEqual([3, 3, 3, 1]);
  });

  it("let the event loop have a turn after so many milliseconds", () => {
    const clock = new ManualClock();
    const engine = new Engine({ clock, sliceMs: 5 });
    const { handles } = engine.install(mapping((n) => {
      clock.advance(1);
      return n;
    }));
    const seen = listenTo(handles.out);
    for (let i = 0; i < 60; i++) handles.numbers.send([i]);
    const perTurn: number[] = [];
    for (let before = 0; clock.turn() > 0; before = seen.length) perTurn.push(seen.length - before);
    expect(seen.map(({ records }) => records[0])).toEqual(Array.from(seen.keys()));
    expect(seen.length).toBe(60);
    expect(perTurn.length).toBeGreaterThan(1);
  });
});

describe("Engine (several dataflows)", () => {
  it("feeds all that listen to one input, whatever their name for it", () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("shared");
    const runs = [1, 10, 100].map((factor) =>
      engine.install(mapping((n) => n * factor), { inputs: { numbers } })
    );
    const seen = runs.map(({ handles }) => listenTo(handles.out));
    for (const run of runs) expect(run.handles.numbers).toBe(numbers);
    numbers.send([1, 2]);
    numbers.advanceTo(1);
    numbers.send([3]);
    numbers.close();
    engine.run();
    expect(seen).toEqual([1, 10, 100].map((factor) => [
      { time: 0, records: [factor, 2 * factor] },
      { time: 1, records: [3 * factor] },
    ]));
    expect(runs.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    expect([numbers.sent, numbers.unheard]).toEqual([3, 0]);
  });

  it("gives one that is installed late the current and the open times, and nothing before", () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("numbers");
    const early = engine.install(mapping(), { inputs: { numbers } });
    numbers.send([1]);
    const [kept, closed] = [numbers.open(1), numbers.open(2)];
    closed.send([2]);
    closed.close();
    numbers.advanceTo(5);
    numbers.send([5]);
    // Not worked off yet, and sent all the same before the second one was there.
    const late = engine.install(mapping(), { inputs: { numbers } });
    const [seenEarly, seenLate] = [early, late].map(({ handles }) => listenTo(handles.out));
    expect(late.handles.out.frontier).toEqual([1]);
    engine.run();
    expect(late.handles.out.frontier).toEqual([1]);
    kept.send([11]);
    kept.close();
    numbers.send([55]);
    engine.run();
    expect(seenEarly.map(({ records }) => records[0])).toEqual([1, 2, 5, 11, 55]);
    expect(seenLate).toEqual([{ time: 1, records: [11] }, { time: 5, records: [55] }]);
    expect(late.handles.out.frontier).toEqual([5]);
  });

  it("completes one at once whose input is closed already, but for epochs that are open", () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("numbers");
    const epoch = numbers.open(3);
    numbers.close();
    const run = engine.install(mapping(), { inputs: { numbers } });
    engine.run();
    expect([run.status, run.handles.out.frontier]).toEqual(["running", [3]]);
    epoch.close();
    engine.run();
    expect(run.status).toBe("completed");
    const after = engine.install(mapping(), { inputs: { numbers } });
    engine.run();
    expect(after.status).toBe("completed");
  });

  it("lets one be dropped while the others run", () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("numbers");
    const [first, second] = [1, 2].map(() => engine.install(mapping(), { inputs: { numbers } }));
    const [seenFirst, seenSecond] = [first, second].map(({ handles }) => listenTo(handles.out));
    numbers.send([1]);
    engine.run();
    numbers.send([2]);
    first.cancel();
    numbers.send([3]);
    engine.run();
    expect(seenFirst.flatMap(({ records }) => records)).toEqual([1]);
    expect(seenSecond.flatMap(({ records }) => records)).toEqual([1, 2, 3]);
    expect(engine.running).toEqual([second]);
    numbers.close();
    engine.run();
    expect([first.status, second.status]).toEqual(["cancelled", "completed"]);
    expect(engine.running).toEqual([]);
  });

  it("lets one fail and leaves the others and the input alone", async () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("numbers");
    const failing = engine.install(
      mapping((n) => {
        if (n === 2) throw new Error("two");
        return n;
      }),
      { inputs: { numbers } },
    );
    const healthy = engine.install(mapping(), { inputs: { numbers } });
    const [seenFailing, seenHealthy] = [failing, healthy]
      .map(({ handles }) => listenTo(handles.out));
    for (const n of [1, 2, 3]) numbers.send([n]);
    engine.run();
    numbers.send([4]);
    numbers.close();
    engine.run();
    expect([failing.status, healthy.status]).toEqual(["failed", "completed"]);
    expect(seenFailing.flatMap(({ records }) => records)).toEqual([1]);
    expect(seenHealthy.flatMap(({ records }) => records)).toEqual([1, 2, 3, 4]);
    await expect(failing.done).rejects.toThrow("on record 2");
    expect(await stateOf(healthy.done)).toBe("resolved");
  });

  it("keeps a shared input usable when all who listened are gone", () => {
    const engine = manualEngine();
    const numbers = engine.input<number>("numbers");
    engine.install(mapping(), { inputs: { numbers } }).cancel();
    numbers.send([1, 2]);
    numbers.advanceTo(1);
    expect([numbers.sent, numbers.unheard]).toEqual([2, 2]);
    const seen = listenTo(engine.install(mapping(), { inputs: { numbers } }).handles.out);
    numbers.send([3]);
    engine.run();
    expect(seen).toEqual([{ time: 1, records: [3] }]);
    expect(numbers.unheard).toBe(2);
  });

  it("chains them: one's output feeds the input of the next, with its frontier", () => {
    const engine = manualEngine();
    const between = engine.input<number>("numbers");
    const first = engine.install(mapping((n) => n + 1));
    const second = engine.install(mapping((n) => n * 10), { inputs: { numbers: between } });
    first.handles.out.subscribe(
      ({ time, records }) => void between.sendAt(time, records as number[]),
      ([least]) => least === undefined ? between.close() : between.advanceTo(least),
    );
    const seen = listenTo(second.handles.out);
    first.handles.numbers.send([1]);
    first.handles.numbers.advanceTo(3);
    engine.run();
    expect(second.handles.out.frontier).toEqual([3]);
    first.handles.numbers.send([2]);
    first.handles.numbers.close();
    engine.run();
    expect(seen).toEqual([{ time: 0, records: [20] }, { time: 3, records: [30] }]);
    expect([first.status, second.status]).toEqual(["completed", "completed"]);
  });
});

describe("Engine (inputs that are given)", () => {
  it("are checked, and everything wrong with them is listed at once", () => {
    const engine = manualEngine();
    const program = dataflow("four", (root) => {
      for (const name of ["a", "b", "c", "d"]) root.input(name);
      return {};
    });
    const inputs = {
      a: new Engine().input("foreign"),
      b: engine.input("deep", 2),
      c: [1, 2, 3] as unknown as InputHandle<number>,
      d: engine.input("good"),
      e: engine.input("unknown"),
    };
    expect(problemsOf(() => engine.install(program, { inputs }))).toEqual([
      expect.stringContaining('input "a" is given "foreign" of another engine'),
      expect.stringContaining('input "b" is given "deep" whose times have 2 coordinates'),
      expect.stringContaining('input "c" is given [1,2,3]: it takes what engine.input() made'),
      'no input "e": it has "a", "b", "c", "d"',
    ]);
    expect(() => engine.install(program, { inputs })).toThrow(MeanderError);
    expect(() => engine.install(program, { inputs })).toThrow("MEANDER_OPTION");
    expect(engine.running).toEqual([]);
    inputs.d.send([1]);
    expect(inputs.d.unheard).toBe(1);
  });

  it("are not found in the prototype of the object", () => {
    const engine = manualEngine();
    const program = dataflow("odd", (root) => ({ odd: root.input<number>("toString") }));
    const { handles } = engine.install(program, { inputs: {} });
    expect(handles.odd.send([1])).toBe(undefined);
  });
});

describe("Engine (work)", () => {
  it("is done in a turn of the event loop, and nothing is deferred while there is none", () => {
    const clock = new ManualClock();
    const defer = vi.spyOn(clock, "defer");
    const engine = new Engine({ clock });
    expect(defer).not.toHaveBeenCalled();
    const run = engine.install(mapping());
    const seen = listenTo(run.handles.out);
    for (let i = 0; i < 10; i++) run.handles.numbers.send([i]);
    expect([defer.mock.calls.length, seen.length]).toEqual([1, 0]);
    expect(clock.turn()).toBe(1);
    expect(seen.length).toBe(10);
    expect([clock.turn(), clock.turn(), defer.mock.calls.length]).toEqual([0, 0, 1]);
    run.handles.numbers.advanceTo(1);
    expect([clock.turn(), clock.turn()]).toEqual([1, 0]);
    run.handles.numbers.close();
    expect([clock.turn(), clock.turn()]).toEqual([1, 0]);
    expect(run.status).toBe("completed");
  });

  it("can be done here and now, and not twice at a time", () => {
    const engine = manualEngine();
    const depths: number[] = [];
    let depth = 0;
    const { handles } = engine.install(mapping((n) => {
      depths.push(++depth);
      engine.run();
      expect(engine.step()).toBe(false);
      depth--;
      return n;
    }));
    const seen = listenTo(handles.out);
    for (const n of [1, 2, 3]) handles.numbers.send([n]);
    engine.run();
    expect(depths).toEqual([1, 1, 1]);
    expect(seen.length).toBe(3);
  });

  it("can be done step by step, until step says that there is none", () => {
    const engine = manualEngine();
    const run = engine.install(mapping());
    const seen = listenTo(run.handles.out);
    run.handles.numbers.send([1]);
    run.handles.numbers.close();
    let steps = 0;
    const before: number[] = [];
    while (engine.step()) {
      steps++;
      before.push(seen.length);
    }
    expect(steps).toBeGreaterThan(2);
    expect(before[0]).toBe(0);
    expect(run.status).toBe("completed");
    expect(engine.step()).toBe(false);
  });

  it("resolves idle when it is done, for everybody who waits", async () => {
    const clock = new ManualClock();
    const engine = new Engine({ clock });
    expect(await stateOf(engine.idle())).toBe("resolved");
    const { handles } = engine.install(mapping());
    handles.numbers.send([1]);
    const waits = [engine.idle(), engine.idle()];
    expect(await Promise.all(waits.map(stateOf))).toEqual(["pending", "pending"]);
    clock.turn();
    expect(await Promise.all(waits.map(stateOf))).toEqual(["resolved", "resolved"]);
    expect(await stateOf(engine.idle())).toBe("resolved");
  });

  it("is done on the real event loop as well", async () => {
    const engine = new Engine();
    const { handles } = engine.install(mapping((n) => -n));
    const seen = listenTo(handles.out);
    handles.numbers.send([1]);
    await engine.idle();
    expect(seen).toEqual([{ time: 0, records: [-1] }]);
  });
});

describe("Engine (several engines)", () => {
  it("have nothing to do with each other", () => {
    const engines = [manualEngine(), manualEngine({ policy: "fifo" }), manualEngine()];
    const program = mapping();
    const runs = engines.map((engine) => engine.install(program));
    const seen = runs.map(({ handles }) => listenTo(handles.out));
    runs.forEach(({ handles }, i) => handles.numbers.send([i]));
    engines[1].run();
    expect(seen.map(({ length }) => length)).toEqual([0, 1, 0]);
    runs[0].cancel();
    engines[0].run();
    engines[2].run();
    expect(seen.map(({ length }) => length)).toEqual([0, 1, 1]);
    expect(engines.map(({ running }) => running.length)).toEqual([0, 1, 1]);
  });

  it("are made by execute, one for each run", async () => {
    const program = mapping((n) => n * n);
    const runs = [execute(program), execute(program, { policy: "fifo", capacity: 2 })];
    for (const { handles } of runs) {
      handles.numbers.send([1, 2, 3]);
      handles.numbers.close();
    }
    expect(await Promise.all(runs.map(({ handles }) => handles.out.toArray())))
      .toEqual([[1, 4, 9], [1, 4, 9]]);
  });

  it("may be run from within each other's callbacks", () => {
    const [outer, inner] = [manualEngine(), manualEngine()];
    const doubling = inner.install(mapping((n) => 2 * n));
    const doubled = listenTo(doubling.handles.out);
    const asking = outer.install(mapping((n) => {
      doubling.handles.numbers.send([n]);
      inner.run();
      return doubled.at(-1)!.records[0] + 1;
    }));
    const seen = listenTo(asking.handles.out);
    asking.handles.numbers.send([1, 2, 3]);
    outer.run();
    expect(seen.flatMap(({ records }) => records)).toEqual([3, 5, 7]);
  });

  it("cancel everything when they are disposed of", async () => {
    const runs = [];
    {
      using engine = manualEngine();
      for (let i = 0; i < 3; i++) runs.push(engine.install(mapping()));
    }
    for (const { status, done } of runs) {
      expect(status).toBe("cancelled");
      await expect(done).rejects.toThrow(/MEANDER_ABORTED.*its engine was disposed of/);
    }
  });
});
