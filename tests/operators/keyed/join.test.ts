import { describe, expect, it } from "vitest";
import type { Per } from "../../../operators/contract/state.ts";
import { join } from "../../../operators/keyed/join.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { join as joinTimes, type Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import type { TimedRecords } from "../../_support/bags.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { type Delivery, recordsOf } from "../../_support/traffic.ts";

const itself = (record: unknown) => record;
const trio = (left: unknown, right: unknown, key: unknown) => [left, right, key];

/** All pairs by two nested loops. */
function pairs(prefix: (time: Time) => string) {
  return (traffic: readonly Delivery[]): TimedRecords[] => {
    const side = (name: string) =>
      traffic.filter(({ input }) => input === name).flatMap((delivery) =>
        recordsOf(delivery).map((record) => ({ time: delivery.time, record }))
      );
    const rights = side("right");
    return side("left").flatMap((left) =>
      rights.filter((right) =>
        prefix(left.time) === prefix(right.time) &&
        canonical(left.record) === canonical(right.record)
      ).map((right) => ({
        time: joinTimes(left.time, right.time),
        records: [[left.record, right.record, left.record]],
      }))
    );
  };
}

function subject(per: Per, prefix: (time: Time) => string): Subject {
  return {
    operator: join,
    config: { leftKey: itself, rightKey: itself, value: trio, per },
    expected: pairs(prefix),
  };
}

const subjects: Record<string, Subject> = {
  time: subject("time", (time) => String(time)),
  epoch: subject("epoch", (time) => String(typeof time === "number" ? time : time[0])),
  forever: subject("forever", () => ""),
};

describe("join", () => {
  it.each(Object.entries(subjects))(
    "per %s, pairs equal keys at the join of their times, as brute force does",
    (_per, subject) => {
      checkResults(subject);
      checkSnapshots(subject);
    },
  );

  it("answers at once, and gives value the left record first on whichever side it came", () => {
    const test = new OperatorTest(join, {
      leftKey: (left) => (left as string)[0],
      rightKey: (right) => (right as string)[0],
      value: (left, right, key) => `${left}-${right}-${key}`,
    });
    test.send("left", 0, ["kl"]);
    test.send("right", 0, ["kr", "xr"]);
    test.send("left", 0, ["xl"]);
    expect(test.sent("out")).toEqual(["kl-kr-k", "xl-xr-x"]);
  });

  it("joins incomparable times at a time that neither has", () => {
    const test = new OperatorTest(join, {
      leftKey: itself,
      rightKey: itself,
      value: (left) => left,
      per: "forever",
    }, { depth: 2 });
    test.send("left", [0, 3], ["a"]);
    test.send("right", [2, 1], ["a"]);
    expect(test.batches("out")).toEqual([{ time: [2, 3], records: ["a"] }]);
  });

  it("stops after any pair when the budget is spent, and goes on with the next", () => {
    const test = new OperatorTest(join, {
      leftKey: () => "k",
      rightKey: () => "k",
      value: (left, right) => [left, right],
    }, { budget: 1, capacity: 7 });
    const left = Array.from({ length: 10 }, (_, i) => i);
    test.send("left", 0, left);
    test.send("right", 0, ["x", "y", "z"]);
    expect(test.slices).toBe(1 + 5);
    expect(test.sent("out")).toEqual(
      ["x", "y", "z"].flatMap((right) => left.map((l) => [l, right])),
    );
  });

  it("forgets both sides of a prefix when it is complete on both inputs", () => {
    const test = new OperatorTest(join, {
      leftKey: itself,
      rightKey: itself,
      value: trio,
      per: "epoch",
    });
    test.send("left", 0, ["a"]);
    test.send("right", 1, ["b"]);
    test.advance("left", [1]);
    expect(test.save().state).toHaveLength(2);
    test.advance("right", [1]);
    expect(test.save().state).toEqual([[1, [], [["b", [[1, "b"]]]]]]);
  });

  it("names the record at which a key or the value function threw", () => {
    const fail = () => {
      throw new Error("oh");
    };
    const config = { leftKey: itself, rightKey: itself, value: trio };
    for (const part of ["leftKey", "rightKey", "value"]) {
      const test = new OperatorTest(join, { ...config, [part]: fail }, { depth: 2 });
      expect(() => {
        test.send("left", [0, 1], ["l"]);
        test.send("right", [0, 1], ["l"]);
      }).toThrow('The function of "join" threw at time [0,1] on record "l": Error: oh');
    }
  });

  it("gives way without a loss even when both sides of a self-join are the same batches", () => {
    const test = new OperatorTest(join, {
      leftKey: () => 0,
      rightKey: () => 0,
      value: (left, right) => [left, right],
    }, { budget: 1, capacity: 1 });
    for (const batch of [[1, 2], [3]]) {
      test.send("left", 0, batch);
      test.send("right", 0, batch);
    }
    expect(test.sent("out")).toHaveLength(9);
    expect(new Set(test.sent("out").map(String)).size).toBe(9);
  });
});
