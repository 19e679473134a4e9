import {
  type Capability,
  type Dataflow,
  dataflow,
  type DataflowOptions,
  Engine,
  ManualClock,
  type RootScope,
} from "meander";
import { describe, expect, it } from "vitest";
import { formatWhy } from "../../../dataflow/insight/format_why.ts";
import { type Outstanding, outstandingIn } from "../../../dataflow/insight/outstanding.ts";
import { why } from "../../../dataflow/insight/why.ts";
import type { Ports } from "../../../dataflow/program.ts";

function install<P extends Ports>(program: Dataflow<P>, explain = false) {
  const engine = new Engine({ explain, workers: 1, clock: new ManualClock() });
  const installed = engine.install(program);
  const running = Object.assign(installed, { graph: program.graph });
  const seen = () => outstandingIn(running).map(shown);
  const shown = ({ kind, time, location, occurrences }: Outstanding) => [
    kind,
    time,
    running.compiled.progress.locations[location].name,
    occurrences,
  ];
  return { engine, handles: installed.handles, running, seen };
}

function described<P extends Ports>(
  describe: (root: RootScope) => P,
  options: DataflowOptions = {},
): Dataflow<P> {
  return dataflow("test", describe, options);
}

const chain = () =>
  described((root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, last: numbers.map((n) => n).map((n) => n + 1).output("last") };
  });

describe("outstandingIn", () => {
  it("finds what was sent and is not admitted yet at the first port of what is merged", () => {
    const { engine, handles, running, seen } = install(chain());
    expect(running.compiled.plan.slots.length).toBe(1);
    handles.numbers.send([1]);
    handles.numbers.advanceTo(2);
    handles.numbers.send([2]);
    expect(seen()).toEqual([
      ["input", 2, "numbers.out", 1],
      ["message", 0, "map.in", 1],
      ["message", 2, "map.in", 1],
    ]);
    engine.run();
    expect(seen()).toEqual([["input", 2, "numbers.out", 1]]);
  });

  it("finds each at its own port where nothing is merged", () => {
    const { engine, handles, seen } = install(chain(), true);
    handles.numbers.send([1]);
    using _later = handles.numbers.open(7);
    expect(seen()).toEqual([
      ["input", 0, "numbers.out", 1],
      ["input", 7, "numbers.out", 1],
      ["message", 0, "map.in", 1],
    ]);
    engine.step();
    engine.step();
    expect(seen()).toContainEqual(["message", 0, "map-2.in", 1]);
  });

  it("finds the reader of an output in the middle of its work", () => {
    const { engine, handles, seen } = install(chain());
    const found: unknown[] = [];
    handles.last.subscribe(() => found.push(...seen()));
    handles.numbers.send([1]);
    handles.numbers.close();
    engine.run();
    expect(found).toEqual([["work", 0, "last.in", 1]]);
  });

  it("finds an iteration that is counted further on under its own time", () => {
    const { engine, handles, running, seen } = install(described((root) => {
      const numbers = root.input<number>("numbers");
      const results = root.loop("loop", (loop) => {
        const again = loop.feedback<number>();
        const all = loop.enter(numbers).concat(again).exchange((n) => n);
        again.connect(all.filter((n) => n > 1).map((n) => n - 1));
        return loop.leave(all);
      });
      return { numbers, results: results.output("results") };
    }));
    handles.numbers.send([2]);
    handles.numbers.close();
    const found = new Set<string>();
    do for (const row of seen()) found.add(row.join(" ")); while (engine.step());
    expect(running.compiled.plan.slots.length).toBeLessThan(5);
    expect([...found]).toEqual([
      "message 0 loop/ingress.in 1",
      "message 0,0 loop/filter.in 1",
      "message 0,0 loop/egress.in 1",
      "message 0,0 loop/feedback.in 1",
      "message 0 results.in 1",
      "message 0,1 loop/concat.in 1",
      "message 0,1 loop/filter.in 1",
      "message 0,1 loop/egress.in 1",
    ]);
  });

  it("finds what is counted under the time that it will have under its own", () => {
    const { handles, running, seen } = install(described((root) => {
      const numbers = root.input<number>("numbers");
      const later = root.feedback<number>({ by: 5 });
      later.connect(numbers);
      return { numbers, last: later.output("last") };
    }));
    expect(running.compiled.plan.slots.length).toBe(1);
    handles.numbers.advanceTo(2);
    handles.numbers.send([1]);
    handles.numbers.close();
    expect(seen()).toEqual([["message", 2, "feedback.in", 1]]);
    expect(why(running)[0].frontier).toEqual([7]);
  });

  it("finds what a vertex without outputs keeps", () => {
    const kept: Capability[] = [];
    const { engine, handles, running, seen } = install(described((root) => {
      const numbers = root.input<number>("numbers");
      numbers.unary<never>("sink", {}, ({ retain }) => ({
        receive: (batch) => {
          kept.push(retain(batch.time), retain(batch.time));
        },
      }));
      return { numbers };
    }));
    handles.numbers.send([1]);
    handles.numbers.close();
    engine.run();
    expect(seen()).toEqual([["capability", 0, "sink.out", 2]]);
    expect(formatWhy(why(running, "sink.in"))).toBe("sink.in is complete");
    expect(formatWhy(why(running, "sink.out"))).toBe(
      'sink.out is held at 0: "sink" keeps a right to send at 0, until it drops it (sink)',
    );
    for (const capability of kept) capability.drop();
    engine.run();
    expect(seen()).toEqual([]);
  });

  it("keeps apart what is asked for at one time until different ones", () => {
    const { engine, handles, running } = install(described((root) => {
      const numbers = root.input<number>("numbers");
      const options = { interest: "notifications" } as const;
      const late = numbers.unary<number>("late", options, ({ notifyAt }) => ({
        receive: (batch) => {
          notifyAt(batch.time, { capability: 9 });
          notifyAt(3, { capability: 9 });
        },
        notify: () => {},
      }));
      return { numbers, late: late.output("late") };
    }));
    handles.numbers.send([1]);
    handles.numbers.advanceTo(2);
    handles.numbers.close();
    expect(why(running)[0].frontier).toEqual([0]);
    engine.step();
    engine.step();
    const waiting = () =>
      outstandingIn(running).map(({ kind, time, request }) => [kind, time, request?.time]);
    expect(waiting()).toContainEqual(["notification", 9, 0]);
    expect(waiting()).toContainEqual(["notification", 9, 3]);
    engine.run();
    expect(waiting()).toEqual([]);
  });

  it("finds every element of a frontier with several", () => {
    const { engine, handles, running } = install(
      described((root) => {
        const numbers = root.input<number>("numbers");
        return { numbers, last: numbers.map((n) => n).count().output("last") };
      }, { coordinates: 2 }),
    );
    using _left = handles.numbers.open([0, 3]);
    using _right = handles.numbers.open([2, 1]);
    handles.numbers.close();
    engine.run();
    const [{ frontier, holders }] = why(running);
    expect(frontier).toEqual([[0, 3], [2, 1]]);
    expect(holders.map(({ kind, time, result }) => [kind, time, result])).toEqual([
      ["input", [0, 3], [0, 3]],
      ["input", [2, 1], [2, 1]],
    ]);
    expect(formatWhy(why(running))).toContain("last is held at [0,3] and [2,1]: input");
  });
});
