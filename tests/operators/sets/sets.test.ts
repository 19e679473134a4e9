import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { except } from "../../../operators/sets/except.ts";
import { intersect } from "../../../operators/sets/intersect.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { union } from "../../../operators/sets/union.ts";
import type { Time } from "../../../progress/time.ts";
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

const operators = { union, intersect, except };

/** What each of them makes of the records of one time. */
const truths = {
  union: (lefts: readonly unknown[], rights: readonly unknown[]) => unique([...lefts, ...rights]),
  intersect: (lefts: readonly unknown[], rights: readonly unknown[]) =>
    unique(lefts).filter((left) => has(rights, left)),
  // Of the left as many as there are.
  except: (lefts: readonly unknown[], rights: readonly unknown[]) =>
    lefts.filter((left) => !has(rights, left)),
};

function unique(records: readonly unknown[]): unknown[] {
  return [...new Map(records.map((record) => [canonical(record), record])).values()];
}

function has(records: readonly unknown[], record: unknown): boolean {
  return records.some((other) => canonical(other) === canonical(record));
}

function expectedOf(name: keyof typeof truths, traffic: readonly Delivery[]) {
  const times = new Map(traffic.map(({ time }) => [String(time), time]));
  return [...times.values()].map((time) => {
    const [lefts, rights] = ["left", "right"].map((input) =>
      traffic.filter((each) => each.input === input && String(each.time) === String(time))
        .flatMap(recordsOf)
    );
    return { time, records: truths[name](lefts, rights) };
  });
}

const id = { key: (record: unknown) => (record as { id: number }).id };

/** What comes out of one time, right side first. */
function answer(
  operator: typeof union | typeof intersect | typeof except,
  config: object,
  lefts: readonly unknown[],
  rights: readonly unknown[],
) {
  const test = new OperatorTest(operator as typeof except, config);
  test.send("right", 0, rights);
  for (const left of lefts) test.send("left", 0, [left]);
  test.finish();
  return test.sent("out");
}

describe.each(Object.keys(operators) as (keyof typeof operators)[])("%s", (name) => {
  it("is what it says of the records of each time, whatever order they come in", () => {
    const cases = anySurroundings.chain((options) =>
      fc.tuple(
        fc.constant(options),
        anyTraffic(["left", "right"], options.depth),
        name === "union" ? fc.constantFrom({}, { emit: "receipt" }) : fc.constant({}),
      )
    );
    fc.assert(
      fc.property(cases, ([options, traffic, config]) => {
        const test = run(operators[name], config, options, traffic);
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(expectedOf(name, traffic)));
        expect(test.rights).toEqual([]);
        // Nothing is kept of times that are over.
        expect(test.save().state).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("survives a snapshot at any moment", () => {
    checkSnapshots({ operator: operators[name], config: {}, expected: () => [] });
  });

  it("forgets a time when it is complete on both sides, and not before", () => {
    const test = new OperatorTest(operators[name] as typeof except, {});
    test.send("left", 0, ["a"]);
    test.advance("left", []);
    expect(test.save().state).toHaveLength(1);
    test.send("right", 1, ["a"]);
    test.advance("right", [1]);
    expect((test.save().state as [Time][]).map(([time]) => time)).toEqual([1]);
    test.finish();
    expect(test.save().state).toEqual([]);
  });

  it("names the record whose key cannot be found or compared", () => {
    const fail = () => {
      throw new Error("no key");
    };
    for (const side of ["left", "right"] as const) {
      const test = new OperatorTest(operators[name] as typeof except, { key: fail });
      expect(() => test.send(side, 1, ["r"])).toThrow('at time 1 on record "r": Error: no key');
      const other = new OperatorTest(operators[name] as typeof except, { key: () => () => {} });
      expect(() => other.send(side, 1, ["r"])).toThrow(/time 1 on record "r".*MEANDER_KEY/);
    }
  });
});

describe("Sets by key", () => {
  const lefts = [{ id: 1, of: "l1" }, { id: 1, of: "l2" }, { id: 2, of: "l3" }, {
    id: 2,
    of: "l4",
  }];
  const rights = [{ id: 1, of: "r1" }, { id: 3, of: "r2" }, { id: 3, of: "r3" }];
  const of = (records: unknown[]) => records.map((record) => (record as { of: string }).of);

  it("union prefers the left's first record, although the right's came before it", () => {
    expect(of(answer(union, id, lefts, rights))).toEqual(["l1", "l3", "r2"]);
  });

  it("union on receipt takes what comes first, at once", () => {
    const test = new OperatorTest(union, { ...id, emit: "receipt" });
    test.send("right", 0, rights);
    expect(of(test.sent("out"))).toEqual(["r1", "r2"]);
    test.send("left", 0, lefts);
    expect(of(test.sent("out"))).toEqual(["r1", "r2", "l3"]);
  });

  it("intersect sends the left's first record, once, as soon as both sides have the key", () => {
    expect(of(answer(intersect, id, lefts, rights))).toEqual(["l1"]);
    const test = new OperatorTest(intersect, id);
    test.send("left", 0, lefts);
    expect(test.sent("out")).toEqual([]);
    test.send("right", 0, rights);
    test.send("right", 0, [{ id: 2, of: "late" }]);
    expect(of(test.sent("out"))).toEqual(["l1", "l3"]);
  });

  it("except keeps every record of the keys that the right lacks, also of those that come late", () => {
    expect(of(answer(except, id, lefts, rights))).toEqual(["l3", "l4"]);
    const test = new OperatorTest(except, id);
    test.send("left", 0, lefts);
    test.send("right", 0, rights);
    test.send("right", 0, [{ id: 2, of: "late" }]);
    test.finish();
    expect(test.sent("out")).toEqual([]);
  });

  it("gives way when there is much to send", () => {
    const many = Array.from({ length: 35 }, (_unused, i) => ({ id: i % 5, n: i }));
    const test = new OperatorTest(except, id, { budget: 1, capacity: 10 });
    test.send("left", 0, many);
    test.finish();
    expect(test.sent("out")).toHaveLength(35);
    expect(Math.max(...test.batches("out").map(({ records }) => records.length))).toBe(10);
    expect(test.slices).toBeGreaterThan(4);
  });
});
