import fc from "fast-check";
import {
  type Dataflow,
  dataflow,
  Engine,
  formatTable,
  type Input,
  ManualClock,
  type Output,
  pointstamps,
} from "meander";
import { describe, expect, it } from "vitest";
import { Antichain, lessEqual, minimalSummaries, type Time } from "../../../progress/mod.ts";

// deno-lint-ignore no-explicit-any
type Ports = Readonly<Record<string, Input<any> | Output<any>>>;

/** Two nested loops, a join of incomparable ways, and operators that ask for notifications. */
function nested() {
  return dataflow("nested", (root) => {
    const numbers = root.input<number>("numbers");
    const limits = root.input<number>("limits");
    const reached = root.loop("outer", (outer) => {
      const again = outer.feedback<number>({ maxIterations: 3 });
      const all = outer.enter(numbers).concat(again);
      const inner = outer.loop("inner", (loop) => {
        const round = loop.feedback<number>();
        const fresh = loop.enter(all).concat(round).distinct({ per: 2 });
        round.connect(fresh.filter((n) => n % 2 === 0).map((n) => n / 2));
        return loop.leave(fresh);
      });
      again.connect(inner.map((n) => n - 1).filter((n) => n > 0));
      return outer.leave(inner.join(outer.enter(limits), {
        per: "epoch",
        leftKey: (n) => n % 3,
        rightKey: (n) => n % 3,
        value: (n, limit) => Math.min(n, limit),
      }));
    });
    return { numbers, limits, counts: reached.count().output("counts") };
  });
}

function install<P extends Ports>(program: Dataflow<P>, seed?: number) {
  const engine = new Engine({
    explain: true,
    clock: new ManualClock(),
    ...(seed === undefined ? {} : { policy: { seed } }),
  });
  return { engine, running: engine.install(program) };
}

describe("pointstamps", () => {
  it("counts queued messages, requests and open inputs", () => {
    const { engine, running } = install(dataflow("count", (root) => {
      const words = root.input<string>("words");
      return { words, counts: words.count().output("counts") };
    }));
    const { words } = running.handles;
    words.send(["a"]);
    words.send(["b", "c"]);
    using _later = words.open(4);
    const rows = () =>
      pointstamps(running).map((row) => [
        row.time,
        row.location,
        row.kind,
        row.occurrences,
        row.precursors,
      ]);
    expect(rows()).toEqual([
      [0, "words.out", "capability", 1, 0],
      // Messages are counted, not records.
      [0, "count.in", "message", 2, 1],
      [4, "words.out", "capability", 1, 1],
    ]);
    engine.run();
    expect(rows()).toEqual([
      [0, "words.out", "capability", 1, 0],
      [0, "count.out", "capability", 1, 1],
      [4, "words.out", "capability", 1, 1],
    ]);
    words.close();
    expect(rows()).toEqual([
      [0, "count.out", "capability", 1, 0],
      [4, "words.out", "capability", 1, 0],
    ]);
  });

  it("says what is wrong when ports were merged", () => {
    const program = dataflow("maps", (root) => ({
      out: root.input<number>("in").map((n) => n).map((n) => n).output("out"),
    }));
    expect(() => pointstamps(new Engine({ clock: new ManualClock(), workers: 1 }).install(program)))
      .toThrow(
        'MEANDER_EXPLAIN  Cannot list the pointstamps of dataflow "maps": 6 ports are counted in ' +
          "1 places. Make the engine with { explain: true }",
      );
  });

  it("explains every frontier of the tracker after any of its turns", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom("numbers" as const, "limits" as const), fc.nat({ max: 12 })),
          {
            maxLength: 12,
            size: "max",
          },
        ),
        fc.nat(),
        (actions, seed) => {
          const { engine, running } = install(nested(), seed);
          const { plan, progress } = running.compiled;
          const paths = minimalSummaries(progress);
          const locationOf = new Map(progress.locations.map(({ name }, index) => [name, index]));
          const check = () => {
            const rows = pointstamps(running);
            expect(rows.filter((row) => row.occurrences < 1)).toEqual([]);
            if (running.tracker.changes.length > 0) return;
            // Those in the frontier alone make every frontier there is.
            const stamps = rows.filter((row) => row.isInFrontier)
              .map(({ time, location }) => ({ time, location: locationOf.get(location)! }));
            progress.locations.forEach((_location, index) => {
              const known = running.tracker.tracker.frontier(plan.slotOf[index]);
              expect(Antichain.ofTimes(known).equals(paths.frontierAt(index, stamps))).toBe(true);
            });
          };
          for (const [name, value] of actions) {
            const input = running.handles[name];
            if (value < 3) input.advanceTo((input.time as number) + value);
            else input.send([value, value * 4]);
            check();
            for (let i = 0; i < value && engine.step(); i++) check();
          }
          running.handles.numbers.close();
          running.handles.limits.close();
          while (engine.step()) check();
          expect(running.status).toBe("completed");
          expect(pointstamps(running)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    ));

  it("changes nothing by looking", () => {
    const results = [false, true].map((isLooking) => {
      const { engine, running } = install(nested(), 7);
      const seen: [Time, readonly number[]][] = [];
      running.handles.counts.subscribe(({ time, records }) => {
        if (isLooking) pointstamps(running);
        seen.push([time, records]);
      });
      running.handles.numbers.send([12, 5, 9]);
      running.handles.limits.send([4, 6]);
      running.handles.numbers.close();
      running.handles.limits.close();
      let count = 0;
      while (engine.step()) {
        count++;
        if (isLooking) pointstamps(running);
      }
      return { seen, count };
    });
    expect(results[0].seen.length).toBe(1);
    expect(results[1]).toEqual(results[0]);
  });

  it("counts only pointstamps that are really before or beside", () => {
    const { engine, running } = install(nested());
    running.handles.numbers.send([8]);
    running.handles.numbers.sendAt(2, [6]);
    running.handles.limits.close();
    engine.run();
    const rows = pointstamps(running);
    expect(rows.map(({ time }) => time)).toEqual([0, [0, 0, 0], [2, 0, 0]]);
    for (const [index, row] of rows.entries()) {
      expect(row.precursors).toBe(index);
      expect(
        rows.slice(0, index).every((other) => lessEqual(epochOf(other.time), epochOf(row.time))),
      )
        .toBe(true);
    }
  });
});

function epochOf(time: Time): number {
  return typeof time === "number" ? time : time[0];
}

describe("formatTable", () => {
  it("lines up columns of any width", () => {
    const row = {
      time: 12,
      location: "x.in",
      kind: "message",
      occurrences: 1000000,
      precursors: 3,
    };
    const lines = formatTable([
      { ...row, kind: "message", isInFrontier: false },
      { ...row, kind: "capability", time: [1, 2, 3], occurrences: 1, isInFrontier: true },
    ]).split("\n");
    expect(lines).toEqual([
      "time     location  kind        occurrences  precursors  frontier",
      "12       x.in      message         1000000           3  no",
      "[1,2,3]  x.in      capability            1           3  yes",
    ]);
  });

  it("says so when nothing is outstanding", () => {
    expect(formatTable([])).toBe("(nothing is outstanding)");
  });
});
