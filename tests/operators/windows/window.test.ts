import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { window } from "../../../operators/windows/window.ts";
import type { WindowInfo } from "../../../operators/windows/window_options.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { anyEvents, anyLimits, bagsOf, cameOf, resultsOf, runEvents, runInTwo } from "./events.ts";
import { type Event, foldIds, startsOf, windowAnswers, type WindowSettings } from "./oracle.ts";

const anySettings: fc.Arbitrary<WindowSettings> = fc.record({
  size: fc.integer({ min: 1, max: 12 }),
  every: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  offset: fc.integer({ min: -20, max: 20 }),
  lateness: fc.constantFrom(0, 0, 1, 3, 10, Number.MAX_SAFE_INTEGER),
  early: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  keyed: fc.boolean(),
}).map(({ every, early, size, ...rest }) => ({
  ...rest,
  size,
  ...(every === undefined ? {} : { every: Math.min(every, size) }),
  ...(early === undefined ? {} : { early }),
}));

/** Results with ids in ascending order: windows fold records as they come. */
function configOf({ keyed, ...settings }: WindowSettings) {
  return {
    ...settings,
    at: (record: unknown) => (record as Event).at,
    ...(keyed ? { key: (record: unknown) => (record as Event).key } : {}),
    ...foldIds,
    emit: (key: unknown, ids: unknown, { start, end, kind }: WindowInfo) => ({
      key,
      start,
      end,
      kind,
      ids: (ids as number[]).toSorted((a, b) => a - b),
    }),
  };
}

function expectedOf(came: Parameters<typeof windowAnswers>[0], settings: WindowSettings) {
  const { out, late } = windowAnswers(came, settings);
  return { out: bagsByTime(out), late: bagsByTime(late) };
}

/** Sums of numbers whose event times are themselves. */
const sums = {
  size: 10,
  at: (record: unknown) => record as number,
  initial: () => 0,
  fold: (sum: unknown, record: unknown) => (sum as number) + (record as number),
  emit: (_key: unknown, sum: unknown, { start, kind }: WindowInfo) => `${start} ${kind}: ${sum}`,
};

describe("window", () => {
  it("sends what brute force finds, whatever the order of times, the budget and the settings", () => {
    fc.assert(
      fc.property(anySettings, anyEvents, anyLimits, (settings, traffic, limits) => {
        const test = runEvents(window, configOf(settings), limits, traffic);
        expect(bagsOf(test)).toEqual(expectedOf(cameOf(traffic), settings));
        expect([test.rights, test.save().state]).toEqual([[], []]);
      }),
      { numRuns: 300 },
    );
  });

  it("goes on where a snapshot left it", () => {
    fc.assert(
      fc.property(anySettings, anyEvents, fc.nat(10), (settings, traffic, at) => {
        const tests = runInTwo(window, configOf(settings), traffic, Math.min(at, traffic.length));
        expect(bagsOf(...tests)).toEqual(expectedOf(cameOf(traffic), settings));
      }),
      { numRuns: 150 },
    );
  });

  it("has each record in exactly those of its windows that are not over, or sends it as late", () => {
    fc.assert(
      fc.property(anySettings, anyEvents, (settings, traffic) => {
        const { size, lateness = 0 } = settings;
        const test = runEvents(window, configOf(settings), { budget: 8, capacity: 64 }, traffic);
        const last = new Map<string, readonly number[]>();
        for (const { key, start, kind, ids } of resultsOf(test)) {
          if (kind !== "early") last.set(`${key} ${start}`, ids);
        }
        const counted = (id: number) =>
          [...last].filter(([, ids]) => ids.includes(id)).map(([name]) =>
            Number(name.split(" ")[1])
          );
        const late = (test.sent("late") as Event[]).map(({ id }) => id);
        let missed = 0;
        for (const { time, records } of cameOf(traffic)) {
          for (const { id, at } of records as Event[]) {
            const all = startsOf(at, settings);
            const open = all.filter((start) => start + size + lateness > (time as number));
            expect(counted(id).sort((a, b) => a - b)).toEqual(open);
            expect(late.filter((other) => other === id).length).toBe(open.length === 0 ? 1 : 0);
            if (open.length > 0 && open.length < all.length) missed++;
          }
        }
        expect([...test.dropped.values()]).toEqual(missed === 0 ? [] : [missed]);
      }),
      { numRuns: 150 },
    );
  });

  it("sends a window's result when its last time is complete, and at that time", () => {
    const test = new OperatorTest(window, sums);
    test.send("in", 0, [3, 12, 9]);
    test.send("in", 9, [5]);
    test.advance("in", [9]);
    expect(test.sent("out")).toEqual([]);
    test.advance("in", [10]);
    expect(test.batches("out")).toEqual([{ time: 9, records: ["0 onTime: 17"] }]);
    test.finish();
    expect(test.batches("out").slice(1)).toEqual([{ time: 19, records: ["10 onTime: 12"] }]);
  });

  it("takes a record's own time when nothing says when it happened", () => {
    const { at: _at, ...config } = sums;
    const test = new OperatorTest(window, { ...config, size: 2 });
    for (const [time, n] of [[1, 1], [2, 10], [0, 2], [3, 20]]) test.send("in", time, [n]);
    test.finish();
    expect(test.sent("out")).toEqual(["0 onTime: 3", "2 onTime: 30"]);
  });

  it("gives windows to negative event times, over before the first time, when it waits for them", () => {
    const test = new OperatorTest(window, { ...sums, lateness: 3 });
    test.send("in", 0, [-1, -10, -11, 0]);
    test.finish();
    expect(test.batches("late")).toEqual([{ time: 0, records: [-11] }]);
    expect(test.batches("out")).toEqual([
      { time: 0, records: ["-10 late: -11"] },
      { time: 9, records: ["0 onTime: 0"] },
    ]);
  });

  it("sends a result again for each time with late records, and then no more", () => {
    const test = new OperatorTest(window, { ...sums, lateness: 5 });
    test.send("in", 0, [1]);
    test.advance("in", [12]);
    test.send("in", 13, [2]);
    test.send("in", 12, [3, 4]);
    test.send("in", 14, [5]);
    test.send("in", 15, [6]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 9, records: ["0 onTime: 1"] },
      { time: 12, records: ["0 late: 8"] },
      { time: 13, records: ["0 late: 10"] },
      { time: 14, records: ["0 late: 15"] },
    ]);
    expect(test.batches("late")).toEqual([{ time: 15, records: [6] }]);
  });

  it("keeps late records out of results of earlier times, although they came first", () => {
    const test = new OperatorTest(window, { ...sums, lateness: 5 });
    test.send("in", 11, [1]);
    test.send("in", 10, [2]);
    test.send("in", 9, [4]);
    test.finish();
    expect(test.sent("out")).toEqual(["0 onTime: 4", "0 late: 6", "0 late: 7"]);
  });

  it("sends late records on at once, at their own time and unchanged", () => {
    const test = new OperatorTest(window, sums);
    test.send("in", 10, [9, 10, 8]);
    expect(test.batches("late")).toEqual([{ time: 10, records: [9, 8] }]);
  });

  it("counts a record that is too late for a part of its windows in the others, and says so", () => {
    const test = new OperatorTest(window, { ...sums, size: 10, every: 5 });
    // 7 is in [0,10), which is over at 10, and in [5,15), which is not.
    test.send("in", 10, [7]);
    test.finish();
    expect(test.sent("out")).toEqual(["5 onTime: 7"]);
    expect(test.sent("late")).toEqual([]);
    expect([...test.dropped]).toEqual([["too late for a part of their windows, not for all", 1]]);
  });

  it("sends early results of what changed, of nothing that came later, and none at the end", () => {
    const test = new OperatorTest(window, { ...sums, key: (n) => (n as number) % 2, early: 3 });
    test.send("in", 4, [1]);
    test.send("in", 1, [2]);
    test.send("in", 3, [4]);
    test.send("in", 5, [3, 12]);
    test.advance("in", [7]);
    expect(test.batches("out")).toEqual([
      { time: 3, records: ["0 early: 6"] },
      { time: 6, records: ["0 early: 4", "10 early: 12"] },
    ]);
    test.finish();
    expect(test.batches("out").slice(2)).toEqual([
      { time: 9, records: ["0 onTime: 6", "0 onTime: 4"] },
      { time: 19, records: ["10 onTime: 12"] },
    ]);
  });

  it("drops what it keeps of a window when that is over, and gives way when it has much to send", () => {
    const many = { ...sums, key: (n: unknown) => n, lateness: 2 };
    const test = new OperatorTest(window, many, { budget: 1, capacity: 2 });
    test.send("in", 0, [1, 2, 3, 4, 5, 11]);
    expect(test.rights).toEqual([9, 11, 19, 21]);
    test.advance("in", [10]);
    expect(test.batches("out").map(({ records }) => records.length)).toEqual([2, 2, 1]);
    expect(test.save().state).toHaveLength(2);
    test.advance("in", [12]);
    expect(test.save().state).toHaveLength(1);
    test.finish();
    expect(test.save().state).toEqual([]);
  });

  it("names the record at which one of its functions threw, or gave no event time", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const part of ["at", "key", "initial", "fold"]) {
      const test = new OperatorTest(window, { ...sums, [part]: fail });
      expect(() => test.send("in", 2, [7])).toThrow("threw at time 2 on record 7: Error: oh");
    }
    for (const part of ["initial", "fold"]) {
      const test = new OperatorTest(window, { ...sums, [part]: fail, lateness: 5 });
      test.send("in", 12, [7]);
      expect(() => test.finish()).toThrow("threw at time 12 on record 7: Error: oh");
    }
    const test = new OperatorTest(window, { ...sums, emit: fail });
    test.send("in", 2, [7]);
    expect(() => test.finish()).toThrow('{"key":null,"accumulated":7,"window":{"start":0,"end":10');
    for (const at of [1.5, NaN, "1", undefined, 2 ** 53]) {
      const other = new OperatorTest(window, { ...sums, at: () => at as number });
      expect(() => other.send("in", 0, [7])).toThrow(
        /on record 7: TypeError: its event time is .*, which is not a safe integer/,
      );
    }
  });

  it("refuses event times whose windows leave the safe integers", () => {
    for (
      const [at, end] of [[Number.MAX_SAFE_INTEGER, "end"], [-Number.MAX_SAFE_INTEGER, "start"]]
    ) {
      const test = new OperatorTest(window, {
        ...sums,
        at: () => at as number,
        lateness: Number.MAX_SAFE_INTEGER,
      });
      expect(() => test.send("in", 0, [7])).toThrow(`the ${end} of its window would be at`);
    }
  });

  it("is exact at the end of the safe integers", () => {
    const lateness = Number.MAX_SAFE_INTEGER;
    for (const offset of [3, -4, 13, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      for (const near of [15, 16, 21, 28]) {
        for (const at of [near - Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - near]) {
          const test = new OperatorTest(window, {
            ...sums,
            offset,
            lateness,
            at: () => at,
            emit: (_key, _sum, { start, end }) => [start, end],
          });
          test.send("in", 0, [1]);
          test.finish();
          const rest = ((BigInt(at) - BigInt(offset)) % 10n + 10n) % 10n;
          const start = Number(BigInt(at) - rest);
          expect(test.sent("out")).toEqual([[start, start + 10]]);
        }
      }
    }
  });

  it("refuses times of several coordinates, when it is made", () => {
    expect(() => new OperatorTest(window, sums, { depth: 2 })).toThrow(
      'Cannot use windows at "window": times have 2 coordinates there',
    );
  });

  it("refuses sizes and steps that make no sense", () => {
    const bad = [
      { size: 0 },
      { size: 1.5 },
      { every: 0 },
      { every: 11 },
      { offset: 0.5 },
      { lateness: -1 },
      { early: 0 },
      { size: 10_001, every: 1 },
      { sise: 3 },
    ];
    for (const part of bad) {
      expect(window.config.safeParse({ ...sums, ...part }).success).toBe(false);
    }
    expect(window.config.safeParse({ ...sums, size: 10_000, every: 1 }).success).toBe(true);
  });
});
