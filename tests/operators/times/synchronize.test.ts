import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataflow } from "../../../dataflow/program.ts";
import { execute } from "../../../dataflow/engine.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { synchronize } from "../../../operators/times/synchronize.ts";
import type { Time } from "../../../progress/time.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import {
  anySurroundings,
  anyTraffic,
  deliver,
  type Delivery,
  recordsOf,
} from "../../_support/traffic.ts";
import { Disk } from "../spill/disk.ts";

const unchanged = (traffic: readonly Delivery[]) =>
  traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery) }));

const subjectOf = (per: "time" | "epoch" | "forever" | number): Subject => ({
  operator: synchronize,
  config: { per },
  waits: true,
  expected: unchanged,
});

describe("synchronize", () => {
  it("sends everything unchanged at its own time, when what it waits for is complete", () => {
    for (const per of ["time", "epoch", "forever", 1] as const) checkResults(subjectOf(per));
  });

  it("survives a snapshot at any moment", () => {
    for (const per of ["time", "epoch", "forever"] as const) checkSnapshots(subjectOf(per));
  });

  it("does the same with most of it on disk", () => {
    const spill = { directory: new Disk(), records: 2 };
    for (const per of ["time", "epoch"] as const) {
      const subject = { ...subjectOf(per), config: { per, spill } };
      checkResults(subject);
      checkSnapshots(subject);
    }
  });

  it("per epoch, lets nothing out before all of the epoch has come", () => {
    const cases = fc.tuple(anySurroundings, anyTraffic(["in"], 2));
    fc.assert(
      fc.property(cases, ([options, traffic]) => {
        const test = new OperatorTest(synchronize, { per: "epoch" }, { ...options, depth: 2 });
        let seen = 0;
        const check = (rest: readonly Delivery[]) => {
          const batches = test.batches("out");
          for (; seen < batches.length; seen++) {
            const [epoch] = batches[seen].time as readonly number[];
            expect(rest.some(({ time }) => (time as readonly number[])[0] <= epoch)).toBe(false);
          }
        };
        deliver(test, ["in"], traffic, { after: check });
        test.finish();
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(unchanged(traffic)));
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the order and the form of what comes, each time by itself", () => {
    const test = new OperatorTest(synchronize, {}, { budget: 1 });
    test.send("in", 1, ["x"]);
    test.send("in", 0, ["a", "b"]);
    test.send("in", 0, Int32Array.of(1, 2));
    test.send("in", 1, ["y"]);
    test.advance("in", [1]);
    expect(test.batches("out").map(({ records }) => records)).toEqual([["a", "b"], [1, 2]]);
    test.finish();
    expect(test.batches("out").slice(2)).toEqual([
      { time: 1, records: ["x"] },
      { time: 1, records: ["y"] },
    ]);
    expect(test.save().state).toEqual([]);
  });

  it("holds the right to what it holds back, until all of it was sent", () => {
    const test = new OperatorTest(synchronize, { per: "epoch" }, { depth: 2, budget: 1 });
    test.send("in", [0, 3], ["a"]);
    test.send("in", [0, 1], ["b"]);
    test.send("in", [1, 0], ["c"]);
    expect(test.rights).toEqual([[0, 1], [0, 3], [1, 0]]);
    test.advance("in", [[0, 9], [1, 0]]);
    expect(test.sent("out")).toEqual([]);
    test.advance("in", [[1, 0]]);
    expect(test.sent("out")).toEqual(["a", "b"]);
    expect(test.rights).toEqual([[1, 0]]);
    test.finish();
    expect(test.sent("out")).toEqual(["a", "b", "c"]);
  });

  it("passes times on at once for which it is not asked to wait", () => {
    const test = new OperatorTest(synchronize, { when: (time) => (time as number) % 2 === 1 });
    test.send("in", 1, ["odd"]);
    test.send("in", 2, ["even"]);
    expect(test.sent("out")).toEqual(["even"]);
    test.finish();
    expect(test.sent("out")).toEqual(["even", "odd"]);
  });

  it("makes rounds of a loop: nothing begins a round before all of the one before has come", async () => {
    const halves = (wait: boolean, seen: number[]) =>
      dataflow("rounds", (root) => {
        const numbers = root.input<number>("numbers");
        const done = root.loop("halves", (loop) => {
          const again = loop.feedback<number>();
          const all = loop.enter(numbers).concat(again);
          const round = (wait ? all.synchronize() : all)
            .inspect((_n, time) => void seen.push((time as readonly number[])[1]));
          again.connect(round.flatMap((n) => n > 1 ? [n >> 1] : []));
          return loop.leave(round.filter((n) => n === 1));
        });
        return { numbers, done: done.output("done") };
      });
    const isInRounds = async (wait: boolean, seed: number) => {
      const seen: number[] = [];
      await using run = execute(halves(wait, seen), { budget: 1, capacity: 1, policy: { seed } });
      for (const n of [8, 4, 4, 1]) run.handles.numbers.send([n]);
      run.handles.numbers.close();
      expect(await run.handles.done.toArray()).toEqual([1, 1, 1, 1]);
      expect(seen).toHaveLength(4 + 3 + 3 + 1);
      return seen.every((round, i) => i === 0 || round >= seen[i - 1]);
    };
    const seeds = Array.from({ length: 20 }, (_unused, seed) => seed);
    const rounds = await Promise.all(seeds.map((seed) => isInRounds(true, seed)));
    expect(rounds).toEqual(seeds.map(() => true));
    const without = await Promise.all(seeds.map((seed) => isInRounds(false, seed)));
    expect(without).toContain(false);
  });

  it("names the batch at whose time its question threw", () => {
    const test = new OperatorTest(synchronize, {
      when: (time: Time) => {
        throw new Error(`oh ${time}`);
      },
    });
    expect(() => test.send("in", 2, ["x"])).toThrow('at time 2 on record ["x"]: Error: oh 2');
  });
});
