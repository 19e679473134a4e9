import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Emission } from "../../../operators/contract/emission.ts";
import { unaryOperator } from "../../../operators/generic.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

/** Sends each record as many times as it says, at its own time and one later. */
const repeat = unaryOperator<number, number>("repeat", {}, ({ out }) => {
  const emission = new Emission<number>(out.out);
  return {
    receive(batch) {
      for (const n of batch) {
        emission.add(batch.time, new Array(n).fill(n));
        emission.add((batch.time as number) + 1, new Array(n).fill(-n));
      }
      return emission.run();
    },
    resume: () => emission.run(),
  };
});

describe("Emission", () => {
  it("sends all rows in order, in batches of the capacity, within the budget of each slice", () => {
    const anyCase = fc.tuple(
      fc.array(fc.nat(12), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
    );
    fc.assert(
      fc.property(anyCase, ([counts, budget, capacity]) => {
        const test = new OperatorTest(repeat, {}, { budget, capacity });
        test.send("in", 3, counts);
        const batches = test.batches("out");
        expect(test.sent("out")).toEqual(
          counts.flatMap((n) => [...new Array(n).fill(n), ...new Array(n).fill(-n)]),
        );
        expect(
          batches.every(({ time, records }) =>
            records.every((n) => (n as number) > 0 ? time === 3 : time === 4) &&
            records.length >= 1 && records.length <= capacity
          ),
        ).toBe(true);
        expect(test.slices).toBe(Math.max(1, Math.ceil(batches.length / budget)));
      }),
    );
  });

  it("is empty after its run, and can be used again", () => {
    const test = new OperatorTest(repeat, {}, { budget: 1, capacity: 2 });
    test.send("in", 0, [3]);
    test.send("in", 5, [1]);
    expect(test.batches("out").at(-1)).toEqual({ time: 6, records: [-1] });
    expect(test.sent("out")).toHaveLength(8);
  });
});
