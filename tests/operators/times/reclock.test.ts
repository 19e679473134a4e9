import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataflow } from "../../../dataflow/program.ts";
import { Engine } from "../../../dataflow/engine.ts";
import { reclock } from "../../../operators/times/reclock.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { lessEqual, lessThan, type Time } from "../../../progress/time.ts";
import { bag, bagsByTime } from "../../_support/bags.ts";
import {
  anySurroundings,
  anyTraffic,
  recordsOf,
  run,
  runRestored,
} from "../../_support/traffic.ts";
import { Disk } from "../spill/disk.ts";

/** In memory alone, or most of it on disk. */
const anyConfig = fc.constantFrom({}, { spill: { directory: new Disk(), records: 1 } });

describe("reclock", () => {
  it("sends each record at the next time of the clock, and counts those that have none", () => {
    const cases = fc.tuple(anySurroundings, anyTraffic(["data", "clock"], 1));
    fc.assert(
      fc.property(cases, anyConfig, ([options, traffic], config) => {
        const ticks = traffic.filter(({ input }) => input === "clock").map(({ time }) => time);
        const data = traffic.filter(({ input }) => input === "data").map((delivery) => ({
          time: Math.min(...ticks.filter((tick) => lessEqual(delivery.time, tick)) as number[]),
          records: recordsOf(delivery),
        }));
        const test = run(reclock, config, { ...options, depth: 1 }, traffic);
        expect(bagsByTime(test.batches("out"))).toEqual(
          bagsByTime(data.filter(({ time }) => time !== Infinity)),
        );
        const lost = data.filter(({ time }) => time === Infinity).flatMap(({ records }) => records);
        expect([...test.dropped.values()]).toEqual(lost.length === 0 ? [] : [lost.length]);
        expect(test.rights).toEqual([]);
        expect(test.save().state).toEqual([[], []]);
      }),
      { numRuns: 100 },
    );
  });

  it("with several coordinates takes a time of the clock that none of those in question precedes", () => {
    const cases = fc.tuple(anySurroundings, anyTraffic(["data", "clock"], 2));
    fc.assert(
      fc.property(cases, ([options, traffic]) => {
        const ticks = traffic.filter(({ input }) => input === "clock").map(({ time }) => time);
        // Each record tells where it came from.
        const told = traffic.map((each) =>
          each.input === "data" ? { ...each, data: recordsOf(each).map(() => each.time) } : each
        );
        const test = run(reclock, {}, { ...options, depth: 2 }, told);
        const answers = test.batches("out").flatMap(({ time, records }) =>
          records.map((own) => ({ time, own: own as Time }))
        );
        for (const { time, own } of answers) {
          expect(ticks.some((tick) => String(tick) === String(time))).toBe(true);
          expect(lessEqual(own, time)).toBe(true);
          expect(ticks.some((tick) => lessEqual(own, tick) && lessThan(tick, time))).toBe(false);
        }
        const due = told.filter(({ input, time }) =>
          input === "data" && ticks.some((tick) => lessEqual(time, tick))
        );
        expect(bag(answers.map(({ own }) => own))).toEqual(bag(due.flatMap(recordsOf)));
      }),
      { numRuns: 100 },
    );
  });

  it("survives a snapshot at any moment", () => {
    const cases = anySurroundings.chain((options) =>
      fc.tuple(fc.constant({ ...options, depth: 1 }), anyTraffic(["data", "clock"], 1), fc.nat(10))
    );
    fc.assert(
      fc.property(cases, anyConfig, ([options, traffic, cut], config) => {
        const whole = run(reclock, {}, options, traffic).batches("out");
        const parts = runRestored(reclock, config, options, traffic, Math.min(cut, traffic.length));
        expect(bagsByTime(parts)).toEqual(bagsByTime(whole));
      }),
      { numRuns: 60 },
    );
  });

  it("waits for both inputs, merges ticks of one time, and sends in the order of times", () => {
    const test = new OperatorTest(reclock, {}, { budget: 1 });
    test.send("clock", 5, ["x", "y"]);
    test.send("clock", 5, ["z"]);
    test.send("data", 4, ["d"]);
    test.send("data", 1, ["a", "b"]);
    test.send("data", 5, ["e"]);
    test.send("data", 6, ["f"]);
    test.advance("clock", [6]);
    expect(test.sent("out")).toEqual([]);
    test.advance("data", [6]);
    expect(test.batches("out")).toEqual([
      { time: 5, records: ["a", "b"] },
      { time: 5, records: ["d"] },
      { time: 5, records: ["e"] },
    ]);
    expect(test.notified).toEqual([5]);
    test.send("clock", 9, ["x"]);
    test.finish();
    expect(test.batches("out").at(-1)).toEqual({ time: 9, records: ["f"] });
  });

  it("holds nothing open for data alone", () => {
    const test = new OperatorTest(reclock, {});
    test.send("data", 0, ["a"]);
    expect(test.rights).toEqual([]);
    test.send("clock", 3, ["x"]);
    expect(test.rights).toEqual([3]);
  });

  it("counts as dropped what comes after the clock's end, at once", () => {
    const test = new OperatorTest(reclock, {});
    test.send("data", 2, ["a", "b"]);
    test.send("clock", 1, ["x"]);
    test.advance("clock", []);
    // The last tick may still get data.
    expect(test.dropped.size).toBe(0);
    test.send("data", 1, ["c"]);
    test.advance("data", [2]);
    expect(test.sent("out")).toEqual(["c"]);
    expect([...test.dropped]).toEqual([["no clock time at or after theirs", 2]]);
    test.send("data", 7, ["d"]);
    expect([...test.dropped]).toEqual([["no clock time at or after theirs", 3]]);
  });

  it("is heard on every worker, with data that stays where it is", async () => {
    const program = dataflow("ticks", (root) => {
      const data = root.input<number>("data", { source: "split" });
      const clock = root.input<string>("clock");
      return { data, clock, out: data.exchange((n) => n).reclock(clock).output("out") };
    });
    for (const workers of [1, 2, 3]) {
      const running = new Engine({ workers, threads: false }).install(program);
      const { data, clock, out } = running.handles;
      for (let epoch = 0; epoch < 6; epoch++) {
        data.advanceTo(epoch);
        data.send([epoch * 10, epoch * 10 + 1, epoch * 10 + 2]);
      }
      data.close();
      clock.advanceTo(3);
      clock.send(["tick"]);
      clock.close();
      const seen: [Time, number[]][] = [];
      for await (const { time, records } of out.completed()) {
        seen.push([time, (records as number[]).toSorted((a, b) => a - b)]);
      }
      expect(seen).toEqual([[3, [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32]]]);
      expect(running.dropped.reduce((sum, { records }) => sum + records, 0)).toBe(6);
    }
  });
});
