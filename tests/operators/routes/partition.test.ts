import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../../batches/column_builder.ts";
import type { Data } from "../../../batches/data.ts";
import { sizedFor } from "../../../operators/contract/sized.ts";
import { partition } from "../../../operators/routes/partition.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

type Choice = (record: unknown) => unknown;

function parted(parts: number, f: Choice, options: { budget?: number; capacity?: number } = {}) {
  return new OperatorTest(partition, { parts, f }, options);
}

const mod = (parts: number) => (n: unknown) => Math.abs(n as number) % parts;

describe("partition", () => {
  it("sends each record to the part that its function names, in order, in any form", () => {
    const anyNumbers = fc.array(fc.integer({ min: -99, max: 99 }), {
      minLength: 1,
      maxLength: 200,
    });
    const forms: ((rows: number[]) => Data<unknown>)[] = [
      (rows) => rows,
      (rows) => Int32Array.from(rows),
      (rows) => Float64Array.from(rows),
    ];
    fc.assert(
      fc.property(
        anyNumbers,
        fc.constantFrom(...forms),
        fc.constantFrom(1, 2, 3, 17, 64),
        (rows, form, parts) => {
          const test = parted(parts, mod(parts), { budget: 1, capacity: 1 });
          test.send("in", 5, form(rows));
          for (let part = 0; part < parts; part++) {
            const own = rows.filter((n) => mod(parts)(n) === part);
            const batches = own.length === 0 ? [] : [{ time: 5, records: own }];
            expect(test.batches(`p${part}`)).toEqual(batches);
          }
          expect(test.slices).toBe(1);
        },
      ),
    );
  });

  it("keeps doubles exactly", () => {
    const awkward = Array.from({ length: 100 }, (_unused, i) => [-0, NaN, 2 ** 40, 0.1][i % 4]);
    const test = parted(2, (n) => Number.isNaN(n) ? 1 : 0);
    test.send("in", 0, Float64Array.from(awkward));
    expect(test.sent("p0")).toEqual(awkward.filter((n) => !Number.isNaN(n)));
    expect(test.sent("p1")).toEqual(awkward.filter((n) => Number.isNaN(n)));
  });

  it("gives its function the record alone, with plain values from columns", () => {
    const seen: unknown[][] = [];
    const test = parted(2, (...given) => seen.push(given) - 1);
    test.send("in", 0, columnsFrom({ k: "string" }, [{ k: "a" }, { k: "b" }]));
    expect(seen).toEqual([[{ k: "a" }], [{ k: "b" }]]);
    expect([test.sent("p0"), test.sent("p1")]).toEqual([[{ k: "a" }], [{ k: "b" }]]);
  });

  it("refuses an index that is no part, names the record, and sends nothing of its batch", () => {
    for (const wrong of [-1, 3, 0.5, NaN, Infinity, 2 ** 32, "1", null, undefined, true]) {
      const test = parted(3, (record) => record === "bad" ? wrong : 0);
      expect(() => test.send("in", 2, ["good", "bad"])).toThrow(
        'MEANDER_PARTITION  Cannot send record "bad" to part ' +
          `${wrong === "1" ? '"1"' : String(wrong)} of "partition" at time 2: it has parts 0 to 2`,
      );
      expect(test.sent("p0")).toEqual([]);
    }
  });

  it("names the record at which its function threw, and goes on with the next batch", () => {
    const test = parted(2, (n) => {
      if (n === 4) throw new Error("four");
      return 0;
    });
    expect(() => test.send("in", 1, Int32Array.of(1, 4))).toThrow(
      'The function of "partition" threw at time 1 on record 4: Error: four',
    );
    test.send("in", 1, [7]);
    expect(test.sent("p0")).toEqual([7]);
  });

  it("has the outputs of its configuration, and takes 1 to 64 parts", () => {
    const names = (config: unknown) => Object.keys(partition.outputsFor!(config) ?? {});
    expect(names({ parts: 3, f: "record % 3" })).toEqual(["p0", "p1", "p2"]);
    expect(names({ parts: 64 }).at(-1)).toBe("p63");
    for (const parts of [0, 65, 1.5, "2", NaN, undefined]) {
      expect(partition.outputsFor!({ parts })).toBe(undefined);
      expect(() => parted(parts as number, () => 0)).toThrow("parts");
    }
    expect(partition.outputsFor!(undefined)).toBe(undefined);
    expect(partition.outputsFor!(null)).toBe(undefined);
    expect(Object.keys(sizedFor(partition, { parts: 2 }).outputs)).toEqual(["p0", "p1"]);
  });
});
