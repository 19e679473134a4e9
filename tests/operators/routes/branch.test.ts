import { describe, expect, it } from "vitest";
import { branch } from "../../../operators/routes/branch.ts";
import { branchWhen } from "../../../operators/routes/branch_when.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { Time } from "../../../progress/time.ts";

const numbers = Array.from({ length: 100 }, (_unused, i) => i - 50);

describe("branch", () => {
  it("sends every record to one side, in order, in any form", () => {
    const forms = [numbers, Int32Array.from(numbers), Float64Array.from(numbers)];
    for (const data of forms) {
      for (const least of [-51, -49, 0, 49, 51]) {
        const test = new OperatorTest(branch, { predicate: (n) => (n as number) >= least });
        test.send("in", 3, data);
        test.send("in", 1, [least]);
        expect(test.batches("yes")).toEqual([
          ...(least > 49 ? [] : [{ time: 3, records: numbers.filter((n) => n >= least) }]),
          { time: 1, records: [least] },
        ]);
        expect(test.batches("no")).toEqual(
          least < -50 ? [] : [{ time: 3, records: numbers.filter((n) => n < least) }],
        );
      }
    }
  });

  it("takes anything true for yes, and gives the time to its predicate", () => {
    const test = new OperatorTest(branch, {
      predicate: (record, time) => record === (time as readonly number[])[1] ? "same" : 0,
    }, { depth: 2 });
    test.send("in", [0, 1], [0, 1, 2]);
    test.send("in", [0, 2], [0, 1, 2]);
    expect(test.sent("yes")).toEqual([1, 2]);
    expect(test.sent("no")).toEqual([0, 2, 0, 1]);
  });

  it("names the record at which its predicate threw, and sends nothing of its batch", () => {
    const test = new OperatorTest(branch, {
      predicate: (n) => {
        if (n === 2) throw new Error("two");
        return true;
      },
    });
    expect(() => test.send("in", 0, [1, 2])).toThrow(
      'The function of "branch" threw at time 0 on record 2: Error: two',
    );
    expect([...test.sent("yes"), ...test.sent("no")]).toEqual([]);
  });
});

describe("branchWhen", () => {
  it("sends whole batches by their times, and asks of nothing but the time", () => {
    const asked: unknown[][] = [];
    const test = new OperatorTest(branchWhen, {
      predicate: (...given: unknown[]) => {
        asked.push(given);
        return (given[0] as Time) === 1;
      },
    });
    test.send("in", 1, ["a", "b"]);
    test.send("in", 0, Int32Array.from(numbers));
    expect(test.batches("yes")).toEqual([{ time: 1, records: ["a", "b"] }]);
    expect(test.batches("no")).toEqual([{ time: 0, records: numbers }]);
    expect(asked).toEqual([[1], [0]]);
  });

  it("says at which time its predicate threw", () => {
    const test = new OperatorTest(branchWhen, {
      predicate: () => {
        throw new Error("when");
      },
    });
    expect(() => test.send("in", 6, ["a"])).toThrow(
      'The function of "branchWhen" threw at time 6 on a batch of 1 record: Error: when',
    );
  });
});
