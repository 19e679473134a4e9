import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deduplicate } from "../../../operators/keyed/deduplicate.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { compareTimes, type Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import { bagsByTime, type TimedRecords } from "../../_support/bags.ts";
import { checkSnapshots } from "../../_support/operator_laws.ts";
import {
  anySurroundings,
  anyTraffic,
  type Delivery,
  recordsOf,
  run,
} from "../../_support/traffic.ts";

/** Goes through the times of one lane and key after the other; `index` is the place of the epoch. */
function expected(traffic: readonly Delivery[], expiry: number, index: number): TimedRecords[] {
  const last = new Map<string, number>();
  const results: TimedRecords[] = [];
  for (const delivery of traffic.toSorted((a, b) => compareTimes(a.time, b.time))) {
    const coordinates = [delivery.time].flat();
    const epoch = coordinates[index];
    for (const record of recordsOf(delivery)) {
      const name = `${coordinates.toSpliced(index, 1)}|${canonical(record)}`;
      if (last.has(name) && epoch - last.get(name)! <= expiry) continue;
      last.set(name, epoch);
      results.push({ time: delivery.time, records: [record] });
    }
  }
  return results;
}

/** Sends "a" at each of the times, and returns those at which it passed. */
function passedAt(expiry: number, times: readonly number[]): Time[] {
  const test = new OperatorTest(deduplicate, { expiry });
  for (const time of times) test.send("in", time, ["a"]);
  test.finish();
  expect(test.save().state).toEqual([[], []]);
  return test.batches("out").map(({ time }) => time);
}

describe("deduplicate", () => {
  it("is what going through the epochs in order gives, in whatever order they come", () => {
    const cases = anySurroundings.chain((options) =>
      fc.tuple(
        fc.constant(options),
        anyTraffic(["in"], options.depth),
        fc.constantFrom(0, 1, 2, 5),
        // The epoch of a time is the last of the root's coordinates.
        fc.integer({ min: 1, max: options.depth }),
      )
    );
    fc.assert(
      fc.property(cases, ([options, traffic, expiry, rootDepth]) => {
        const test = run(deduplicate, { expiry }, { ...options, rootDepth }, traffic);
        expect(bagsByTime(test.batches("out"))).toEqual(
          bagsByTime(expected(traffic, expiry, rootDepth - 1)),
        );
        // All that was remembered has expired, and nobody waits for anything.
        expect(test.save().state).toEqual([[], []]);
        expect(test.rights).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("survives a snapshot at any moment", () => {
    for (const expiry of [0, 2]) {
      checkSnapshots({ operator: deduplicate, config: { expiry }, expected: () => [] });
    }
  });

  it("lets a key pass again when the expiry is over, and not by coming again before", () => {
    expect(passedAt(0, [0, 1, 1, 2])).toEqual([0, 1, 2]);
    expect(passedAt(2, [0, 1, 2, 3, 4, 5, 6])).toEqual([0, 3, 6]);
    expect(passedAt(2, [0, 2, 4])).toEqual([0, 4]);
    expect(passedAt(100, [7, 107, 108])).toEqual([7, 108]);
    expect(passedAt(2, [6, 3, 5, 0, 4, 1, 2])).toEqual([0, 3, 6]);
  });

  it("keeps the first record of a key, compared by value", () => {
    const test = new OperatorTest(deduplicate, {
      key: (record) => (record as { id: number[] }).id,
      expiry: 1,
    });
    test.send("in", 0, [{ id: [1], n: 1 }, { id: [1], n: 2 }, { id: [-0], n: 3 }]);
    test.send("in", 1, [{ id: [0], n: 4 }]);
    test.finish();
    expect(test.sent("out").map((record) => (record as { n: number }).n)).toEqual([1, 3]);
  });

  it("forgets a key when its expiry is complete, and not before", () => {
    const test = new OperatorTest(deduplicate, { expiry: 3 });
    test.send("in", 2, ["a"]);
    test.advance("in", [3]);
    expect(test.save().state).toEqual([[], [[2, ["a"]]]]);
    expect(test.rights).toEqual([]);
    test.advance("in", [5]);
    expect(test.save().state).toEqual([[], [[2, ["a"]]]]);
    test.advance("in", [6]);
    expect(test.save().state).toEqual([[], []]);
  });

  it("remembers without end when the expiry lies beyond all times", () => {
    const test = new OperatorTest(deduplicate, { expiry: Number.MAX_SAFE_INTEGER });
    test.send("in", 1, ["a"]);
    test.advance("in", [1000]);
    test.send("in", 1000, ["a", "b"]);
    test.finish();
    expect(test.sent("out")).toEqual(["a", "b"]);
  });

  it("counts epochs of the same iteration only", () => {
    const test = new OperatorTest(deduplicate, { expiry: 9 }, { depth: 2 });
    for (const time of [[0, 0], [0, 1], [1, 1], [2, 5]]) test.send("in", time, ["a"]);
    test.finish();
    expect(test.batches("out").map(({ time }) => time)).toEqual([[0, 0], [0, 1], [2, 5]]);
  });

  it("gives way when there is much to send", () => {
    const test = new OperatorTest(deduplicate, { expiry: 1 }, { budget: 1, capacity: 10 });
    test.send("in", 0, Array.from({ length: 35 }, (_unused, i) => i % 30));
    test.finish();
    expect(test.batches("out").map(({ records }) => records.length)).toEqual([10, 10, 10]);
  });

  it("refuses an expiry that is no number of epochs", () => {
    for (const expiry of [-1, 0.5, Infinity, NaN, "1", undefined]) {
      expect(deduplicate.config.safeParse({ expiry }).success).toBe(false);
    }
  });
});
