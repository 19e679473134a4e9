/**
 * Promises of the operator contract that once were not kept: sinks and sources that hold times open,
 * callbacks that lack another, state that is still needed, what ends with a dataflow.
 * @module
 */

import { expect, it } from "vitest";
import { z } from "zod";
import { anyRecord, type Capability, dataflow, defineOperator, Summary } from "../../mod.ts";
import { OperatorTest } from "../../operators/kit/operator_test.ts";
import { install } from "../actors/engines.ts";

const parts = { version: "1.0.0", summary: "For tests", config: z.strictObject({}) };

it("a sink keeps its dataflow open for what it has to write", () => {
  const written: unknown[] = [];
  const finish: (() => void)[] = [];
  const sink = defineOperator({
    ...parts,
    name: "sink",
    inputs: { in: anyRecord },
    outputs: {},
    create: ({ retain, later }) => ({
      receive: {
        in(batch) {
          const right = retain();
          const records = batch.rows();
          finish.push(() =>
            later(() => {
              written.push(...records);
              right.drop();
            })
          );
        },
      },
    }),
  });
  const { engine, run } = install(dataflow("writing", (root) => {
    const words = root.input<string>("words");
    root.vertex(sink, { config: {}, inputs: { in: words } });
    return { words };
  }));
  run.handles.words.send(["a", "b"]);
  run.handles.words.close();
  engine.run();
  expect([run.status, written]).toEqual(["running", []]);
  for (const one of finish) one();
  engine.run();
  expect([run.status, written]).toEqual(["completed", ["a", "b"]]);
});

it("a source sends and retains at the least time when it is made, and goes on with later", () => {
  let next = () => {};
  const source = defineOperator({
    ...parts,
    name: "numbers",
    inputs: {},
    outputs: { out: z.number() },
    create: ({ out, retain, later }) => {
      const right: Capability = retain();
      let n = 0;
      next = () =>
        later(() => {
          out.out.send(right.time, [++n]);
          if (n < 3) right.downgrade(n);
          else right.drop();
        });
      out.out.send(0, [n]);
      return { receive: {} };
    },
  });
  const seen: unknown[] = [];
  const { engine, run } = install(dataflow("counting", (root) => {
    const { out } = root.vertex(source, { config: {}, inputs: {} });
    out.inspect((n, time) => void seen.push([n, time]));
    return { probe: out.probe() };
  }));
  const { probe } = run.handles;
  engine.run();
  expect([seen.length, probe.frontier]).toEqual([1, [0]]);
  next();
  engine.run();
  expect(probe.frontier).toEqual([1]);
  next();
  next();
  engine.run();
  expect(seen).toEqual([[0, 0], [1, 0], [2, 1], [3, 2]]);
  expect(run.status).toBe("completed");
});

it.each(["resume", "notify"])(
  "an operator without the %s callback it needs fails",
  async (which) => {
    const { engine, run } = install(dataflow("lacking", (root) => {
      const words = root.input<string>("words");
      words.unary<string>("body", { interest: "notifications" }, ({ notifyAt }) => ({
        receive({ time }) {
          if (which === "resume") return true;
          notifyAt(time);
        },
      }));
      return { words };
    }));
    run.handles.words.send(["a"]);
    run.handles.words.close();
    engine.run();
    await expect(run.done).rejects.toThrow(
      new RegExp(`MEANDER_OPERATOR .*"body".* has no ${which}.* Give the operator a ${which}`),
    );
  },
);

it("a buffer of the pool is not sent: it may be longer than its batch, and is used again", async () => {
  const { engine, run } = install(dataflow("sending", (root) => {
    const limits = root.input<number>("limits");
    limits.flatMap((n) => Array.from({ length: n }, (_unused, i) => i))
      .unary<number>("body", {}, ({ out }) => ({
        receive: (batch) => out.out.send(batch.time, batch.data),
      }));
    return { limits };
  }));
  run.handles.limits.send([100]);
  engine.run();
  await expect(run.done).rejects.toThrow(
    /MEANDER_BUFFER .*"body".* Pass the batch on with forward/,
  );
});

it("state is kept as long as a capability is held for its prefix", () => {
  const sums: number[] = [];
  let finish = () => {};
  const { engine, run } = install(dataflow("summing", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.unary<number>("sum", { interest: "notifications" }, ({ out, state, retain, later }) => {
      const states = state({ create: () => ({ sum: 0 }) });
      return {
        receive(batch) {
          const right = retain();
          for (const n of batch) states.at(batch.time).sum += n;
          finish = () =>
            later(() => {
              out.out.send(right.time, [states.at(right.time).sum]);
              right.drop();
            });
        },
      };
    }).inspect((sum) => void sums.push(sum));
    return { numbers };
  }));
  run.handles.numbers.send([1, 2, 3]);
  run.handles.numbers.close();
  engine.run();
  finish();
  engine.run();
  expect([sums, run.status]).toEqual([[6], "completed"]);
});

it("a function that cancels is the last that is called, in a chain as well", () => {
  const calls: string[] = [];
  const { engine, run } = install(dataflow("cancelling", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.inspect(() => run.cancel()).inspect(() => void calls.push("second"))
      .map(() => void calls.push("third"));
    return { numbers };
  }));
  run.handles.numbers.send([1, 2, 3]);
  engine.run();
  expect([run.status, calls]).toEqual(["cancelled", []]);
});

it("a capability may be dropped by a listener for the end", () => {
  const { engine, run } = install(dataflow("ending", (root) => {
    const words = root.input<string>("words");
    const held = words.unary<string>("holder", {}, ({ out, retain, signal }) => ({
      receive(batch) {
        const right = retain();
        signal.addEventListener("abort", () => right.drop());
        out.out.forward(batch);
      },
    }));
    held.unary<string>("canceller", {}, () => ({ receive: () => run.cancel() }));
    return { words };
  }));
  run.handles.words.send(["a"]);
  engine.run();
  expect(run.status).toBe("cancelled");
});

it("a connection whose summary takes times of another depth is a fault of the graph", () => {
  const odd = defineOperator({
    ...parts,
    name: "odd",
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    connects: [["in", "out", Summary.egress(2)]],
    create: () => ({ receive: { in() {} } }),
  });
  expect(() =>
    dataflow("wrong", (root) => {
      root.input<string>("words").apply(odd, {});
      return {};
    })
  ).toThrow(/connection in → out of "odd" takes times of 2 coordinates: its scope has 1/);
});

it("a vertex that always wants to know is told of an input that was closed before", () => {
  const told: string[] = [];
  const { engine } = install(
    dataflow("listening", (root) => {
      const source = defineOperator({
        ...parts,
        name: "nothing",
        inputs: {},
        outputs: { out: anyRecord },
        create: () => ({ receive: {} }),
      });
      const { out } = root.vertex(source, { config: {}, inputs: {} });
      out.unary("body", { interest: "always" }, ({ frontier }) => ({
        receive() {},
        frontier: (input) => void told.push(`${input} ${frontier(input).length}`),
      }));
      return { open: root.input("open") };
    }),
    { workers: 1 },
  );
  engine.run();
  expect(told).toEqual(["in 0"]);
});

it("close is called once, however a dataflow ends, and an open iterator is told", () => {
  const closed: string[] = [];
  for (const end of ["close", "cancel"]) {
    const { engine, run } = install(
      dataflow("closing", (root) => {
        const words = root.input<string>("words");
        words.unary("body", {}, () => ({ receive() {}, close: () => void closed.push(end) }));
        words.flatMap(function* () {
          try {
            if (end === "cancel") run.cancel();
            for (let i = 0; i < 1000; i++) yield i;
          } finally {
            closed.push(`${end} iterator`);
          }
        });
        return { words };
      }),
      { capacity: 1, budget: 1, workers: 1 },
    );
    run.handles.words.send(["a"]);
    run.handles.words.close();
    engine.run();
  }
  expect(closed).toEqual(["close iterator", "close", "cancel", "cancel iterator"]);
});

it("close that throws turns a good end into a failure", async () => {
  const { engine, run } = install(dataflow("closing", (root) => {
    const words = root.input<string>("words");
    words.unary("body", {}, () => ({
      receive() {},
      close() {
        throw new Error("disk full");
      },
    }));
    return { words };
  }));
  run.handles.words.close();
  engine.run();
  expect(run.status).toBe("failed");
  await expect(run.done).rejects.toThrow(/"body".*disk full/);
});

it("the kit holds sinks and sources to the same promises", () => {
  const sink = defineOperator({
    ...parts,
    name: "sink",
    inputs: { in: anyRecord },
    outputs: {},
    create: ({ retain }) => ({ receive: { in: () => void retain() } }),
  });
  const test = new OperatorTest(sink, {});
  test.send("in", 3, ["a"]);
  expect(test.rights).toEqual([3]);
  expect(() => test.finish()).toThrow("still holds a capability at 3");
});
