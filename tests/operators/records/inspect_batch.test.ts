import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../../batches/column_builder.ts";
import { inspectBatch } from "../../../operators/records/inspect_batch.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

describe("inspectBatch", () => {
  it("passes everything on unchanged", () => {
    checkResults({
      operator: inspectBatch,
      config: { f: () => {} },
      expected: (traffic) =>
        traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery) })),
    });
  });

  it("calls its function once for each batch, with the time first, and arrays of exactly its records", () => {
    const seen: [Time, readonly unknown[]][] = [];
    const test = new OperatorTest(inspectBatch, {
      f: (time, records) => seen.push([time, records]),
    }, {
      depth: 2,
    });
    test.send("in", [1, 0], ["a", "b"]);
    test.send("in", [0, 2], Int32Array.of(5, 6));
    test.send("in", [0, 2], columnsFrom({ n: "i32" }, [{ n: 1 }]));
    expect(seen).toEqual([[[1, 0], ["a", "b"]], [[0, 2], [5, 6]], [[0, 2], [{ n: 1 }]]]);
    expect(seen.every(([, records]) => Array.isArray(records))).toBe(true);
  });

  it("says at which time and on how many records its function threw, and passes nothing on", () => {
    const f = () => {
      throw new Error("full");
    };
    const test = new OperatorTest(inspectBatch, { f });
    expect(() => test.send("in", 4, [1, 2])).toThrow(
      'MEANDER_USER_FUNCTION  The function of "inspectBatch" threw at time 4 on a batch of 2 records: ' +
        "Error: full",
    );
    expect(() => test.send("in", 4, [1])).toThrow("on a batch of 1 record: Error: full");
    expect(test.sent("out")).toEqual([]);
  });
});
