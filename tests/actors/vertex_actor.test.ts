import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Capability,
  type Dataflow,
  dataflow,
  type Engine,
  type EngineOptions,
  range,
  type Time,
} from "../../mod.ts";
import { buffersOut, install, policies } from "./engines.ts";

const show = JSON.stringify;

/** Sends three batches at once to a vertex that needs three slices for each. */
function slicing(log: string[]) {
  return dataflow("slicing", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("burst", {}, ({ out }) => ({
      receive(batch) {
        for (const word of batch) for (const n of [1, 2, 3]) out.out.send(batch.time, [word + n]);
      },
    })).unary<string>("slow", {}, ({ out }) => {
      let time: Time = 0;
      let left: string[] = [];
      const run = () => {
        out.out.send(time, [left.shift()!]);
        return left.length > 0;
      };
      return {
        receive(batch) {
          const [word] = batch;
          log.push(`begin ${word}`);
          time = batch.time;
          left = ["a", "b", "c"].map((part) => word + part);
          return run();
        },
        resume() {
          log.push(`go on with ${left[0]}`);
          return run();
        },
      };
    }).inspect((word) => void log.push(`  ${word}`));
    return { words };
  });
}

describe("a vertex that gives way", () => {
  for (const policy of policies) {
    it(`takes later entries afterwards, in order, policy ${show(policy)}`, () => {
      const log: string[] = [];
      const { engine, run } = install(slicing(log), { policy, budget: 1 });
      run.handles.words.send(["x"]);
      engine.run();
      expect(log.filter((line) => !line.startsWith(" "))).toEqual(
        ["x1", "x2", "x3"].flatMap((word) => [
          `begin ${word}`,
          `go on with ${word}b`,
          `go on with ${word}c`,
        ]),
      );
      expect(log.filter((line) => line.startsWith(" "))).toEqual(
        ["x1", "x2", "x3"].flatMap((word) => ["a", "b", "c"].map((part) => `  ${word}${part}`)),
      );
    });
  }

  it("lets downstream run between two slices, and nobody upstream", () => {
    const log: string[] = [];
    const { engine, run } = install(slicing(log), { budget: 1 });
    run.handles.words.send(["x"]);
    engine.run();
    expect(log.slice(0, 7)).toEqual([
      "begin x1",
      "  x1a",
      "go on with x1b",
      "  x1b",
      "go on with x1c",
      "  x1c",
      "begin x2",
    ]);
  });

  it("keeps the order of its results, as if it had never given way", () => {
    const rows = fc.array(fc.array(fc.nat(12), { maxLength: 5 }), { maxLength: 8, size: "max" });
    const surroundings = fc.record({
      policy: fc.constantFrom(...policies),
      budget: fc.integer({ min: 1, max: 3 }),
      capacity: fc.integer({ min: 1, max: 5 }),
      chains: fc.boolean(),
    });
    fc.assert(fc.property(rows, surroundings, (batches, options) => {
      const seen: number[] = [];
      const program = dataflow("order", (root) => {
        const numbers = root.input<number>("numbers");
        numbers.flatMap((n) => range(0, n)).flatMap((n) => new Array<number>(n).fill(n))
          .inspect((n) => void seen.push(n));
        return { numbers };
      });
      const { engine, run } = install(program, options);
      for (const batch of batches) run.handles.numbers.send(batch);
      engine.run();
      const expand = (n: number) => [...range(0, n)].flatMap((m) => new Array<number>(m).fill(m));
      expect(seen).toEqual(batches.flat().flatMap(expand));
    }));
  });
});

describe("the message of a suspended callback (invariant 3: counted until its last slice)", () => {
  for (const policy of policies) {
    for (const explain of [false, true]) {
      it(`holds its time back, policy ${show(policy)}, explain ${explain}`, () => {
        const early: string[] = [];
        let left = 0;
        const look = (n: number) => {
          if (left > 0 && run.handles.near.isComplete(0)) early.push(`near at ${n}`);
          if (run.handles.far.isComplete(0)) early.push(`far at ${n}`);
        };
        const program = dataflow("progress", (root) => {
          const limits = root.input<number>("limits");
          const numbers = limits.flatMap(function* (limit) {
            for (left = limit; left > 0;) yield --left;
          });
          const seen = numbers.inspect((n) => void look(n));
          return { limits, near: numbers.probe("near"), far: seen.probe("far") };
        });
        const { engine, run } = install(program, { policy, explain, capacity: 1, budget: 1 });
        run.handles.limits.send([3000]);
        run.handles.limits.close();
        engine.run();
        expect(early).toEqual([]);
        expect(run.handles.far.isComplete(0)).toBe(true);
        expect(run.status).toBe("completed");
      });
    }
  }
});

describe("a callback that throws (invariant 2: it commits nothing)", () => {
  it("discards what the slice sent; earlier slices stand", () => {
    const seen: string[] = [];
    const program = dataflow("throwing", (root) => {
      const words = root.input<string>("words");
      words.unary<string>("throwing", {}, ({ out }) => {
        let time: Time = 0;
        return {
          receive(batch) {
            time = batch.time;
            out.out.send(time, ["first slice"]);
            out.out.push(time, "collected");
            return true;
          },
          resume() {
            out.out.send(time, ["sent"]);
            out.out.push(time, "pushed");
            throw new Error("no");
          },
        };
      }).inspect((word) => void seen.push(word));
      return { words };
    });
    const { engine, run } = install(program);
    run.handles.words.send(["x"]);
    engine.run();
    expect([run.status, seen]).toEqual(["failed", ["first slice", "collected"]]);
  });

  it("is the last of its dataflow: what waits is released unread", () => {
    for (const policy of policies) {
      const calls: string[] = [];
      const program = dataflow("throwing", (root) => {
        const words = root.input<string>("words");
        const many = words.flatMap((word) => ["1", "2", "3"].map((n) => word + n));
        many.unary("throwing", {}, () => ({
          receive(batch) {
            calls.push(...batch);
            if (calls.length === 2) throw new Error("no");
          },
        }));
        return { words };
      });
      const { engine, run } = install(program, { policy, capacity: 1 });
      run.handles.words.send(["x"]);
      run.handles.words.send(["y"]);
      engine.run();
      expect(calls).toEqual(["x1", "x2"]);
      expect([run.status, engine.worker.isIdle]).toEqual(["failed", true]);
      expect(() => run.handles.words.send(["z"])).toThrow("no");
    }
  });
});

/** A chain of vertices that hold buffers of all kinds: on their way, in hand, waiting behind a slice. */
function buffering(fails: (n: number) => boolean, onBatch: (engine: Engine) => void) {
  return (options: EngineOptions) => {
    const program: Dataflow<Record<string, never>> = dataflow("buffers", (root) => {
      const limits = root.input<number>("limits");
      const numbers = limits.flatMap((limit) => range(0, limit));
      numbers.flatMap((n) => {
        if (n % 64 === 0) onBatch(engine);
        if (fails(n)) throw new Error("no");
        return range(n, n + 3);
      }).map((n) => n + 1).filter((n) => n % 2 === 0);
      numbers.map((n) => n / 2).inspect(() => {});
      return {};
    });
    const { engine, run } = install(program, { capacity: 64, budget: 1, ...options });
    run.input<number>("limits").send([1000, 200]);
    return { engine, run };
  };
}

describe("pooled buffers", () => {
  for (const policy of policies) {
    it(`are all given back after a failure and after a cancellation, policy ${show(policy)}`, () => {
      // What throws has been resumed before, so that its batch in hand is the actor's to give back.
      for (const failAt of [30, 64 * 6 + 40, 999]) {
        let most = 0;
        const look = (engine: Engine) => void (most = Math.max(most, buffersOut(engine)));
        const { engine, run } = buffering((n) => n === failAt, look)({ policy });
        engine.run();
        expect(run.status).toBe("failed");
        expect([buffersOut(engine), most > 0]).toEqual([0, true]);
      }
      for (const steps of [3, 10, 50, 100]) {
        const { engine, run } = buffering(() => false, () => {})({ policy });
        for (let i = 0; i < steps; i++) engine.step();
        expect(buffersOut(engine)).toBeGreaterThan(0);
        run.cancel();
        engine.run();
        expect([buffersOut(engine), engine.worker.isIdle]).toEqual([0, true]);
      }
    });
  }

  it("of a discarded slice are given back too", () => {
    const program = dataflow("discarded", (root) => {
      const words = root.input<string>("words");
      words.unary<number>("throwing", {}, ({ out }) => ({
        receive({ time }) {
          out.out.pushRange(time, 0, 100);
          throw new Error("no");
        },
      })).inspect(() => {});
      return { words };
    });
    const { engine, run } = install(program, { capacity: 64 });
    run.handles.words.send(["x"]);
    engine.run();
    expect(run.status).toBe("failed");
    expect(engine.worker.pool.stats.taken).toBeGreaterThan(0);
    expect(buffersOut(engine)).toBe(0);
  });
});

describe("a notification for a time that is complete already", () => {
  for (const policy of policies) {
    it(`comes in a later turn, once, policy ${show(policy)}`, () => {
      const log: string[] = [];
      const program = dataflow("late", (root) => {
        const words = root.input<string>("words");
        words.unary<string>(
          "late",
          { interest: "notifications" },
          ({ out, notifyAt, isComplete }) => ({
            receive({ time }) {
              log.push(`receive, complete ${isComplete("in", 2)}`);
              notifyAt(2, { capability: time });
              notifyAt(2, { capability: time });
              log.push("return");
            },
            notify(time) {
              log.push(`notify ${time}`);
              out.out.send(7, ["in time"]);
              if (log.length < 6) notifyAt(1, { capability: 7 });
              log.push("return");
            },
          }),
        ).inspect((word, time) => void log.push(`${word} at ${time}`));
        return { words };
      });
      const { engine, run } = install(program, { policy });
      run.handles.words.advanceTo(7);
      run.handles.words.send(["x"]);
      run.handles.words.close();
      engine.run();
      expect(run.status).toBe("completed");
      const calls = log.filter((line) => !line.startsWith("in time"));
      expect(calls).toEqual([
        "receive, complete true",
        "return",
        "notify 2",
        "return",
        "notify 1",
        "return",
      ]);
      expect(log.length - calls.length).toBe(2);
    });
  }
});

describe("a capability that is dropped outside of callbacks", () => {
  it("is a turn of its own: it wakes the engine and moves frontiers", () => {
    let capability!: Capability;
    const program = dataflow("outside", (root) => {
      const words = root.input<string>("words");
      const held = words.unary<string>("holder", {}, ({ retain }) => ({
        receive: () => void (capability = retain()),
      }));
      return { words, probe: held.probe() };
    });
    const { engine, run, clock } = install(program);
    run.handles.words.send(["x"]);
    run.handles.words.close();
    while (clock.turn() > 0);
    expect([run.handles.probe.frontier, run.status]).toEqual([[0], "running"]);
    capability.downgrade(5);
    expect(clock.turn()).toBe(1);
    expect(run.handles.probe.frontier).toEqual([5]);
    capability.drop();
    expect(clock.turn()).toBe(1);
    expect([run.status, engine.worker.isIdle]).toEqual(["completed", true]);
  });
});
