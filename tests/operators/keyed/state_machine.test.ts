import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stateMachine, type Step } from "../../../operators/keyed/state_machine.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { compareTimes, lessThan, type Time } from "../../../progress/time.ts";
import { canonical } from "../../batches/any_key.ts";
import { bagsByTime, type TimedRecords } from "../../_support/bags.ts";
import { checkSnapshots } from "../../_support/operator_laws.ts";
import {
  anySurroundings,
  anyTraffic,
  type Delivery,
  recordsOf,
  run,
} from "../../_support/traffic.ts";

const kind = (record: unknown) => [typeof record];

/** Tells which record of its kind it is, and which came before; forgets after the fourth. */
const chained = {
  key: kind,
  initial: () => ({ n: 0, before: "nothing" as unknown }),
  fold(state: unknown, record: unknown, _key: unknown, time: Time): Step<unknown, unknown> {
    const { n, before } = state as { n: number; before: unknown };
    const emit = [[n, before, record, time]];
    return n === 3 ? { drop: true, emit } : { state: { n: n + 1, before: record }, emit };
  },
};

/** The same by going through the times in order. */
function expected(traffic: readonly Delivery[], scope: (time: Time) => unknown): TimedRecords[] {
  const states = new Map<string, { n: number; before: unknown }>();
  return traffic.toSorted((a, b) => compareTimes(a.time, b.time)).flatMap((delivery) => {
    const { time } = delivery;
    return recordsOf(delivery).map((record) => {
      const name = `${scope(time)}|${canonical(kind(record))}`;
      const { n, before } = states.get(name) ?? { n: 0, before: "nothing" };
      if (n === 3) states.delete(name);
      else states.set(name, { n: n + 1, before: record });
      return { time, records: [[n, before, record, time]] };
    });
  });
}

const add = {
  key: () => "all",
  initial: () => 0,
  fold: (sum: unknown, n: unknown) => ({
    state: (sum as number) + (n as number),
    emit: [(sum as number) + (n as number)],
  }),
};

describe("stateMachine", () => {
  const cases = anySurroundings.chain((options) =>
    fc.tuple(fc.constant(options), anyTraffic(["in"], options.depth))
  );

  it("takes the records of each key in the order of their times, and then as they came", () => {
    fc.assert(
      fc.property(cases, ([options, traffic]) => {
        const once = { ...options, depth: 1 };
        const flat = traffic.map((each) => ({ ...each, time: [each.time].flat()[0] }));
        const test = run(stateMachine, chained, once, flat);
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(expected(flat, () => 0)));
        expect(test.rights).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps states apart by what they are kept per, and drops them when that is complete", () => {
    const scopes = { time: (time: Time) => time, epoch: (time: Time) => [time].flat()[0] };
    for (const per of ["time", "epoch"] as const) {
      fc.assert(
        fc.property(cases, ([options, traffic]) => {
          const test = run(stateMachine, { ...chained, per }, options, traffic);
          const wanted = expected(traffic, scopes[per]);
          expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(wanted));
          expect(test.save().state).toEqual([[], []]);
        }),
        { numRuns: 60 },
      );
    }
  });

  it("never takes a later time before an earlier one, incomparable ones as they are complete", () => {
    const seen: Time[] = [];
    const test = new OperatorTest(stateMachine, {
      key: () => 0,
      initial: () => null,
      fold: (_state, _record, _key, time) => void seen.push(time),
    }, { depth: 2 });
    const times = [[2, 2], [0, 2], [1, 1], [2, 0], [0, 0]];
    for (const time of times) test.send("in", time, ["x"]);
    test.finish();
    expect(seen).toHaveLength(times.length);
    seen.forEach((time, i) => {
      expect(seen.slice(i).some((later) => lessThan(later, time))).toBe(false);
    });
  });

  it("survives a snapshot at any moment", () => {
    // By times of one order: a cut may change which of two incomparable times comes first.
    checkSnapshots({
      operator: stateMachine,
      config: { ...chained, per: "epoch" },
      expected: () => [],
    });
  });

  it("waits with the records of a time until it is complete, and sends at their own time", () => {
    const test = new OperatorTest(stateMachine, add);
    test.send("in", 5, [100]);
    test.send("in", 0, [1, 2]);
    test.send("in", 3, [10]);
    expect(test.sent("out")).toEqual([]);
    test.advance("in", [3]);
    expect(test.batches("out")).toEqual([{ time: 0, records: [1, 3] }]);
    test.send("in", 3, [20]);
    test.finish();
    expect(test.batches("out").slice(1)).toEqual([
      { time: 3, records: [13, 33] },
      { time: 5, records: [133] },
    ]);
  });

  it("keeps the state that is left out of a step, changed in place or not", () => {
    const test = new OperatorTest(stateMachine, {
      key: (word) => (word as string)[0],
      initial: () => [] as string[],
      fold(words, word) {
        if (word === "b!") return { emit: [], state: undefined };
        if (words === undefined) return { emit: ["gone"] };
        (words as string[]).push(word as string);
        if ((words as string[]).length === 2) return { emit: [[...words as string[]]] };
      },
    });
    test.send("in", 0, ["a1", "b1", "b!", "a2", "b2"]);
    test.send("in", 1, ["a3"]);
    test.finish();
    expect(test.sent("out")).toEqual([["a1", "a2"], "gone"]);
    expect(test.save().state).toEqual([[], [[0, [["a", ["a1", "a2", "a3"]], ["b", undefined]]]]]);
  });

  it("begins anew with a key that was dropped, and leaves nothing of it", () => {
    const test = new OperatorTest(stateMachine, {
      key: (n) => (n as number) % 2,
      initial: (key) => [key],
      fold: (state, n) => n as number > 6 ? { drop: true, emit: [state] } : { state: [state, n] },
    });
    test.send("in", 0, [1, 7, 9, 3, 8]);
    test.finish();
    expect(test.sent("out")).toEqual([[[1], 1], [1], [0]]);
    expect(test.save().state).toEqual([[], [[0, [[1, [[1], 3]]]]]]);
  });

  it("gives way between records and within what one emits", () => {
    let steps = 0;
    const test = new OperatorTest(stateMachine, {
      key: () => 0,
      initial: () => 0,
      fold: (_state, n) => {
        expect(test.sent("out").length).toBe(3 * steps++);
        return { emit: new Set([n, `${n}a`, `${n}b`]) };
      },
    }, { budget: 1, capacity: 3 });
    test.send("in", 0, [1, 2, 3, 4]);
    test.finish();
    expect(test.sent("out")).toHaveLength(12);
    expect(test.slices).toBeGreaterThanOrEqual(5);
  });

  it("names the record at which one of its functions threw or gave what it cannot use", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const part of ["key", "initial", "fold"]) {
      const test = new OperatorTest(stateMachine, { ...add, [part]: fail });
      test.send("in", 2, ["x"]);
      expect(() => test.finish()).toThrow('threw at time 2 on record "x": Error: oh');
    }
    const wrong = [
      [5, "it has to return an object with state, emit and drop, or some of them, not 5"],
      [{ emit: "abc" }, 'it has to return a list or another iterable, not "abc"'],
      [{ emit: 7 }, "it has to return a list or another iterable, not 7"],
    ] as const;
    for (const [given, message] of wrong) {
      const test = new OperatorTest(stateMachine, { ...add, fold: () => given as never });
      test.send("in", 2, ["x"]);
      expect(() => test.finish()).toThrow(message);
    }
  });
});
