import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  anyRecord,
  defineOperator,
  type OperatorContext,
} from "../../../operators/contract/definition.ts";
import type { Batch } from "../../../operators/contract/batch.ts";
import { unaryOperator } from "../../../operators/generic.ts";
import { map } from "../../../operators/records/map.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

type Context = OperatorContext<unknown, { out: typeof anyRecord; side: typeof anyRecord }>;

/** An operator with two outputs that does what a test says, batch by batch. */
function scripted(...script: ((context: Context, batch: Batch) => void)[]) {
  const operator = defineOperator({
    name: "scripted",
    version: "1.0.0",
    summary: "Does what a test says",
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord, side: anyRecord },
    interest: "notifications",
    create: (context) => ({
      receive: { in: (batch) => script.shift()?.(context, batch) },
      notify() {},
    }),
  });
  return new OperatorTest(operator, {});
}

describe("OperatorTest", () => {
  it("catches a capability that outlives the inputs", () => {
    const test = scripted(({ retain }) => void retain());
    test.send("in", 3, ["x"]);
    expect(() => test.finish()).toThrow(
      /^MEANDER_CAPABILITY {2}Operator "scripted" still holds a capability at 3 although/,
    );
  });

  it("is content when the capability was dropped, even outside of a callback", () => {
    let drop = () => {};
    const test = scripted(({ retain }) => {
      const capability = retain();
      drop = () => capability.drop();
    });
    test.send("in", 3, ["x"]);
    expect(test.rights).toEqual([3]);
    drop();
    expect(test.rights).toEqual([]);
    test.finish();
  });

  it("catches a send without a right, and discards what the callback did before", () => {
    const test = scripted(({ out, retain }, batch) => {
      retain(7);
      out.out.send(batch.time, ["early"]);
      out.out.send(2, ["late"]);
    });
    expect(() => test.send("in", 5, ["x"])).toThrow(
      /^MEANDER_RIGHT {2}Cannot send at 2 from "scripted" \(output "out"\): holds 5 or later/,
    );
    expect(test.sent("out")).toEqual([]);
  });

  it("catches a delivery at a time that the test has declared complete", () => {
    const test = scripted();
    test.advance("in", [4]);
    expect(() => test.send("in", 3, ["x"])).toThrow('Cannot deliver at 3 to "in"');
    test.advance("in", []);
    expect(() => test.send("in", 9, ["x"])).toThrow("declared that time complete");
  });

  it("catches a frontier that goes back", () => {
    const test = new OperatorTest(map, { f: (r) => r }, { depth: 2 });
    test.advance("in", [[1, 0], [0, 5]]);
    expect(() => test.advance("in", [[0, 4]])).toThrow('Cannot move the frontier of "in" to [0,4]');
    test.advance("in", [[1, 3]]);
  });

  it("catches an operator that changes the records it gets", () => {
    const vandal = unaryOperator<{ n: number[] }, unknown>("vandal", {}, () => ({
      receive(batch) {
        for (const record of batch) record.n.push(1);
      },
    }));
    const test = new OperatorTest(vandal, {});
    expect(() => test.send("in", 0, [{ n: [] }])).toThrow(TypeError);
  });

  it("catches a buffer that is used after it came back to the pool, or comes back twice", () => {
    const twice = unaryOperator<number, number>("twice", {}, ({ out, pool }) => ({
      receive(batch) {
        const buffer = pool.takeInt32(64);
        out.out.sendBuffer(batch.time, buffer, 64);
        out.out.sendBuffer(batch.time, buffer, 64);
      },
    }));
    expect(() => new OperatorTest(twice, {}).send("in", 0, [1])).toThrow(
      "MEANDER_POOL_GIVEN_TWICE",
    );
    let kept: Int32Array | undefined;
    const late = unaryOperator<number, number>("late", {}, ({ out, pool }) => ({
      receive(batch) {
        if (kept !== undefined) kept[0] = 1;
        kept = pool.takeInt32(64);
        out.out.sendBuffer(batch.time, kept as Int32Array<ArrayBuffer>, 64);
      },
    }));
    const test = new OperatorTest(late, {});
    test.send("in", 0, [1]);
    expect(() => test.send("in", 0, [1])).toThrow("MEANDER_POOL_USED_AFTER_GIVE");
  });

  it("catches a notification that nobody declared an interest in", () => {
    const deaf = unaryOperator("deaf", {}, ({ notifyAt }) => ({
      receive: (batch) => notifyAt(batch.time),
    }));
    expect(() => new OperatorTest(deaf, {}).send("in", 0, [1])).toThrow(
      /^MEANDER_INTEREST {2}Cannot ask for a notification in "deaf": its operator declares interest "never"/,
    );
  });

  it("refuses unknown ports and configurations that do not fit", () => {
    const test = scripted();
    expect(() => test.send("inn" as "in", 0, [1])).toThrow('No input "inn" on "scripted"');
    expect(() => new OperatorTest(map, { f: 5 as never })).toThrow("function");
    expect(() => new OperatorTest(map, {} as never)).toThrow();
  });

  it("delivers what is due in the order of times, each request once", () => {
    const test = scripted(
      ({ notifyAt }) => {
        for (const time of [5, 3, 4, 3]) notifyAt(time);
      },
    );
    test.send("in", 3, ["x"]);
    expect(test.rights).toEqual([3, 4, 5]);
    test.advance("in", [5]);
    expect(test.notified).toEqual([3, 4]);
    test.finish();
    expect(test.notified).toEqual([3, 4, 5]);
    expect(test.rights).toEqual([]);
  });
});
