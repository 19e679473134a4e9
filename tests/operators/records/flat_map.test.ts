import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flatMap } from "../../../operators/records/flat_map.ts";
import { Range, range } from "../../../operators/records/range.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

type Expand = (record: unknown, emit: (result: unknown) => void) => Iterable<unknown> | void;

const sizeOf = (record: unknown) => Number.isInteger(record) ? Math.abs(record as number) % 7 : 3;
const copies = (record: unknown) => new Array(sizeOf(record)).fill(record);
const emitting: Expand = (record, emit) => copies(record).forEach(emit);
const returning: Expand = copies;
const generating: Expand = function* (record) {
  yield* copies(record);
};

describe("flatMap", () => {
  it("equals brute force when the function returns, yields or emits its results", () => {
    for (const f of [emitting, returning, generating]) {
      checkResults({
        operator: flatMap,
        config: { f },
        expected: (traffic) =>
          traffic.map((delivery) => ({
            time: delivery.time,
            records: recordsOf(delivery).flatMap(copies),
          })),
      });
    }
  });

  it("keeps the order of results when some are emitted and others returned", () => {
    const test = new OperatorTest(flatMap, {
      f: (record, emit) => {
        emit([record, 0]);
        return [[record, 1], [record, 2]];
      },
    }, { capacity: 2, budget: 1 });
    test.send("in", 0, ["a", "b"]);
    expect(test.sent("out")).toEqual(["a", "b"].flatMap((r) => [[r, 0], [r, 1], [r, 2]]));
  });

  it("gives way after its budget within one record, for ranges, arrays and iterators", () => {
    for (
      const many of [
        range(0, 100),
        Array.from({ length: 100 }, (_, i) => i),
        range(0, 100)[Symbol.iterator](),
      ]
    ) {
      const test = new OperatorTest(flatMap, { f: () => many }, { budget: 2, capacity: 10 });
      test.send("in", 0, ["once"]);
      // An iterator shows only when it is asked again that it has come to its end.
      expect(test.slices).toBeGreaterThanOrEqual(5);
      expect(test.slices).toBeLessThanOrEqual(6);
      expect(test.batches("out").map(({ records }) => records.length)).toEqual(
        new Array(10).fill(10),
      );
      expect(test.sent("out")).toEqual(Array.from({ length: 100 }, (_, i) => i));
    }
  });

  it("interrupts an endless iterator for ever without running away with memory", () => {
    let taken = 0;
    const test = new OperatorTest(flatMap, {
      f: function* () {
        for (;; taken++) {
          if (taken === 1000) throw new Error("far enough");
          yield taken;
        }
      },
    }, { budget: 1, capacity: 100 });
    expect(() => test.send("in", 0, ["endless"])).toThrow("far enough");
    expect(test.slices).toBe(10);
    expect(test.sent("out")).toHaveLength(1000);
  });

  it("sends ranges exactly, at both ends of the safe integers and across 32 bits", () => {
    const bounds = fc.constantFrom(
      0,
      1,
      -5,
      2 ** 31 - 2,
      -(2 ** 31),
      Number.MAX_SAFE_INTEGER - 4,
      Number.MIN_SAFE_INTEGER,
    );
    fc.assert(
      fc.property(bounds, fc.nat(50), fc.constantFrom(1, 3, 64), (from, size, capacity) => {
        const to = Math.min(from + size, Number.MAX_SAFE_INTEGER);
        const test = new OperatorTest(flatMap, { f: () => range(from, to) }, {
          capacity,
          budget: 1,
        });
        test.send("in", 0, ["x"]);
        expect(test.sent("out")).toEqual([...range(from, to)]);
      }),
    );
  });

  it("names the record whose function threw, or whose iterator did in a later slice", () => {
    const bad = function* (record: unknown) {
      for (let i = 0; i < 5; i++) {
        if (record === "b" && i === 3) throw new Error("late");
        yield i;
      }
    };
    const test = new OperatorTest(flatMap, { f: bad }, { budget: 1, capacity: 2 });
    expect(() => test.send("in", 9, ["a", "b", "c"])).toThrow(
      'threw at time 9 on record "b": Error: late',
    );
    const numbers = new OperatorTest(flatMap, { f: () => 5 as never });
    expect(() => numbers.send("in", 0, ["q"])).toThrow('on record "q": TypeError');
  });
});

describe("range", () => {
  it("is the integers from one bound up to the other", () => {
    expect([...range(-2, 3)]).toEqual([-2, -1, 0, 1, 2]);
    expect(range(5, 2).length).toBe(0);
    expect([...range(5, 2)]).toEqual([]);
    expect(range(0, 3)).toBeInstanceOf(Range);
  });

  it("refuses bounds that are no safe integers", () => {
    for (const bound of [0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => range(0, bound)).toThrow("MEANDER_RANGE");
      expect(() => range(bound, 0)).toThrow("MEANDER_RANGE");
    }
  });
});
