import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sessionWindow } from "../../../operators/windows/session_window.ts";
import type { SessionInfo } from "../../../operators/windows/window_options.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { anyEvents, anyLimits, bagsOf, cameOf, resultsOf, runEvents, runInTwo } from "./events.ts";
import { type Event, foldIds, sessionAnswers, type SessionSettings } from "./oracle.ts";

const anySettings: fc.Arbitrary<SessionSettings> = fc.record({
  gap: fc.integer({ min: 1, max: 7 }),
  lateness: fc.constantFrom(0, 0, 1, 3, 10, Number.MAX_SAFE_INTEGER),
  early: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  keyed: fc.boolean(),
}).map(({ early, ...rest }) => ({ ...rest, ...(early === undefined ? {} : { early }) }));

function configOf({ keyed, ...settings }: SessionSettings) {
  return {
    ...settings,
    at: (record: unknown) => (record as Event).at,
    ...(keyed ? { key: (record: unknown) => (record as Event).key } : {}),
    ...foldIds,
    emit: (key: unknown, ids: unknown, window: SessionInfo) => ({ key, ...window, ids }),
  };
}

function expectedOf(came: Parameters<typeof sessionAnswers>[0], settings: SessionSettings) {
  const { out, late } = sessionAnswers(came, settings);
  return { out: bagsByTime(out), late: bagsByTime(late) };
}

/** Numbers whose event times are themselves, as a text. */
const texts = {
  gap: 5,
  at: (record: unknown) => record as number,
  initial: () => "",
  fold: (text: unknown, record: unknown) => `${text} ${record}`,
  emit: (_key: unknown, text: unknown, { kind, replaces }: SessionInfo) =>
    `${kind}:${text}${replaces.map(({ start, end }) => `, not ${start}-${end}`).join("")}`,
};

describe("sessionWindow", () => {
  it("sends what brute force finds, whatever the order of times, the budget and the settings", () => {
    fc.assert(
      fc.property(anySettings, anyEvents, anyLimits, (settings, traffic, limits) => {
        const test = runEvents(sessionWindow, configOf(settings), limits, traffic);
        expect(bagsOf(test)).toEqual(expectedOf(cameOf(traffic), settings));
        expect(test.rights).toEqual([]);
        expect(test.save().state).toEqual({ sessions: [], arrivals: [], changed: [] });
      }),
      { numRuns: 300 },
    );
  });

  it("goes on where a snapshot left it", () => {
    fc.assert(
      fc.property(anySettings, anyEvents, fc.nat(10), (settings, traffic, at) => {
        const cut = Math.min(at, traffic.length);
        const tests = runInTwo(sessionWindow, configOf(settings), traffic, cut);
        expect(bagsOf(...tests)).toEqual(expectedOf(cameOf(traffic), settings));
      }),
      { numRuns: 150 },
    );
  });

  it("has each record in one session that nothing replaced, or sends it as late", () => {
    fc.assert(
      fc.property(anySettings, anyEvents, (settings, traffic) => {
        const limits = { budget: 8, capacity: 64 };
        const test = runEvents(sessionWindow, configOf(settings), limits, traffic);
        const standing = new Map<string, readonly number[]>();
        for (const { key, start, end, kind, replaces, ids } of resultsOf(test)) {
          if (kind === "early") continue;
          for (const old of replaces!) {
            expect(standing.delete(`${key} ${old.start} ${old.end}`)).toBe(true);
          }
          expect(standing.has(`${key} ${start} ${end}`)).toBe(false);
          standing.set(`${key} ${start} ${end}`, ids);
        }
        const late = (test.sent("late") as Event[]).map(({ id }) => id);
        const all = cameOf(traffic).flatMap(({ records }) =>
          (records as Event[]).map(({ id }) => id)
        );
        const found = [...[...standing.values()].flat(), ...late];
        expect(found.sort((a, b) => a - b)).toEqual(all.sort((a, b) => a - b));
        expect(test.dropped.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("joins records less than a gap apart, and sends them when no more can join", () => {
    const test = new OperatorTest(sessionWindow, texts);
    test.send("in", 0, [7, 0, 3, 12]);
    test.send("in", 2, [4]);
    test.advance("in", [11]);
    expect(test.sent("out")).toEqual([]);
    test.advance("in", [12]);
    expect(test.batches("out")).toEqual([{ time: 11, records: ["onTime: 0 3 4 7"] }]);
    test.finish();
    expect(test.batches("out").slice(1)).toEqual([{ time: 16, records: ["onTime: 12"] }]);
  });

  it("takes a record that would be late alone into a session that goes on", () => {
    const test = new OperatorTest(sessionWindow, texts);
    test.send("in", 9, [4, 8, 12, -1]);
    test.send("in", 13, [9, 2, 7]);
    test.send("in", 10, [-2]);
    test.finish();
    // 4 would be over at 9, but 8 goes on; -1 is as far from 4 as a gap. 2 comes at 13 with 7, 9 and 12.
    expect(test.sent("out")).toEqual(["onTime: 2 4 7 8 9 12"]);
    expect(test.batches("late")).toEqual([
      { time: 9, records: [-1] },
      { time: 10, records: [-2] },
    ]);
  });

  it("joins sessions by a late record, and says what the result takes the place of", () => {
    const test = new OperatorTest(sessionWindow, { ...texts, lateness: 20 });
    test.send("in", 0, [0, 8]);
    test.advance("in", [14]);
    test.send("in", 14, [4]);
    test.send("in", 15, [12]);
    test.send("in", 16, [-3]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 4, records: ["onTime: 0"] },
      { time: 12, records: ["onTime: 8"] },
      { time: 14, records: ["late: 0 4 8, not 0-5, not 8-13"] },
      // Longer than before and open again.
      { time: 16, records: ["onTime: -3 0 4 8 12, not 0-13"] },
    ]);
  });

  it("looks at a session once, though it is touched from both sides at one time", () => {
    const test = new OperatorTest(sessionWindow, { ...texts, gap: 3, lateness: 9 });
    test.send("in", 0, [0]);
    // −1 and 2 are a gap apart, and meet in the session of 0. With −1 alone it would be over at 3.
    test.send("in", 3, [-1, 2]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 2, records: ["onTime: 0"] },
      { time: 4, records: ["onTime: -1 0 2, not 0-3"] },
    ]);
  });

  it("does in one callback what is complete already, and in the order of times", () => {
    const test = new OperatorTest(sessionWindow, { ...texts, key: (n) => (n as number) % 2 });
    test.send("in", 0, [0, 11]);
    test.advance("in", [1]);
    test.send("in", 1, [4, 15]);
    test.send("in", 2, [8]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 12, records: ["onTime: 0 4 8"] },
      { time: 19, records: ["onTime: 11 15"] },
    ]);
    // Of 0 alone the session would be over at 4; at 1 and 2 it was known to last longer.
    expect(test.notified).toEqual([0, 1, 2, 4, 15]);
  });

  it("folds a new session of a late record when that is waited for", () => {
    const test = new OperatorTest(sessionWindow, { ...texts, lateness: 3 });
    test.send("in", 9, [2, 1]);
    test.finish();
    // The two are one session, which is over at 7 and waited for until 10.
    expect(test.batches("out")).toEqual([{ time: 9, records: ["late: 1 2"] }]);
  });

  it("sends early results of what changed", () => {
    const test = new OperatorTest(sessionWindow, { ...texts, early: 4 });
    test.send("in", 0, [0]);
    test.send("in", 3, [5, 4]);
    test.send("in", 9, [20]);
    test.finish();
    expect(test.batches("out")).toEqual([
      { time: 0, records: ["early: 0"] },
      { time: 4, records: ["early: 0 4 5"] },
      { time: 9, records: ["onTime: 0 4 5"] },
      { time: 12, records: ["early: 20"] },
      { time: 24, records: ["onTime: 20"] },
    ]);
  });

  it("drops what it keeps of a session when that is over, and gives way when it has much to send", () => {
    const many = { ...texts, key: (n: unknown) => n, lateness: 2 };
    const test = new OperatorTest(sessionWindow, many, { budget: 1, capacity: 2 });
    test.send("in", 0, [1, 2, 1, -9, -8, -7, -8]);
    test.advance("in", [6]);
    expect(test.batches("late").map(({ records }) => records.length)).toEqual([2, 2]);
    expect(test.sent("out")).toEqual(["onTime: 1 1"]);
    test.advance("in", [8]);
    expect((test.save().state as { sessions: unknown[] }).sessions).toHaveLength(1);
    test.finish();
    expect(test.sent("out")).toEqual(["onTime: 1 1", "onTime: 2"]);
    expect(test.save().state).toEqual({ sessions: [], arrivals: [], changed: [] });
  });

  it("names the record at which one of its functions threw, or gave no event time", () => {
    const fail = () => {
      throw new Error("oh");
    };
    for (const part of ["at", "key"]) {
      const test = new OperatorTest(sessionWindow, { ...texts, [part]: fail });
      expect(() => test.send("in", 2, [7])).toThrow("threw at time 2 on record 7: Error: oh");
    }
    const folding = new OperatorTest(sessionWindow, { ...texts, fold: fail });
    folding.send("in", 2, [7]);
    folding.advance("in", [3]);
    expect(() => folding.finish()).toThrow("threw at time 11 on record 7: Error: oh");
    for (const part of ["initial", "emit"]) {
      const test = new OperatorTest(sessionWindow, { ...texts, [part]: fail });
      test.send("in", 2, [7]);
      expect(() => test.finish()).toThrow('"window":{"start":7,"end":12');
    }
    const test = new OperatorTest(sessionWindow, { ...texts, at: () => 0.5 });
    expect(() => test.send("in", 2, [7])).toThrow("its event time is 0.5");
    const huge = new OperatorTest(sessionWindow, { ...texts, at: () => Number.MAX_SAFE_INTEGER });
    expect(() => huge.send("in", 2, [7])).toThrow("the end of its session would be at");
  });

  it("refuses times of several coordinates, and settings that make no sense", () => {
    expect(() => new OperatorTest(sessionWindow, texts, { depth: 2 })).toThrow(
      'Cannot use sessions at "sessionWindow": times have 2 coordinates there',
    );
    for (const part of [{ gap: 0 }, { gap: "1m" }, { lateness: -1 }, { early: 0 }, { size: 5 }]) {
      expect(sessionWindow.config.safeParse({ ...texts, ...part }).success).toBe(false);
    }
  });
});
