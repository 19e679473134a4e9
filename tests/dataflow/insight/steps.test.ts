import { dataflow, Engine, ManualClock, range, steps } from "meander";
import { describe, expect, it } from "vitest";

const engineFor = (options = {}) =>
  new Engine({ explain: true, clock: new ManualClock(), ...options });

describe("steps", () => {
  it("tells of a vertex that gives way and goes on", () => {
    const program = dataflow("expansion", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: numbers.flatMap((n) => range(0, n)).output("out") };
    });
    const engine = engineFor({ budget: 1, capacity: 2 });
    const running = engine.install(program);
    running.handles.numbers.send([3]);
    running.handles.numbers.close();
    expect(Array.from(steps(engine, running), ({ caption }) => caption)).toEqual([
      "The tracker has its turn",
      "A message at 0 is delivered to flatMap.in, which gives way to what is downstream",
      "A message at 0 is delivered to out.in",
      "flatMap goes on where it gave way",
      "A message at 0 is delivered to out.in",
      "The tracker has its turn",
    ]);
  });

  it("names the port where a vertex gives way within the graph", () => {
    const program = dataflow("expansion", (root) => {
      const numbers = root.input<number>("numbers");
      const more = numbers.map((n) => n * 3).flatMap((n) => range(0, n));
      return { numbers, out: more.output("out") };
    });
    const engine = engineFor({ budget: 1, capacity: 2 });
    const running = engine.install(program);
    running.handles.numbers.send([1]);
    const captions = Array.from(steps(engine, running), ({ caption }) => caption);
    expect(captions).toContain(
      "A message at 0 is delivered to flatMap.in, which gives way to what is downstream",
    );
  });

  it("tells of a vertex that goes on and gives way again", () => {
    const program = dataflow("expansion", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, done: numbers.flatMap((n) => range(0, n)).probe("done") };
    });
    const engine = engineFor({ budget: 1, capacity: 1 });
    const running = engine.install(program);
    running.handles.numbers.send([3]);
    running.handles.numbers.close();
    expect(Array.from(steps(engine, running), ({ caption }) => caption).slice(1, -1)).toEqual([
      "A message at 0 is delivered to flatMap.in, which gives way to what is downstream",
      "A vertex goes on, and gives way again",
      "flatMap goes on where it gave way",
    ]);
  });

  it("tells of frontiers that moved and of state that is dropped", () => {
    const program = dataflow("watching", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary<number>("watch", { interest: "always" }, ({ state }) => {
        const sums = state({ create: () => ({ sum: 0 }) });
        return {
          receive: (batch) => void (sums.at(batch.time).sum += batch.length),
          frontier() {},
        };
      });
      return { numbers };
    });
    const engine = engineFor();
    const running = engine.install(program);
    running.handles.numbers.send([3]);
    for (const _step of steps(engine, running));
    running.handles.numbers.advanceTo(1);
    expect(Array.from(steps(engine, running), ({ caption }) => caption)).toEqual([
      "The tracker has its turn",
      "watch.in hears that its frontier has moved",
      "watch drops its state up to 0",
      "The tracker has its turn",
    ]);
  });

  it("lets records be sent between two steps", () => {
    const program = dataflow("maps", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, out: numbers.map((n) => n + 1).output("out") };
    });
    const engine = engineFor({ policy: "fifo" });
    const running = engine.install(program);
    const { numbers } = running.handles;
    const captions: string[] = [];
    let sends = 2;
    for (const { caption, rows } of steps(engine, running)) {
      captions.push(caption);
      expect(rows.length).toBeGreaterThan(0);
      if (sends-- > 0) numbers.send([sends]);
    }
    expect(captions.filter((caption) => caption === "A message at 0 is delivered to map.in").length)
      .toBe(2);
    expect(captions.filter((caption) => caption === "A message at 0 is delivered to out.in").length)
      .toBe(2);
  });

  it("needs an engine that explains", () => {
    const program = dataflow("maps", (root) => ({
      out: root.input<number>("in").map((n) => n).output("out"),
    }));
    const engine = new Engine({ clock: new ManualClock() });
    expect(() => steps(engine, engine.install(program)).next()).toThrow("MEANDER_EXPLAIN");
  });
});
