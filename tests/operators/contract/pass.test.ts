import { describe, expect, it } from "vitest";
import { concat } from "../../../operators/routes/concat.ts";
import { exchange } from "../../../operators/routes/exchange.ts";
import { ingress } from "../../../operators/system/ingress.ts";
import { egress } from "../../../operators/system/egress.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { type Delivery, recordsOf } from "../../_support/traffic.ts";

const unchanged = (traffic: readonly Delivery[]) =>
  traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery) }));

describe("concat", () => {
  it("passes everything on at its own time, in order", () => {
    checkResults({ operator: concat, config: {}, expected: unchanged });
    const test = new OperatorTest(concat, {});
    test.send("in", 3, ["a"]);
    test.send("in", 1, ["b"]);
    expect(test.batches("out")).toEqual([
      { time: 3, records: ["a"] },
      { time: 1, records: ["b"] },
    ]);
  });
});

describe("exchange", () => {
  it("changes nothing on one worker", () => {
    checkResults({ operator: exchange, config: { key: (r: unknown) => r }, expected: unchanged });
  });

  it("declares that records with equal keys meet", () => {
    const key = (record: unknown) => record;
    const pact = exchange.pacts!({ key }).in!;
    expect(pact).toEqual({ kind: "exchange", key });
  });

  it("refuses a key that is no function", () => {
    expect(() => new OperatorTest(exchange, { key: "name" as never })).toThrow("function");
  });
});

describe("ingress and egress", () => {
  it("append the counter 0 and remove the counter", () => {
    const inwards = new OperatorTest(ingress, { depth: 1 });
    inwards.send("in", 7, ["a"]);
    expect(inwards.batches("out")).toEqual([{ time: [7, 0], records: ["a"] }]);
    const outwards = new OperatorTest(egress, { depth: 3 }, { depth: 3 });
    outwards.send("in", [7, 2, 5], ["a"]);
    expect(outwards.batches("out")).toEqual([{ time: [7, 2], records: ["a"] }]);
  });
});
