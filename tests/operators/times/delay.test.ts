import { describe, expect, it } from "vitest";
import { delay } from "../../../operators/times/delay.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";
import { Disk } from "../spill/disk.ts";

/** Positive numbers go one later in the last coordinate, the others two later in the first. */
const later = (record: unknown, time: Time): Time => {
  const coordinates = typeof time === "number" ? [time] : [...time];
  if (typeof record === "number" && record > 0) coordinates[coordinates.length - 1] += 1;
  else coordinates[0] += 2;
  return coordinates.length === 1 ? coordinates[0] : coordinates;
};

const subject: Subject = {
  operator: delay,
  config: { f: later },
  waits: true,
  expected: (traffic) =>
    traffic.flatMap((delivery) =>
      recordsOf(delivery).map((record) => ({
        time: later(record, delivery.time),
        records: [record],
      }))
    ),
};

const spilling: Subject = {
  ...subject,
  config: { f: later, spill: { directory: new Disk(), records: 1 } },
};

describe("delay", () => {
  it("does the same with most of it on disk", () => {
    checkResults(spilling);
    checkSnapshots(spilling);
  });

  it("moves each record to its later time and sends it when that is complete", () => {
    checkResults(subject);
  });

  it("survives a snapshot at any moment", () => {
    checkSnapshots(subject);
  });

  it("keeps the order within a time and cuts the emission to the capacity", () => {
    const test = new OperatorTest(delay, { f: () => 10 }, { capacity: 2, budget: 1 });
    test.send("in", 3, ["a", "b"]);
    test.send("in", 1, ["c", "d", "e"]);
    test.advance("in", [10]);
    expect(test.sent("out")).toEqual([]);
    test.advance("in", [11]);
    expect(test.batches("out").map((batch) => batch.records)).toEqual([["a", "b"], ["c", "d"], [
      "e",
    ]]);
    expect(test.slices).toBe(2 + 3);
  });

  it("refuses an earlier time, naming the held and the asked one", () => {
    const test = new OperatorTest(delay, { f: () => 4 });
    expect(() => test.send("in", 5, ["x"])).toThrow(
      /"delay" threw at time 5 on record "x": .* moved the record from 5 to 4, which is not at/,
    );
  });

  it("refuses what is no time of its scope", () => {
    for (const wrong of [1.5, -1, NaN, [1], "3", undefined, [1, 2, 3]]) {
      const test = new OperatorTest(delay, { f: () => wrong as Time }, { depth: 2 });
      expect(() => test.send("in", [0, 0], ["x"])).toThrow("MEANDER_TIME");
    }
  });

  it("is not confused by a function that hands out one array again and again", () => {
    const shared = [0, 0];
    const f = (record: unknown) => {
      shared[1] = record as number;
      return shared;
    };
    const test = new OperatorTest(delay, { f }, { depth: 2 });
    test.send("in", [0, 0], [1, 2, 1]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: [0, 1], records: [1, 1] },
      { time: [0, 2], records: [2] },
    ]);
  });

  it("names the record at which the function threw", () => {
    const test = new OperatorTest(delay, {
      f: () => {
        throw new Error("no time");
      },
    });
    expect(() => test.send("in", 5, [{ id: 1 }])).toThrow('on record {"id":1}: Error: no time');
  });
});
