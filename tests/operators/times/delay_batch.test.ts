import { describe, expect, it } from "vitest";
import { delayBatch } from "../../../operators/times/delay_batch.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { checkResults, checkSnapshots, type Subject } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";
import { Disk } from "../spill/disk.ts";

/** Even epochs go one later in the last coordinate, odd ones two later in the first. */
const later = (time: Time): Time => {
  const coordinates = [time].flat();
  if (coordinates[0] % 2 === 0) coordinates[coordinates.length - 1] += 1;
  else coordinates[0] += 2;
  return coordinates.length === 1 ? coordinates[0] : coordinates;
};

const subject: Subject = {
  operator: delayBatch,
  config: { f: later },
  waits: true,
  expected: (traffic) =>
    traffic.map((delivery) => ({ time: later(delivery.time), records: recordsOf(delivery) })),
};

const spilling: Subject = {
  ...subject,
  config: { f: later, spill: { directory: new Disk(), records: 1 } },
};

describe("delayBatch", () => {
  it("does the same with most of it on disk", () => {
    checkResults(spilling);
    checkSnapshots(spilling);
  });

  it("moves batches in any form to their later time and sends them when that is complete", () => {
    checkResults(subject);
  });

  it("survives a snapshot at any moment", () => {
    checkSnapshots(subject);
  });

  it("asks once for each batch, keeps them whole and in order, and brings times together", () => {
    const asked: Time[] = [];
    const f = (time: Time) => {
      asked.push(time);
      return 10;
    };
    const test = new OperatorTest(delayBatch, { f }, { budget: 1, capacity: 2 });
    test.send("in", 3, ["a", "b", "c"]);
    test.send("in", 1, Int32Array.of(1, 2, 3));
    test.send("in", 10, ["d"]);
    test.advance("in", [10]);
    expect(test.sent("out")).toEqual([]);
    test.finish();
    expect(asked).toEqual([3, 1, 10]);
    expect(test.batches("out")).toEqual([
      { time: 10, records: ["a", "b", "c"] },
      { time: 10, records: [1, 2, 3] },
      { time: 10, records: ["d"] },
    ]);
    expect(test.slices).toBe(3 + 3);
    expect(test.save().state).toEqual([]);
  });

  it("refuses an earlier time and what is none, naming the batch", () => {
    const test = new OperatorTest(delayBatch, { f: () => 4 });
    expect(() => test.send("in", 5, ["x"])).toThrow(
      /"delayBatch" threw at time 5 on record \["x"\]: .* moved the batch from 5 to 4, which is not/,
    );
    for (const wrong of [1.5, -1, NaN, [1], "3", undefined, [1, 2, 3]]) {
      const other = new OperatorTest(delayBatch, { f: () => wrong as Time }, { depth: 2 });
      expect(() => other.send("in", [0, 0], ["x"])).toThrow("MEANDER_TIME");
    }
    const fails = new OperatorTest(delayBatch, {
      f: () => {
        throw new Error("no time");
      },
    });
    expect(() => fails.send("in", 5, ["x"])).toThrow('at time 5 on record ["x"]: Error: no time');
  });

  it("is not confused by a function that hands out one array again and again", () => {
    const shared = [0, 0];
    const f = (time: Time) => {
      shared[0] = (time as readonly number[])[0] + 1;
      return shared;
    };
    const test = new OperatorTest(delayBatch, { f }, { depth: 2 });
    test.send("in", [0, 0], ["a"]);
    test.send("in", [4, 0], ["b"]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: [1, 0], records: ["a"] },
      { time: [5, 0], records: ["b"] },
    ]);
  });
});
