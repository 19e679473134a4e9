import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../../batches/column_builder.ts";
import { map } from "../../../operators/records/map.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { type Delivery, recordsOf } from "../../_support/traffic.ts";

const wrap = (record: unknown) => [record, typeof record];
const size = (record: unknown) => typeof record === "number" ? record / 2 : String(record).length;

function mapped(f: (record: unknown) => unknown) {
  return (traffic: readonly Delivery[]) =>
    traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery).map(f) }));
}

describe("map", () => {
  it("equals brute force for any batches at any times, as rows and as columns", () => {
    checkResults({ operator: map, config: { f: wrap }, expected: mapped(wrap) });
    checkResults({ operator: map, config: { f: size }, expected: mapped(size) });
  });

  it("sends one batch for each batch, in the order of the records", () => {
    const test = new OperatorTest(map, { f: (n) => (n as number) * 10 }, {
      capacity: 2,
      budget: 1,
    });
    test.send("in", 4, [1, 2, 3]);
    test.send("in", 2, Int32Array.of(7, 8));
    expect(test.batches("out")).toEqual([
      { time: 4, records: [10, 20, 30] },
      { time: 2, records: [70, 80] },
    ]);
  });

  it("keeps every result exactly, whatever form it begins in", () => {
    const awkward = [-0, NaN, 2 ** 31, 0.5, Infinity, undefined, null, "x", 1n];
    for (const value of awkward) {
      for (const at of [0, 31, 32, 99]) {
        const test = new OperatorTest(map, { f: (n) => n === at ? value : n });
        test.send("in", 0, Int32Array.from({ length: 100 }, (_, i) => i));
        const sent = test.sent("out");
        expect(Object.is(sent[at], value)).toBe(true);
        expect(sent.filter((_, i) => i !== at)).toEqual(
          Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== at),
        );
      }
    }
  });

  it("hands the function plain values from a struct column, and only the record", () => {
    const seen: unknown[][] = [];
    const test = new OperatorTest(map, {
      f: (...args: unknown[]) => {
        seen.push(args);
        return 0;
      },
    });
    test.send(
      "in",
      0,
      columnsFrom({ k: "string", n: "i32" }, [{ k: "a", n: 1 }, { k: "b", n: 2 }]),
    );
    expect(seen).toEqual([[{ k: "a", n: 1 }], [{ k: "b", n: 2 }]]);
    expect(Object.getPrototypeOf(seen[0][0])).toBe(Object.prototype);
  });

  it("names the vertex, the time and the record at which the function threw", () => {
    for (const length of [5, 100]) {
      const test = new OperatorTest(map, {
        f: (n) => {
          if (n === 4) throw new RangeError("four");
          return n;
        },
      }, { depth: 2 });
      const records = Array.from({ length }, (_, i) => i);
      expect(() => test.send("in", [3, 1], records)).toThrow(
        /^MEANDER_USER_FUNCTION {2}The function of "map" threw at time \[3,1\] on record 4: RangeError: four/,
      );
      expect(test.sent("out")).toEqual([]);
    }
  });
});
