/**
 * What hostile or clumsy code once got away with: values that cannot be shown, rights of nobody's turn,
 * capabilities touched elsewhere, engines run where nothing is whole yet.
 * @module
 */

import { expect, it, vi } from "vitest";
import { z } from "zod";
import { type Capability, dataflow, defineOperator, Engine, ManualClock } from "../../mod.ts";
import { install } from "../actors/engines.ts";

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const hostile: [string, () => unknown][] = [
  ["an object without JSON", () => ({ toJSON() {} })],
  ["an error whose message is a number", () => Object.assign(new RangeError(), { message: 5 })],
  ["a revoked proxy", revoked],
  ["a symbol", () => Symbol("s")],
  ["nothing", () => undefined],
];

it.each(hostile)(
  "a callback that throws %s fails its dataflow and no other",
  async (_what, make) => {
    const engine = new Engine({ clock: new ManualClock() });
    const throwing = dataflow("throwing", (root) => {
      const words = root.input<string>("words");
      words.unary("body", {}, () => ({
        receive() {
          throw make();
        },
      }));
      return { words };
    });
    const other = dataflow("other", (root) => {
      const words = root.input<string>("words");
      return { words, out: words.output("out") };
    });
    const [first, second] = [engine.install(throwing), engine.install(other)];
    first.handles.words.send(["a"]);
    second.handles.words.send(["b"]);
    second.handles.words.close();
    engine.run();
    expect(first.status).toBe("failed");
    await expect(first.done).rejects.toThrow('A callback of "body"');
    expect(await second.handles.out.toArray()).toEqual(["b"]);
  },
);

it.each(hostile)("an error on %s as a record says what the function threw", async (_what, make) => {
  const { engine, run } = install(dataflow("mapping", (root) => {
    const values = root.input<unknown>("values");
    values.map(() => {
      throw new Error("the real one");
    });
    return { values };
  }));
  run.handles.values.send([make()]);
  engine.run();
  await expect(run.done).rejects.toThrow(/"map".* on record .*the real one/);
});

it("a capability that another vertex touches stays whole, and its dataflow can end", () => {
  const engine = new Engine({ clock: new ManualClock() });
  let kept!: Capability;
  const one = engine.install(dataflow("one", (root) => {
    const words = root.input<string>("words");
    words.unary("holder", {}, ({ retain }) => ({ receive: () => void (kept = retain()) }));
    return { words };
  }));
  const refused: string[] = [];
  const two = engine.install(dataflow("two", (root) => {
    const words = root.input<string>("words");
    words.inspect(() => {
      for (const touch of [() => kept.drop(), () => kept.delayed(3)]) {
        expect(touch).toThrow("MEANDER_CAPABILITY");
        refused.push(String(kept.isDropped));
      }
    });
    return { words };
  }));
  one.handles.words.send(["a"]);
  two.handles.words.send(["b"]);
  one.handles.words.close();
  engine.run();
  expect([refused, one.status]).toEqual([["false", "false"], "running"]);
  kept.drop();
  engine.run();
  expect(one.status).toBe("completed");
});

it("a request outside of a callback is refused, and nobody else's turn gets it", () => {
  const engine = new Engine({ clock: new ManualClock() });
  let ask = () => {};
  const one = engine.install(dataflow("one", (root) => {
    const words = root.input<string>("words");
    words.unary("asker", { interest: "notifications" }, ({ notifyAt, state }) => {
      const states = state({ create: () => [] });
      ask = () => {
        expect(() => notifyAt(0, { capability: "none" })).toThrow("outside of its callbacks");
        expect(() => states.at(3)).toThrow("outside of its callbacks");
      };
      return { receive() {}, notify() {} };
    });
    return { words };
  }));
  const two = engine.install(dataflow("two", (root) => {
    const words = root.input<string>("words");
    return { words, counts: words.count().output("counts") };
  }));
  ask();
  two.handles.words.send(["a"]);
  for (const { handles } of [one, two]) handles.words.close();
  engine.run();
  expect([one.status, two.status]).toEqual(["completed", "completed"]);
});

it.each(["send", "notifyAt"] as const)("no time is no right: %s(null) in a task", async (what) => {
  const { engine, run } = install(dataflow("null", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("body", { interest: "notifications" }, ({ out, notifyAt, later }) => ({
      receive() {
        later(() => what === "send" ? out.out.send(null!, ["x"]) : notifyAt(null!));
      },
      notify() {},
    })).inspect(() => {});
    return { words };
  }));
  run.handles.words.send(["a"]);
  engine.run();
  await expect(run.done).rejects.toThrow(/MEANDER_TIME.*null/);
});

it("create may send to other dataflows and run the engine: half a dataflow is not complete", () => {
  const engine = new Engine({ clock: new ManualClock(), workers: 1 });
  const seen: number[] = [];
  const numbers = engine.input<number>("numbers");
  engine.install(
    dataflow("other", (root) => {
      root.input<number>("numbers").inspect((n) => void seen.push(n));
      return {};
    }),
    { inputs: { numbers } },
  );
  const run = engine.install(dataflow("eager", (root) => {
    const words = root.input<string>("words");
    words.unary("body", {}, ({ later }) => {
      later(() => {});
      for (let n = 0; n < 200; n++) numbers.send([n]);
      engine.run();
      return { receive() {} };
    });
    return { words };
  }));
  engine.run();
  expect([run.status, seen.length]).toEqual(["running", 200]);
});

it("a callback that returns a promise is refused, and so is an async description", async () => {
  const { engine, run } = install(dataflow("async", (root) => {
    const words = root.input<string>("words");
    words.unary("body", {}, () => ({ receive: (() => Promise.resolve()) as never }));
    return { words };
  }));
  run.handles.words.send(["a"]);
  engine.run();
  await expect(run.done).rejects.toThrow(
    /callback returned a promise.* bring its result back with later/,
  );
  expect(() => dataflow("late", (() => Promise.resolve({})) as never)).toThrow("is async");
});

it("a promise is refused from resume as well", async () => {
  const { engine, run } = install(dataflow("async", (root) => {
    const words = root.input<string>("words");
    words.unary("body", {}, () => ({
      receive: () => true,
      resume: (() => Promise.resolve()) as never,
    }));
    return { words };
  }));
  run.handles.words.send(["a"]);
  engine.run();
  await expect(run.done).rejects.toThrow('"body": a callback returned a promise');
});

it("a record that cannot be frozen is refused before it counts", () => {
  const { engine, run } = install(
    dataflow("frozen", (root) => {
      const values = root.input<object>("values");
      return { values, out: values.output("out") };
    }),
    { checks: true },
  );
  const stubborn = new Proxy({}, {
    preventExtensions: () => {
      throw new Error("never");
    },
  });
  expect(() => run.handles.values.send([stubborn])).toThrow("never");
  run.handles.values.close();
  engine.run();
  expect(run.status).toBe("completed");
});

it.each([
  ["no object", undefined, "create returned undefined"],
  ["no callbacks", {}, 'no receive callback for input "in"'],
  ["an inherited one", { receive: {} }, 'no receive callback for input "constructor"'],
])("an operator whose create returns %s is found when it is installed", (what, made, message) => {
  const input = what === "an inherited one" ? "constructor" : "in";
  const operator = defineOperator({
    name: "wrong",
    version: "1.0.0",
    summary: "For tests",
    config: z.strictObject({}),
    inputs: { [input]: z.unknown() },
    outputs: {},
    create: () => made as never,
  });
  const program = dataflow("wrong", (root) => {
    root.vertex(operator, { config: {}, inputs: { [input]: root.input("words") } });
    return {};
  });
  expect(() => install(program)).toThrow(message);
});

it.each([[new Set([1])], [{ a: 1 }], [7], ["abc"], [null]])(
  "%o is no array of records, and sending it fails",
  async (records) => {
    const { engine, run } = install(dataflow("sending", (root) => {
      const words = root.input<string>("words");
      words.unary("body", {}, ({ out }) => ({
        receive: ({ time }) => out.out.send(time, records as never),
      }));
      return { words };
    }));
    run.handles.words.send(["a"]);
    engine.run();
    await expect(run.done).rejects.toThrow(/MEANDER_RECORDS .*Put a single record into an array/);
  },
);

it("getters of records are not called by checks, and nothing is counted twice", () => {
  const { engine, run } = install(
    dataflow("getters", (root) => {
      const values = root.input<object>("values");
      return { values, out: values.output("out") };
    }),
    { checks: true },
  );
  const getter = vi.fn(() => {
    throw new Error("called");
  });
  run.handles.values.send([Object.defineProperty({}, "x", { get: getter, enumerable: true })]);
  run.handles.values.close();
  engine.run();
  expect([run.status, getter.mock.calls.length]).toEqual(["completed", 0]);
});

it("a listener is told of batches in their order, whatever it sends while it is told", () => {
  const { engine, run } = install(dataflow("echo", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, out: numbers.output("out") };
  }));
  for (const n of [1, 2, 3]) run.handles.numbers.send([n]);
  engine.run();
  const seen: number[] = [];
  run.handles.out.subscribe(({ records }) => {
    seen.push(...records);
    if (records[0] !== 1) return;
    run.handles.numbers.send([99]);
    engine.run();
  });
  expect(seen).toEqual([1, 2, 3, 99]);
});
