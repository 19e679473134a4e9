/**
 * Ends of dataflows that once left something running, counted or listening.
 * @module
 */

import { expect, it, vi } from "vitest";
import { dataflow, Engine, ManualClock, range } from "../../mod.ts";
import { buffersOut, install } from "../actors/engines.ts";
import { passing } from "./passing.ts";

it("a failure that nobody has asked about ends the process in a later turn", () => {
  for (const asks of [false, true]) {
    const clock = new ManualClock();
    const engine = new Engine({ clock });
    const run = engine.install(dataflow("forgotten", (root) => {
      const numbers = root.input<number>("numbers");
      const out = numbers.map((n) => {
        if (n === 2) throw new Error("two");
        return n;
      });
      return { numbers, out: out.output("out") };
    }));
    run.handles.out.subscribe(() => {});
    if (asks) run.done.catch(() => {});
    run.handles.numbers.send([2]);
    expect(clock.turn()).toBe(1);
    if (asks) expect(clock.turn()).toBe(1);
    else expect(() => clock.turn()).toThrow(/The function of "map".* threw .* two/);
  }
});

it("ends: a vertex cancelled in its own callback that gives way is not resumed", () => {
  let calls = 0;
  const program = dataflow("cancelled", (root) => {
    const words = root.input<string>("words");
    words.flatMap(function* () {
      for (let n = 0; n < 10; n++) {
        calls++;
        if (n === 0) run.cancel();
        yield n;
      }
    });
    return { words };
  });
  const { engine, run } = install(program, { capacity: 1, budget: 1 });
  run.handles.words.send(["a"]);
  engine.run();
  expect(run.status).toBe("cancelled");
  expect(calls).toBe(1);
});

it("ends: the batch in hand of a callback that throws is given back", () => {
  const program = dataflow("throwing", (root) => {
    const words = root.input<string>("words");
    words.flatMap(() => range(0, 100)).unary<string>("throwing", {}, () => ({
      receive() {
        throw new Error("no");
      },
    }));
    return { words };
  });
  const { engine, run } = install(program);
  run.handles.words.send(["a"]);
  engine.run();
  expect(run.status).toBe("failed");
  expect(buffersOut(engine)).toBe(0);
});

it("ends: later() within create comes back in the vertex's own mailbox", () => {
  let ran = 0;
  const program = dataflow("starting", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("sender", {}, ({ later }) => {
      later(() => void ran++);
      return { receive() {} };
    });
    return { words };
  });
  const { engine } = install(program, { workers: 1 });
  engine.run();
  expect(ran).toBe(1);
});

it("Running.cancel: stops a vertex that gives way in the callback which cancels", () => {
  const resumed = vi.fn();
  let cancel = () => {};
  const engine = new Engine({ clock: new ManualClock() });
  const program = dataflow("giving way", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.unary<number>("body", {}, () => {
      let left = 5;
      return {
        receive() {
          cancel();
          return true;
        },
        resume() {
          resumed();
          return --left > 0;
        },
      };
    });
    return { numbers };
  });
  const run = engine.install(program);
  cancel = () => run.cancel();
  run.handles.numbers.send([1]);
  engine.run();
  expect(run.status).toBe("cancelled");
  expect(resumed).not.toHaveBeenCalled();
});

it("Running.cancel: stops an endless expansion whose own iterator cancels", () => {
  let cancel = () => {};
  let made = 0;
  const engine = new Engine({ clock: new ManualClock(), capacity: 1, budget: 1 });
  const program = dataflow("endless", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.flatMap(
      function* () {
        // Really endless in life; bounded here so that the test ends.
        while (made < 1000) {
          if (made === 0) cancel();
          yield made++;
        }
      } as unknown as (n: number) => Iterable<number>,
    );
    return { numbers };
  });
  const run = engine.install(program);
  cancel = () => run.cancel();
  run.handles.numbers.send([1]);
  engine.run();
  expect(run.status).toBe("cancelled");
  expect(made).toBeLessThan(10);
});

it("Running.cancel: from within resume leaves the vertex stopped", () => {
  const received = vi.fn();
  let cancel = () => {};
  const engine = new Engine({ clock: new ManualClock() });
  const program = dataflow("resuming", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.unary<number>("body", {}, () => ({
      receive() {
        received();
        return true;
      },
      resume() {
        cancel();
        return false;
      },
    }));
    return { numbers };
  });
  const run = engine.install(program);
  cancel = () => run.cancel();
  for (const n of [1, 2, 3]) run.handles.numbers.send([n]);
  engine.run();
  expect(received).toHaveBeenCalledTimes(1);
});

it("Running.cancel: has ended inputs and outputs when signal tells operators of it", () => {
  const seen: unknown[] = [];
  let look = () => {};
  const engine = new Engine({ clock: new ManualClock(), workers: 1 });
  const program = dataflow("signalled", (root) => {
    const numbers = root.input<number>("numbers");
    const made = numbers.unary<number>("body", {}, ({ signal }) => {
      signal.addEventListener("abort", () => look());
      return { receive() {} };
    });
    return { numbers, out: made.output("out") };
  });
  const run = engine.install(program);
  look = () => {
    seen.push(run.status, run.handles.out.isEnded);
    // No assertion in here: an abort listener that throws is an uncaught error of the process.
    try {
      run.handles.numbers.send([1]);
      seen.push("taken");
    } catch {
      seen.push("refused");
    }
  };
  run.cancel();
  expect(seen).toEqual(["cancelled", true, "refused"]);
});

it("Running.cancel: calls no further listener or frontier listener once cancel has returned", () => {
  const { engine, run, numbers, out } = passing();
  const second = vi.fn();
  out.subscribe(() => run.cancel());
  out.subscribe(second);
  numbers.send([1]);
  engine.run();
  expect(second).not.toHaveBeenCalled();
});
