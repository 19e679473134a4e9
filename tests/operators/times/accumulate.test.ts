import { describe, expect, it } from "vitest";
import { dataflow } from "../../../dataflow/program.ts";
import { Engine } from "../../../dataflow/engine.ts";
import { accumulate } from "../../../operators/times/accumulate.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

const subject: Subject = {
  operator: accumulate,
  config: {
    initial: () => ({ records: 0 }),
    fold: (sum: unknown, records: readonly unknown[], time: Time) => ({
      records: (sum as { records: number }).records + records.length,
      time,
    }),
  },
  waits: true,
  expected(traffic) {
    const totals = new Map<string, { time: Time; records: { records: number; time: Time }[] }>();
    for (const delivery of traffic) {
      const { time } = delivery;
      const entry = totals.get(String(time)) ?? { time, records: [{ records: 0, time }] };
      totals.set(String(time), entry);
      entry.records[0].records += recordsOf(delivery).length;
    }
    return [...totals.values()];
  },
};

describe("accumulate", () => {
  it("folds the batches of each time, in any form, and sends when the time is complete", () => {
    checkResults(subject);
    checkSnapshots(subject);
  });

  it("hands over each batch as it came, in order", () => {
    const test = new OperatorTest(accumulate, {
      initial: () => [],
      fold: (lists, records) => [...lists as unknown[], [...records]],
    });
    test.send("in", 0, ["a", "b"]);
    test.send("in", 1, ["x"]);
    test.send("in", 0, Int32Array.of(1, 2, 3));
    test.finish();
    expect(test.sent("out")).toEqual([[["a", "b"], [1, 2, 3]], [["x"]]]);
  });

  it("begins each time anew, and takes undefined for a value like any other", () => {
    let begun = 0;
    const test = new OperatorTest(accumulate, {
      initial: () => void begun++,
      fold: () => undefined,
    });
    test.send("in", 4, [1]);
    test.send("in", 2, [1]);
    test.send("in", 4, [1]);
    test.finish();
    expect(begun).toBe(2);
    expect(test.batches("out")).toEqual([
      { time: 2, records: [undefined] },
      { time: 4, records: [undefined] },
    ]);
    expect(test.save().state).toEqual([]);
  });

  it("makes one value for all workers", async () => {
    const program = dataflow("sizes", (root) => {
      const numbers = root.input<number>("numbers", { source: "split" });
      const counted = numbers.exchange((n) => n).accumulate({
        initial: () => 0,
        fold: (n, records) => n + records.length,
      });
      return { numbers, counted: counted.output("counted") };
    });
    for (const workers of [1, 2, 3]) {
      const run = new Engine({ workers, threads: false }).install(program);
      run.handles.numbers.send(Array.from({ length: 5000 }, (_unused, i) => i));
      run.handles.numbers.close();
      expect(await run.handles.counted.toArray()).toEqual([5000]);
    }
  });

  it("names the batch at which one of its functions threw", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const part of ["initial", "fold"]) {
      const config = { initial: () => 0, fold: () => 0, [part]: fail };
      const test = new OperatorTest(accumulate, config);
      expect(() => test.send("in", 2, ["x"])).toThrow('threw at time 2 on record ["x"]: Error: oh');
    }
  });
});
