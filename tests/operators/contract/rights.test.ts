import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  anyRecord,
  type Capability,
  defineOperator,
  type Handlers,
  type OperatorContext,
} from "../../../operators/contract/definition.ts";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

const ports = { out: anyRecord, side: anyRecord };
type Context = OperatorContext<unknown, typeof ports>;
type In = { left: typeof anyRecord; right: typeof anyRecord };

/** Two inputs; `left` reaches both outputs, `right` only `side`. */
function vertex(create: (context: Context) => Partial<Handlers<In>>, depth = 1) {
  const operator = defineOperator({
    name: "vertex",
    version: "1.0.0",
    summary: "For tests",
    config: z.strictObject({}),
    inputs: { left: anyRecord, right: anyRecord },
    outputs: ports,
    interest: "notifications",
    connects: [["left", "out"], ["left", "side"], ["right", "side"]],
    create: (context) => ({
      ...create(context),
      receive: { left: () => {}, right: () => {}, ...create(context).receive },
    }),
  });
  return new OperatorTest(operator, {}, { depth });
}

describe("rights to send (S5: every send is covered by a right)", () => {
  it("are the batch's own time, on the outputs that its input reaches", () => {
    const test = vertex(({ out }) => ({
      receive: {
        left: (batch) => [out.out, out.side].forEach((port) => port.send(batch.time, ["l"])),
        right(batch) {
          out.side.send(batch.time, ["r"]);
          expect(() => out.out.send(batch.time, ["r"])).toThrow("holds no right");
        },
      },
    }));
    test.send("left", 1, ["x"]);
    test.send("right", 1, ["x"]);
    expect(test.sent("side")).toEqual(["l", "r"]);
  });

  it("allow any later time and no other, incomparable ones included", () => {
    const test = vertex(({ out }) => ({
      receive: {
        left() {
          out.out.send([2, 5], ["later"]);
          for (const time of [[1, 9], [3, 4], [0, 0]]) {
            expect(() => out.out.send(time, ["no"])).toThrow("holds [2,5] or later");
            expect(() => out.out.push(time, "no")).toThrow("holds [2,5] or later");
            expect(() => out.out.pushRange(time, 0, 3)).toThrow("holds [2,5] or later");
            expect(() => out.out.sendBuffer(time, [1], 1)).toThrow("holds [2,5] or later");
          }
        },
        right: () => {},
      },
    }), 2);
    test.send("left", [2, 5], ["x"]);
    expect(test.sent("out")).toEqual(["later"]);
  });

  it("end with the callback: a port kept by other code refuses everything", () => {
    let sendLater = () => {};
    let askLater = () => {};
    let retainLater = () => {};
    const test = vertex(({ out, notifyAt, retain }) => ({
      receive: {
        left(batch) {
          sendLater = () => out.out.send(batch.time, ["afterwards"]);
          askLater = () => notifyAt(batch.time);
          retainLater = () => void retain();
        },
        right: () => {},
      },
    }));
    test.send("left", 1, ["x"]);
    for (const late of [sendLater, askLater, retainLater]) expect(late).toThrow(MeanderError);
    test.finish();
    expect(test.sent("out")).toEqual([]);
  });

  it("come from a retained capability in any later callback, until it is dropped", () => {
    let capability: Capability;
    const steps: ((context: Context) => void)[] = [
      ({ retain }) => capability = retain(undefined, ["out"]),
      ({ out }) => {
        out.out.send(4, ["by capability"]);
        expect(() => out.side.send(4, ["no"])).toThrow("holds 9 or later");
      },
      ({ out }) => {
        capability.downgrade(6);
        expect(() => out.out.send(5, ["no"])).toThrow("holds 9 or later, 6 or later");
        out.out.send(6, ["six"]);
        capability.drop();
        capability.drop();
        expect(() => out.out.send(8, ["no"])).toThrow("holds 9 or later");
      },
    ];
    const test = vertex((context) => ({
      receive: { left: () => steps.shift()!(context), right: () => {} },
    }));
    test.send("left", 4, ["x"]);
    test.send("left", 9, ["x"]);
    test.send("left", 9, ["x"]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 4, records: ["by capability"] },
      { time: 6, records: ["six"] },
    ]);
  });

  it("come from a pending request as well, which holds its capability", () => {
    const steps: ((context: Context) => void)[] = [
      ({ notifyAt }) => notifyAt(2),
      ({ out }) => out.out.send(3, ["between"]),
    ];
    const test = vertex((context) => ({
      receive: { left: () => steps.shift()!(context), right: () => {} },
    }));
    test.send("left", 2, ["x"]);
    test.send("left", 7, ["x"]);
    expect(test.batches("out")).toEqual([{ time: 3, records: ["between"] }]);
  });

  it("are needed for a request and a capability too", () => {
    const test = vertex(({ notifyAt, retain }) => ({
      receive: {
        left() {
          expect(() => notifyAt(4)).toThrow(/notification at 4 in "vertex".*holds 5 or later/);
          expect(() => retain(4)).toThrow(/capability at 4 in "vertex".*holds 5 or later/);
          expect(() => notifyAt(6, { capability: 4 })).toThrow("holds 5 or later");
          retain(5).drop();
        },
        right() {
          expect(() => retain()).toThrow('no right at output "out"');
          retain(undefined, ["side"]).drop();
        },
      },
    }));
    test.send("left", 5, ["x"]);
    test.send("right", 5, ["x"]);
    test.finish();
  });
});

describe("capabilities", () => {
  it("refuse to be delayed or downgraded to an earlier or incomparable time", () => {
    const test = vertex(({ retain }) => ({
      receive: {
        left() {
          const capability = retain();
          for (const time of [[0, 9], [1, 1], [0, 0]]) {
            expect(() => capability.delayed(time)).toThrow("a time never goes back");
            expect(() => capability.downgrade(time)).toThrow(/from \[1,2\] to .*never goes back/);
          }
          using later = capability.delayed([1, 3]);
          expect(later.time).toEqual([1, 3]);
          expect(capability.time).toEqual([1, 2]);
          capability.drop();
          expect(capability.isDropped).toBe(true);
          expect(() => capability.delayed()).toThrow("it was dropped");
          expect(() => capability.downgrade([5, 5])).toThrow("it was dropped");
        },
        right: () => {},
      },
    }), 2);
    test.send("left", [1, 2], ["x"]);
    test.finish();
    expect(test.rights).toEqual([]);
  });

  it("keep apart the rights of their own outputs only", () => {
    const test = vertex(({ retain }) => ({
      receive: {
        left() {
          expect(() => retain(undefined, ["no"])).toThrow(
            'No output "no" on "vertex": it has "out", "side"',
          );
          retain(undefined, ["out"]).drop();
        },
        right: () => {},
      },
    }));
    test.send("left", 1, ["x"]);
    test.finish();
  });
});

describe("notifyAt (guarantee and capability apart)", () => {
  it("holds a later capability instead of its own time: t ≤ u", () => {
    const seen: unknown[] = [];
    const test = vertex(({ out, notifyAt }) => ({
      receive: {
        left: (batch) => notifyAt(batch.time, { capability: 5 }),
        right: () => {},
      },
      notify(time) {
        seen.push(time);
        expect(() => out.out.send(4, ["no"])).toThrow("holds 5 or later");
        out.out.send(5, ["at five"]);
      },
    }));
    test.send("left", 2, ["x"]);
    expect(test.rights).toEqual([5]);
    test.advance("left", [3]);
    expect(seen).toEqual([]);
    test.advance("right", [3]);
    expect(seen).toEqual([2]);
    expect(test.batches("out")).toEqual([{ time: 5, records: ["at five"] }]);
    expect(test.rights).toEqual([]);
    test.finish();
  });

  it("refuses a capability before the guarantee: it would hold back itself round a loop", () => {
    const test = vertex(({ notifyAt }) => ({
      receive: {
        left() {
          expect(() => notifyAt(6, { capability: 5 })).toThrow("MEANDER_RIGHT");
        },
        right: () => {},
      },
    }));
    test.send("left", 5, ["x"]);
    test.finish();
    expect(test.notified).toEqual([]);
  });

  it('holds nothing with "none", and then may not send', () => {
    const test = vertex(({ out, notifyAt }) => ({
      receive: { left: () => notifyAt(1, { capability: "none" }), right: () => {} },
      notify(time) {
        expect(() => out.out.send(time, ["no"])).toThrow("holds no right");
      },
    }));
    test.send("left", 7, ["x"]);
    expect(test.rights).toEqual([]);
    test.finish();
    expect(test.notified).toEqual([1]);
  });

  it("waits for the named inputs only, and holds on the named outputs only", () => {
    const test = vertex(({ out, notifyAt }) => ({
      receive: {
        left: (batch) => notifyAt(batch.time, { inputs: ["left"], outputs: ["side"] }),
        right: () => {},
      },
      notify(time) {
        out.side.send(time, ["side"]);
        expect(() => out.out.send(time, ["no"])).toThrow("holds no right");
      },
    }));
    test.send("left", 2, ["x"]);
    test.advance("left", [3]);
    expect(test.notified).toEqual([2]);
    expect(test.sent("side")).toEqual(["side"]);
  });

  it("merges requests that name the same ports in another order, or all of them", () => {
    const test = vertex(({ notifyAt }) => ({
      receive: {
        left({ time }) {
          notifyAt(time, { inputs: ["left", "right"] });
          notifyAt(time, { inputs: ["right", "left", "right"] });
          notifyAt(time, { outputs: ["side", "out"] });
          notifyAt(time);
        },
        right: () => {},
      },
      notify() {},
    }));
    test.send("left", 2, ["x"]);
    test.finish();
    expect(test.notified).toEqual([2]);
  });
});
