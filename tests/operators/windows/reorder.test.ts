import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reorder } from "../../../operators/windows/reorder.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { anyEvents, anyLimits, bagsOf, cameOf, runEvents, runInTwo } from "./events.ts";
import { type Event, reorderAnswers } from "./oracle.ts";

const config = { at: (record: unknown) => (record as Event).at };
const byId = { ...config, by: (record: unknown) => -(record as Event).id };

function expectedOf(came: Parameters<typeof reorderAnswers>[0]) {
  const { out, late } = reorderAnswers(came);
  return { out: bagsByTime(out), late: bagsByTime(late) };
}

describe("reorder", () => {
  it("sends each record at its event time, or as late, and in order", () => {
    fc.assert(
      fc.property(anyEvents, anyLimits, fc.boolean(), (traffic, limits, sorted) => {
        const test = runEvents(reorder, sorted ? byId : config, limits, traffic);
        expect(bagsOf(test)).toEqual(expectedOf(cameOf(traffic)));
        const sent = test.sent("out") as Event[];
        const inOrder = sent.toSorted((a, b) =>
          a.at - b.at || (sorted ? b.id - a.id : a.id - b.id)
        );
        expect(sent).toEqual(inOrder);
        expect([test.rights, test.save().state]).toEqual([[], []]);
      }),
      { numRuns: 100 },
    );
  });

  it("goes on where a snapshot left it", () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(10), (traffic, at) => {
        const tests = runInTwo(reorder, byId, traffic, Math.min(at, traffic.length));
        expect(bagsOf(...tests)).toEqual(expectedOf(cameOf(traffic)));
      }),
      { numRuns: 60 },
    );
  });

  it("sends late records on at once", () => {
    const test = new OperatorTest(reorder, { at: (n) => n as number });
    test.send("in", 3, [4, 2, 3, -1]);
    expect(test.batches("late")).toEqual([{ time: 3, records: [2, -1] }]);
    test.advance("in", [4]);
    expect(test.batches("out")).toEqual([{ time: 3, records: [3] }]);
  });

  it("sorts by numbers or by texts, and refuses to compare one with the other", () => {
    const sorted = (records: readonly unknown[]) => {
      const test = new OperatorTest(reorder, { at: () => 5, by: (record) => record });
      test.send("in", 0, records);
      test.finish();
      return test.sent("out");
    };
    expect(sorted([10, 9, -0.5, Infinity])).toEqual([-0.5, 9, 10, Infinity]);
    expect(sorted(["b", "B", "a", ""])).toEqual(["", "B", "a", "b"]);
    expect(() => sorted([1, "a"])).toThrow('it is sorted by "a", and another of its time by 1');
    expect(() => sorted([NaN])).toThrow(
      "it is sorted by NaN, which is neither a number nor a text",
    );
    expect(() => sorted([null])).toThrow("on record null: TypeError: it is sorted by null");
  });

  it("names a record without an event time, and refuses times of several coordinates", () => {
    const test = new OperatorTest(reorder, { at: () => -0.5 });
    expect(() => test.send("in", 1, ["r"])).toThrow(
      '"reorder" threw at time 1 on record "r": TypeError: its event time is -0.5',
    );
    expect(() => new OperatorTest(reorder, config, { depth: 2 })).toThrow(
      "times have 2 coordinates",
    );
  });
});
