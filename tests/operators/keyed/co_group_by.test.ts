import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coGroupBy } from "../../../operators/keyed/co_group_by.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { canonical } from "../../batches/any_key.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { checkSnapshots } from "../../_support/operator_laws.ts";
import {
  anySurroundings,
  anyTraffic,
  type Delivery,
  recordsOf,
  run,
} from "../../_support/traffic.ts";

const tell = {
  leftKey: (record: unknown) => record,
  rightKey: (record: unknown) => record,
  reduce: (key: unknown, lefts: readonly unknown[], rights: readonly unknown[]) => [
    [key, lefts.length, rights.length],
  ],
};

/** For each time and value, how many there are on either side. */
function expected(traffic: readonly Delivery[]) {
  const all = traffic.flatMap((delivery) =>
    recordsOf(delivery).map((record) => ({
      input: delivery.input,
      time: delivery.time,
      record,
      name: `${delivery.time}|${canonical(record)}`,
    }))
  );
  const names = new Map(all.map((one) => [one.name, one]));
  return [...names.values()].map(({ name, time, record }) => {
    const of = (input: string) =>
      all.filter((one) => one.name === name && one.input === input).length;
    return { time, records: [[record, of("left"), of("right")]] };
  });
}

describe("coGroupBy", () => {
  it("is called once for each key of either side, when the time is complete on both", () => {
    const cases = anySurroundings.chain((options) =>
      fc.tuple(fc.constant(options), anyTraffic(["left", "right"], options.depth))
    );
    fc.assert(
      fc.property(cases, ([options, traffic]) => {
        const test = run(coGroupBy, tell, options, traffic);
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(expected(traffic)));
        expect(test.rights).toEqual([]);
        expect(test.save().state).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("survives a snapshot at any moment", () => {
    checkSnapshots({ operator: coGroupBy, config: tell, expected });
  });

  it("gives keys of the left first, then those of the right alone, with lists in order", () => {
    const test = new OperatorTest(coGroupBy, {
      leftKey: (l) => (l as string)[0],
      rightKey: (r) => (r as string)[1],
      reduce: (key, lefts, rights, time) => [`${key}@${time} ${lefts.join()}|${rights.join()}`],
    });
    test.send("right", 0, ["1b", "1c", "2b"]);
    test.send("left", 0, ["c1", "a1"]);
    test.send("left", 1, ["d1"]);
    test.send("left", 0, ["c2"]);
    test.advance("left", []);
    expect(test.sent("out")).toEqual([]);
    test.advance("right", [1]);
    expect(test.sent("out")).toEqual(["c@0 c1,c2|1c", "a@0 a1|", "b@0 |1b,2b"]);
    test.finish();
    expect(test.batches("out").at(-1)).toEqual({ time: 1, records: ["d@1 d1|"] });
  });

  it("makes an outer join, a semijoin and an antijoin", () => {
    const outcomes = {
      outer: (_key: unknown, ls: readonly unknown[], rs: readonly unknown[]) =>
        ls.flatMap((l) => rs.length === 0 ? [[l, null]] : rs.map((r) => [l, r])),
      semi: (_key: unknown, ls: readonly unknown[], rs: readonly unknown[]) =>
        rs.length > 0 ? ls : [],
      anti: (_key: unknown, ls: readonly unknown[], rs: readonly unknown[]) =>
        rs.length > 0 ? [] : ls,
    };
    const results = Object.entries(outcomes).map(([name, reduce]) => {
      const first = (pair: unknown) => (pair as string)[0];
      const test = new OperatorTest(coGroupBy, { leftKey: first, rightKey: first, reduce });
      test.send("left", 0, ["a1", "b1", "a2"]);
      test.send("right", 0, ["a8", "a9", "c9"]);
      test.finish();
      return [name, test.sent("out")];
    });
    expect(Object.fromEntries(results)).toEqual({
      outer: [["a1", "a8"], ["a1", "a9"], ["a2", "a8"], ["a2", "a9"], ["b1", null]],
      semi: ["a1", "a2"],
      anti: ["b1"],
    });
  });

  it("names the record or the key at which one of its functions threw", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const [part, side] of [["leftKey", "left"], ["rightKey", "right"]] as const) {
      const test = new OperatorTest(coGroupBy, { ...tell, [part]: fail });
      expect(() => test.send(side, 0, ["r"])).toThrow('time 0 on record "r": Error: oh');
    }
    const test = new OperatorTest(coGroupBy, { ...tell, reduce: fail });
    test.send("right", 4, ["r"]);
    expect(() => test.finish()).toThrow('at time 4 on record {"key":"r"}: Error: oh');
  });
});
