import { describe, expect, it } from "vitest";
import type { OutputPort } from "../../../operators/contract/output_port.ts";
import { unaryOperator } from "../../../operators/generic.ts";
import { OperatorTest, type OperatorTestOptions } from "../../../operators/kit/operator_test.ts";
import type { Batch } from "../../../operators/contract/batch.ts";

/** Runs one callback with an output in hand; the batches that it sent. */
function inCallback(
  body: (port: OutputPort, batch: Batch) => void,
  options: OperatorTestOptions = {},
) {
  const operator = unaryOperator("body", {}, ({ out }) => ({
    receive: (batch) => body(out.out, batch),
  }));
  const test = new OperatorTest(operator, {}, options);
  test.send("in", options.depth === 2 ? [0, 0] : 0, ["x"]);
  return test.batches("out");
}

describe("OutputPort", () => {
  it("sends nothing for an empty array", () => {
    expect(inCallback((port, { time }) => {
      port.send(time, []);
      port.sendBuffer(time, [], 0);
      expect(port.emitted).toBe(0);
    })).toEqual([]);
  });

  it("collects single records up to the capacity, and sends the rest after the callback", () => {
    expect(inCallback((port, { time }) => {
      for (let i = 0; i < 7; i++) port.push(time, i);
    }, { capacity: 3 })).toEqual([
      { time: 0, records: [0, 1, 2] },
      { time: 0, records: [3, 4, 5] },
      { time: 0, records: [6] },
    ]);
  });

  it("never mixes times in a batch, and keeps the order in which things were sent", () => {
    expect(inCallback((port) => {
      port.push([0, 0], "a");
      port.push([0, 0], "b");
      port.push([0, 1], "c");
      port.push([0, 0], "d");
      port.send([0, 2], ["e"]);
      port.push([0, 2], "f");
      port.flush();
      port.push([0, 2], "g");
    }, { depth: 2 })).toEqual([
      { time: [0, 0], records: ["a", "b"] },
      { time: [0, 1], records: ["c"] },
      { time: [0, 0], records: ["d"] },
      { time: [0, 2], records: ["e"] },
      { time: [0, 2], records: ["f"] },
      { time: [0, 2], records: ["g"] },
    ]);
  });

  it("is full when its slice has sent as many batches as the budget allows", () => {
    inCallback((port, batch) => {
      expect(port.isFull).toBe(false);
      port.forward(batch);
      port.push(batch.time, 1);
      expect(port.isFull).toBe(false);
      port.push(batch.time, 2);
      expect([port.emitted, port.isFull]).toEqual([2, true]);
    }, { budget: 2, capacity: 2 });
  });

  it("writes a range as far as the budget goes, and says where it stopped", () => {
    expect(inCallback((port, { time }) => {
      expect(port.pushRange(time, 5, 5)).toBe(5);
      expect(port.pushRange(time, 0, 100)).toBe(6);
      expect(port.pushRange(time, 6, 100)).toBe(6);
    }, { budget: 2, capacity: 3 })).toEqual([
      { time: 0, records: [0, 1, 2] },
      { time: 0, records: [3, 4, 5] },
    ]);
  });

  it("puts what is pushed before a range into the same order", () => {
    expect(inCallback((port, { time }) => {
      port.push(time, "first");
      port.pushRange(time, 1, 4);
    })).toEqual([{ time: 0, records: ["first", 1, 2, 3] }]);
  });

  it("gives times their one form: lists of one number, and -0", () => {
    expect(inCallback((port) => {
      port.push([0] as never, "a");
      port.push(-0, "b");
      port.send([3] as never, ["c"]);
    })).toEqual([{ time: 0, records: ["a", "b"] }, { time: 3, records: ["c"] }]);
  });

  it("refuses what is no time of its scope", () => {
    inCallback((port) => {
      for (const wrong of [1.5, -1, NaN, Infinity, [0, 0], "0", null]) {
        expect(() => port.send(wrong as never, ["x"])).toThrow("MEANDER_TIME");
      }
    });
  });

  it("does not see a change that the caller makes to a time it has sent at", () => {
    const batches = inCallback((port) => {
      const time = [0, 1];
      port.send(time, ["a"]);
      port.push(time, "b");
      time[1] = 7;
      port.push(time, "c");
    }, { depth: 2 });
    expect(batches.map(({ time }) => time)).toEqual([[0, 1], [0, 1], [0, 7]]);
  });
});
