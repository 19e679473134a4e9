import { describe, expect, it } from "vitest";
import { filter } from "../../../operators/records/filter.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

const predicates: readonly ((record: unknown) => unknown)[] = [
  (record) => typeof record === "number" && record > 0,
  (record) => record,
  () => true,
  () => 0,
];

describe("filter", () => {
  it("equals brute force for any batches at any times, and takes any true value for yes", () => {
    for (const predicate of predicates) {
      checkResults({
        operator: filter,
        config: { predicate },
        expected: (traffic) =>
          traffic.map((delivery) => ({
            time: delivery.time,
            records: recordsOf(delivery).filter((record) => predicate(record)),
          })),
      });
    }
  });

  it("sends nothing where nothing is left", () => {
    const test = new OperatorTest(filter, { predicate: () => false });
    test.send("in", 0, Int32Array.from({ length: 64 }));
    test.send("in", 0, ["a"]);
    expect(test.batches("out")).toEqual([]);
  });

  it("keeps the order, in small batches and in large ones", () => {
    const test = new OperatorTest(filter, { predicate: (n) => (n as number) % 3 === 0 });
    const numbers = Array.from({ length: 200 }, (_, i) => 200 - i);
    test.send("in", 0, numbers);
    test.send("in", 0, Float64Array.from(numbers));
    test.send("in", 0, Int32Array.of(1, 2, 3));
    const kept = numbers.filter((n) => n % 3 === 0);
    expect(test.sent("out")).toEqual([...kept, ...kept, 3]);
  });

  it("names the record at which the predicate threw", () => {
    const test = new OperatorTest(filter, {
      predicate: (record) => {
        // deno-lint-ignore no-throw-literal
        if (record === "bad") throw "a text";
        return true;
      },
    });
    expect(() => test.send("in", 7, ["good", "bad"])).toThrow(
      'The function of "filter" threw at time 7 on record "bad": "a text"',
    );
  });
});
