import { describe, expect, it } from "vitest";
import { aggregate } from "../../../operators/keyed/aggregate.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

const byValue = {
  key: (record: unknown) => ({ of: record }),
  initial: () => 0,
  fold: (n: unknown) => (n as number) + 1,
  emit: (key: unknown, n: unknown, time: unknown) => [key, n, time],
};

const subject: Subject = {
  operator: aggregate,
  config: byValue,
  waits: true,
  expected(traffic) {
    const folds = new Map<string, { time: Time; records: unknown[] }>();
    for (const delivery of traffic) {
      for (const record of recordsOf(delivery)) {
        const name = `${delivery.time}|${canonical(record)}`;
        const fold = folds.get(name);
        if (fold === undefined) {
          folds.set(name, { time: delivery.time, records: [[{ of: record }, 1, delivery.time]] });
        } else {
          (fold.records[0] as number[])[1]++;
        }
      }
    }
    return [...folds.values()];
  },
};

describe("aggregate", () => {
  it("folds by time and by the value of the key", () => {
    checkResults(subject);
  });

  it("survives a snapshot at any moment", () => {
    checkSnapshots(subject);
  });

  it("emits the keys in the order in which they came first", () => {
    const test = new OperatorTest(aggregate, {
      key: (word) => (word as string)[0],
      initial: (key) => `${key}:`,
      fold: (text, word, key) => `${text}${(word as string).slice((key as string).length)},`,
      emit: (_key, text) => text,
    });
    test.send("in", 0, ["bee", "ant", "bat"]);
    test.send("in", 1, ["cow"]);
    test.send("in", 0, ["auk"]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 0, records: ["b:ee,at,", "a:nt,uk,"] },
      { time: 1, records: ["c:ow,"] },
    ]);
  });

  it("takes undefined for an accumulated value like any other", () => {
    let begun = 0;
    const test = new OperatorTest(aggregate, {
      key: () => "k",
      initial: () => void begun++,
      fold: () => undefined,
      emit: (key, accumulated) => [key, accumulated],
    });
    test.send("in", 0, [1, 2, 3]);
    test.finish();
    expect(begun).toBe(1);
    expect(test.sent("out")).toEqual([["k", undefined]]);
  });

  it("treats NaN as one key and -0 as 0", () => {
    const test = new OperatorTest(aggregate, {
      ...byValue,
      key: (record) => record,
      emit: (_key, n) => n,
    });
    test.send("in", 0, [NaN, 0, -0, NaN, NaN]);
    test.finish();
    expect(test.sent("out")).toEqual([3, 2]);
  });

  it("names the record, or the key, at which one of its functions threw", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const part of ["key", "initial", "fold"]) {
      const test = new OperatorTest(aggregate, { ...byValue, [part]: fail });
      expect(() => test.send("in", 2, ["x"])).toThrow('threw at time 2 on record "x": Error: oh');
    }
    const test = new OperatorTest(aggregate, { ...byValue, emit: fail });
    test.send("in", 2, ["x"]);
    expect(() => test.finish()).toThrow('on record {"key":{"of":"x"},"accumulated":1}: Error: oh');
  });

  it("refuses keys that have no value to compare by", () => {
    for (const key of [() => {}, Symbol("s"), new Map()]) {
      const test = new OperatorTest(aggregate, { ...byValue, key: () => key });
      expect(() => test.send("in", 0, ["x"])).toThrow("MEANDER_KEY");
    }
  });
});
