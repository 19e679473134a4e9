import { describe, expect, it } from "vitest";
import { TimeMap } from "../../operators/contract/time_map.ts";
import { binaryOperator, unaryOperator } from "../../operators/generic.ts";
import { OperatorTest } from "../../operators/kit/operator_test.ts";
import { join as joinTimes, type Time } from "../../progress/time.ts";
import { checkResults } from "../_support/operator_laws.ts";
import { recordsOf } from "../_support/traffic.ts";

const sizes = unaryOperator<unknown, number>(
  "sizes",
  { interest: "notifications" },
  ({ out, notifyAt }) => {
    const totals = new TimeMap<number>();
    return {
      receive(batch) {
        notifyAt(batch.time);
        totals.update(batch.time, 0, (n) => n + batch.length);
      },
      notify(time) {
        out.out.send(time, [totals.take(time)!]);
      },
    };
  },
);

describe("unary", () => {
  it("equals brute force with notifications in any order of batches", () => {
    checkResults({
      operator: sizes,
      config: {},
      waits: true,
      expected(traffic) {
        const totals = new Map<string, { time: Time; records: number[] }>();
        for (const delivery of traffic) {
          const entry = totals.get(String(delivery.time)) ?? { time: delivery.time, records: [0] };
          entry.records[0] += recordsOf(delivery).length;
          totals.set(String(delivery.time), entry);
        }
        return [...totals.values()];
      },
    });
  });

  it("merges equal requests, so that each time is notified once", () => {
    const test = new OperatorTest(sizes, {});
    for (const time of [3, 1, 3, 2, 1]) test.send("in", time, ["x"]);
    test.finish();
    expect(test.notified).toEqual([1, 2, 3]);
  });

  it("takes any name, also one that no operator may have", () => {
    const odd = unaryOperator("Größe 1", {}, ({ out }) => ({ receive: (b) => out.out.forward(b) }));
    const test = new OperatorTest(odd, {});
    test.send("in", 0, [1]);
    expect(test.sent("out")).toEqual([1]);
  });
});

describe("binary", () => {
  const gate = binaryOperator<unknown, unknown, unknown>(
    "gate",
    { interest: "notifications", connects: [["left", "out"]] },
    ({ out, isComplete, frontier }) => ({
      receive: {
        left: (batch) => out.out.forward(batch),
        right(batch) {
          if (isComplete("left", batch.time)) throw new Error("complete already");
          if (frontier("right").length === 0) throw new Error("closed");
        },
      },
    }),
  );

  it("gives each input its own callback and only the rights of its connections", () => {
    const test = new OperatorTest(gate, {});
    test.send("left", 0, ["l"]);
    test.send("right", 0, ["r"]);
    expect(test.sent("out")).toEqual(["l"]);
    const leaky = binaryOperator("leaky", { connects: [["left", "out"]] }, ({ out }) => ({
      receive: { left: () => {}, right: (batch) => out.out.send(batch.time, ["x"]) },
    }));
    const refused = new OperatorTest(leaky, {});
    expect(() => refused.send("right", 0, ["r"])).toThrow(
      'from "leaky" (output "out"): holds no right',
    );
  });

  it("sees the frontier of each input apart from the other's", () => {
    const test = new OperatorTest(gate, {});
    test.advance("left", [5]);
    expect(() => test.send("right", 4, ["r"])).toThrow("complete already");
  });

  it("equals brute force as a union at the later of the last two times", () => {
    const latest = binaryOperator<unknown, unknown, unknown>("latest", {}, ({ out }) => ({
      receive: {
        left: (batch) => out.out.forward(batch),
        right: (batch) => out.out.send(joinTimes(batch.time, batch.time), [batch.length]),
      },
    }));
    checkResults({
      operator: latest,
      config: {},
      expected: (traffic) =>
        traffic.map((delivery) => ({
          time: delivery.time,
          records: delivery.input === "left" ? recordsOf(delivery) : [recordsOf(delivery).length],
        })),
    });
  });
});
