import {
  type Capability,
  type Dataflow,
  dataflow,
  Engine,
  ManualClock,
  type Running,
} from "meander";
import { describe, expect, it } from "vitest";
import { formatWhy } from "../../../dataflow/insight/format_why.ts";
import type { Holder, Stuck } from "../../../dataflow/insight/why.ts";
import { why } from "../../../dataflow/insight/why.ts";
import type { HandlesOf, Ports } from "../../../dataflow/program.ts";

interface Run<P extends Ports> {
  readonly engine: Engine;
  readonly handles: HandlesOf<P>;
  readonly running: Stuck;
  /** The answer in words. */
  readonly words: (port?: string) => string;
}

function install<P extends Ports>(program: Dataflow<P>, explain = false): Run<P> {
  const engine = new Engine({ explain, workers: 1, clock: new ManualClock(), budget: 2 });
  const installed: Running<P> = engine.install(program);
  const running = Object.assign(installed, { graph: program.graph });
  return {
    engine,
    handles: installed.handles,
    running,
    words: (port) => formatWhy(why(running, port)),
  };
}

/** A vertex that has nothing in memory. */
const NOTHING = {
  ...{ queuedBatches: 0, queuedRecords: 0, queuedBytes: 0, keptRecords: 0, keptBytes: 0 },
  ...{ waitingRecords: 0, inFlight: 0, onDisk: 0, isSuspended: false, isHeldBack: false },
};

function short({ kind, vertex, time, result, waitsFor }: Holder) {
  return [kind, vertex, time, result, waitsFor];
}

function straight() {
  return dataflow("straight", (root) => {
    const lines = root.input<string>("lines");
    const counts = lines.flatMap((line) => line.split(" "), { name: "split" }).count();
    return { lines, counts: counts.output("counts") };
  });
}

describe("why", () => {
  it("names the input that was left open in a straight line", () => {
    const { engine, handles, running, words } = install(straight());
    handles.lines.send(["to be", "or"]);
    engine.run();
    expect(why(running)).toEqual([{
      port: "counts",
      frontier: [0],
      holders: [
        {
          kind: "input",
          time: 0,
          location: "lines.out",
          vertex: "lines",
          occurrences: 1,
          waitsFor: null,
          result: 0,
          path: ["lines", "split", "count", "counts"],
        },
        {
          kind: "notification",
          time: 0,
          location: "count.out",
          vertex: "count",
          occurrences: 1,
          waitsFor: 0,
          result: 0,
          path: ["count", "counts"],
          memory: { ...NOTHING, keptRecords: 1, keptBytes: 64 },
        },
      ],
    }]);
    expect(words()).toBe(
      'counts is held at 0: input "lines" is open at 0, close it or advance it ' +
        "(lines → split → count → counts); 1 notification waits for that",
    );
    handles.lines.advanceTo(3);
    engine.run();
    expect(words()).toBe(
      'counts is held at 3: input "lines" is open at 3, close it or advance it ' +
        "(lines → split → count → counts)",
    );
  });

  it("names an epoch that is open besides", () => {
    const { engine, handles, words } = install(straight());
    const epoch = handles.lines.open(2);
    handles.lines.close();
    engine.run();
    expect(words()).toBe(
      'counts is held at 2: input "lines" is open at 2, close it or advance it ' +
        "(lines → split → count → counts)",
    );
    epoch.close();
    engine.run();
    expect(words()).toBe("counts is complete");
  });

  it("has nothing to say of what is complete", () => {
    const { engine, handles, running, words } = install(straight());
    handles.lines.send(["a"]);
    handles.lines.close();
    engine.run();
    expect(why(running)).toEqual([{ port: "counts", frontier: [], holders: [] }]);
    expect(words("count.in")).toBe("count.in is complete");
  });

  it("names that one of two inputs which holds", () => {
    const { engine, handles, running, words } = install(dataflow("two", (root) => {
      const left = root.input<number>("left");
      const right = root.input<number>("right");
      const pairs = left.join(right.map((n) => n), {
        leftKey: (n) => n,
        rightKey: (n) => n,
        value: (a, b) => a + b,
      });
      return { left, right, pairs: pairs.output("pairs") };
    }));
    handles.left.send([1]);
    handles.right.send([1]);
    handles.left.close();
    engine.run();
    expect(why(running)[0].holders.filter(({ waitsFor }) => waitsFor === null).map(short))
      .toEqual([["input", "right", 0, 0, null]]);
    expect(words("join.left")).toBe("join.left is complete");
    expect(words("join.right")).toContain('join.right is held at 0: input "right" is open at 0');
  });

  it("counts messages where they wait, and says who is in the middle of its work", () => {
    const { engine, handles, running, words } = install(
      dataflow("expand", (root) => {
        const numbers = root.input<number>("numbers");
        const many = numbers.exchange((n) => n).unary<number>("many", {}, ({ out }) => {
          let left = 0;
          const go = () => {
            while (left > 0) {
              if (out.out.isFull) return true;
              left--;
              out.out.send(0, [left]);
            }
            return false;
          };
          return {
            receive: () => {
              left += 9;
              return go();
            },
            resume: go,
          };
        });
        return { numbers, sums: many.count().output("sums") };
      }),
      true,
    );
    handles.numbers.send([1]);
    handles.numbers.send([2]);
    handles.numbers.close();
    expect(words()).toBe(
      "sums is held at 0: 2 messages at 0 wait at exchange.in (exchange → many → count → sums)",
    );
    while (!running.actors[2].isSuspended) engine.step();
    expect(words()).toContain('"many" is in the middle of its work at 0 (many → count → sums)');
    engine.run();
    expect(words()).toBe("sums is complete");
  });

  it("names the operator that keeps a right and never drops it", () => {
    const kept: Capability[] = [];
    const { engine, handles, words } = install(dataflow("keeper", (root) => {
      const numbers = root.input<number>("numbers");
      const same = numbers.map((n) => n).unary<number>("keeper", {}, ({ retain }) => ({
        receive: (batch) => {
          if (kept.length === 0) kept.push(retain(batch.time));
        },
      }));
      return { numbers, results: same.map((n) => n + 1, { name: "next" }).output("results") };
    }));
    handles.numbers.sendAt(4, [1, 2]);
    handles.numbers.close();
    engine.run();
    expect(words()).toBe(
      'results is held at 4: "keeper" keeps a right to send at 4, until it drops it ' +
        "(keeper → next → results)",
    );
    kept[0].drop();
    engine.run();
    expect(words()).toBe("results is complete");
  });

  it("says what a vertex waits for", () => {
    const { engine, handles, words } = install(dataflow("later", (root) => {
      const numbers = root.input<number>("numbers");
      const options = { interest: "notifications" } as const;
      const summed = numbers.unary<number>("sum", options, ({ out, notifyAt }) => ({
        receive: (batch) => notifyAt((batch.time as number) + 5),
        notify: (time) => out.out.send(time, [1]),
      }));
      return { numbers, sums: summed.output("sums") };
    }));
    handles.numbers.send([1]);
    handles.numbers.advanceTo(5);
    engine.run();
    expect(words()).toContain('sums is held at 5: input "numbers" is open at 5');
    expect(words()).toContain("; 1 notification waits for that");
    // A right at a later time than the one that is waited for is all that is left at that time.
    expect(words("sum.out")).toContain("1 notification waits");
    handles.numbers.close();
    engine.step();
    expect(words()).toBe(
      'sums is held at 5: "sum" has a notification due, and a right to send at 5 until then ' +
        "(sum → sums)",
    );
  });
});

describe("why, of a loop", () => {
  /** A number goes round as often as it says. */
  function looping() {
    return dataflow("loop", (root) => {
      const numbers = root.input<number>("numbers");
      const results = root.loop("loop", (loop) => {
        const again = loop.feedback<number>();
        const all = loop.enter(numbers).concat(again);
        again.connect(all.map((n) => n - 1, { name: "less" }).filter((n) => n > 0));
        return loop.leave(all.filter((n) => n < 2, { name: "low" }));
      });
      return { numbers, results: results.output("results"), done: results.probe("done") };
    });
  }

  it("names the input, and the iteration that is under way", () => {
    const { engine, handles, running, words } = install(looping(), true);
    handles.numbers.send([9]);
    const atFeedback = () =>
      why(running)[0].holders.find(({ location, time }) =>
        location === "loop/feedback.in" && (time as readonly number[])[1] === 2
      );
    const isAlone = () => why(running)[0].holders.length === 2;
    while (atFeedback() === undefined || !isAlone()) expect(engine.step()).toBe(true);
    expect(atFeedback()).toEqual({
      memory: { ...NOTHING, queuedBatches: 1, queuedRecords: 1, queuedBytes: 56 },
      kind: "message",
      time: [0, 2],
      location: "loop/feedback.in",
      vertex: "loop/feedback",
      occurrences: 1,
      waitsFor: null,
      result: 0,
      path: ["loop/feedback", "loop/concat", "loop/low", "loop/egress", "results"],
    });
    expect(why(running)[0].holders.map(({ kind }) => kind)).toEqual(["input", "message"]);
    expect(words("loop/low.in")).toContain('loop/low.in is held at [0,0]: input "numbers"');
    handles.numbers.close();
    expect(words("loop/low.in")).toBe(
      "loop/low.in is held at [0,3]: 1 message at [0,2] waits at loop/feedback.in " +
        "(loop/feedback → loop/concat → loop/low)",
    );
  });

  it("goes round where the way does", () => {
    const { engine, handles, running } = install(looping(), true);
    handles.numbers.send([9]);
    handles.numbers.close();
    while (why(running)[0].holders[0].vertex !== "loop/less") engine.step();
    expect(why(running)[0].holders[0].path).toEqual(
      ["less", "filter", "feedback", "concat", "low", "egress"].map((name) => `loop/${name}`)
        .concat("results"),
    );
  });

  it("stops where the port is", () => {
    const { engine, running } = install(looping());
    engine.run();
    const [{ frontier, holders }] = why(running, "loop/feedback.out");
    expect(frontier).toEqual([[0, 1]]);
    expect(holders.map(({ path }) => path)).toEqual([
      ["numbers", "loop/ingress", "loop/concat", "loop/less", "loop/filter", "loop/feedback"],
    ]);
  });

  it("knows probes, by name", () => {
    const { engine, handles, running, words } = install(looping());
    handles.numbers.send([3]);
    engine.run();
    expect(why(running, "done")[0].frontier).toEqual([0]);
    expect(words("done")).toBe(
      'done is held at 0: input "numbers" is open at 0, close it or advance it ' +
        "(numbers → loop/ingress → loop/concat → loop/low → loop/egress)",
    );
    handles.numbers.close();
    engine.run();
    expect(words("done")).toBe("done is complete");
  });

  it("asks about the probes where there is no output", () => {
    const { words } = install(dataflow("probed", (root) => {
      const numbers = root.input<number>("numbers");
      return { numbers, done: numbers.map((n) => n).probe("done") };
    }));
    expect(words()).toContain('done is held at 0: input "numbers" is open at 0');
  });

  it("says which ports there are when there is no such port", () => {
    const { running } = install(looping());
    expect(() => why(running, "nowhere")).toThrow(
      'MEANDER_PORT  No output, probe or port "nowhere" in dataflow "loop": it has "results", ' +
        '"done". Name one of these, or a port as "vertex.port"',
    );
  });
});

describe("formatWhy", () => {
  const holder: Holder = {
    kind: "message",
    time: [0, 1],
    location: "a.in",
    vertex: "a",
    occurrences: 1,
    waitsFor: null,
    result: [0, 1],
    path: ["a"],
  };

  it("names a few reasons, and what results in two times once", () => {
    const others = ["b", "c", "d", "e"].map((vertex) => ({ ...holder, location: `${vertex}.in` }));
    expect(formatWhy([{
      port: "x",
      frontier: [[0, 1], [1, 0]],
      holders: [holder, ...others, { ...holder, result: [1, 0] }],
    }])).toBe(
      "x is held at [0,1] and [1,0]: 1 message at [0,1] waits at a.in (a); 1 message at [0,1] " +
        "waits at b.in (a); 1 message at [0,1] waits at c.in (a); 2 more",
    );
  });

  it("names a notification where there is no other reason, and what is known of other workers", () => {
    const waiting: Holder = { ...holder, kind: "notification", waitsFor: [0, Infinity] };
    expect(formatWhy([{ port: "x", frontier: [[0, 1]], holders: [waiting] }])).toBe(
      'x is held at [0,1]: "a" waits for a notification at [0,Infinity] (a)',
    );
    const unknown: Holder = { ...holder, kind: "unknown" };
    expect(formatWhy([{ port: "x", frontier: [[0, 1]], holders: [unknown] }])).toBe(
      "x is held at [0,1]: a worker has something at [0,1] at a.in or before (a)",
    );
    expect(formatWhy([])).toBe("(there is no output and no probe to ask about)");
  });

  it("shortens long paths", () => {
    const path = Array.from({ length: 40 }, (_unused, i) => `v${i}`);
    expect(formatWhy([{ port: "x", frontier: [[0, 1]], holders: [{ ...holder, path }] }])).toBe(
      "x is held at [0,1]: 1 message at [0,1] waits at a.in (v0 → v1 → v2 → … 35 more … → v38 → v39)",
    );
  });
});
