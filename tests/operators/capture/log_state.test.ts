import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogEvent } from "../../../operators/capture/event.ts";
import { LogState } from "../../../operators/capture/log_state.ts";
import { Antichain } from "../../../progress/antichain.ts";
import { compareTimes, lessEqual, type Time } from "../../../progress/time.ts";
import { anyLog, keepsLaws, messages, openAfter, progress } from "./support.ts";

const anyDepth = fc.constantFrom(1, 2);

/** Events that keep the laws or break them, as it comes. */
function anyEvents(depth: number): fc.Arbitrary<LogEvent[]> {
  const coordinate = fc.nat(2);
  const time: fc.Arbitrary<Time> = depth === 1
    ? coordinate
    : fc.array(coordinate, { minLength: depth, maxLength: depth });
  const change = fc.tuple(time, fc.constantFrom(-2, -1, -1, 1, 1, 2));
  const event = fc.oneof(
    time.map((at) => messages(at, "a")),
    fc.array(change, { minLength: 1, maxLength: 3 }).map((all) => progress(...all)),
  );
  return fc.tuple(anyLog(depth, false), fc.array(event, { maxLength: 3 }))
    .map(([log, more]) => [...log, ...more]);
}

/** How many events it takes before it refuses one. */
function taken(events: readonly LogEvent[], state = new LogState()): number {
  const refused = events.findIndex((event) => state.take(event) !== undefined);
  return refused < 0 ? events.length : refused;
}

describe("LogState", () => {
  it("refuses an event exactly when it breaks a law", () =>
    fc.assert(
      fc.property(
        anyDepth.chain((depth) => fc.tuple(fc.constant(depth), anyEvents(depth))),
        ([depth, events]) => {
          const least = events.findIndex((_event, i) => !keepsLaws(events.slice(0, i + 1), depth));
          expect(taken(events)).toBe(least < 0 ? events.length : least);
        },
      ),
      { numRuns: 500 },
    ));

  it("knows the frontier, which never goes back", () =>
    fc.assert(fc.property(
      anyDepth.chain((depth) => anyLog(depth)),
      (events) => {
        const state = new LogState();
        let before: readonly Time[] | null = null;
        events.forEach((event, i) => {
          expect(state.take(event)).toBe(undefined);
          const minimal = Antichain.ofTimes(openAfter(events.slice(0, i + 1))).elements;
          expect(state.frontier).toEqual([...minimal].sort(compareTimes));
          for (const time of state.frontier!) {
            expect(before === null || before.some((old) => lessEqual(old, time))).toBe(true);
          }
          before = state.frontier;
        });
        expect(state.isComplete).toBe(true);
      },
    )));

  it("is not changed by what it refuses", () => {
    const state = new LogState();
    expect(taken([progress([0, 1]), progress([2, 1], [0, -1])], state)).toBe(2);
    expect(state.take(progress([5, 1], [2, -2]))).toBe("the count at 2 would be -1");
    expect(state.frontier).toEqual([2]);
    expect(state.take(progress([2, -1]))).toBe(undefined);
    expect(state.isComplete).toBe(true);
  });

  it.each<[string, LogEvent, string]>([
    [
      "a time that is complete",
      messages(1, "a"),
      "its 1 records are at 1, which is complete: open from 2 on",
    ],
    [
      "a time of another depth",
      messages([2, 0], "a"),
      "its time [2,0] has 2 coordinates, and those of this log have 1",
    ],
    ["what is no time", messages(-1 as Time, "a"), "-1 is no time"],
    ["a list of one", messages([3], "a"), "[3] is no time"],
    [
      "a complete time that is counted",
      progress([1, 1]),
      "it counts 1, which is complete: open from 2 on",
    ],
    [
      "no change",
      progress([2, 0]),
      "it changes the count at 2 by 0, which is no integer other than 0",
    ],
    [
      "half a change",
      progress([2, 0.5]),
      "it changes the count at 2 by 0.5, which is no integer other than 0",
    ],
    ["too large a count", progress([2, 2 ** 53 - 1]), "the count at 2 is too large"],
    ["what is no change", progress([2] as never), "[2] is no change"],
    ["what is no event", { kind: "other" } as never, "it is no event"],
    ["nothing", null as never, "it is no event"],
    [
      "records that are none",
      { kind: "messages", time: 2, records: "ab" as never },
      "it is no event",
    ],
  ])("refuses %s", (_what, event, why) => {
    const state = new LogState();
    expect(taken([progress([0, 1]), progress([2, 1], [0, -1])], state)).toBe(2);
    expect(state.take(event)).toBe(why);
  });

  it.each<[string, LogEvent]>([
    ["messages", messages(0, "a")],
    ["another time", progress([1, 1])],
    ["another count", progress([0, 2])],
    ["two times", progress([0, 1], [1, 1])],
    ["nothing", progress()],
    ["a list of one", progress([[0], 1])],
  ])("does not let a log begin with %s", (_what, event) => {
    expect(new LogState().take(event)).toMatch(/^a log begins with the progress of its least time/);
  });

  it("lets nothing come after the end but what says nothing", () => {
    const state = new LogState();
    expect(taken([progress([0, 1]), progress([0, -1]), progress()], state)).toBe(3);
    expect(state.take(messages(9, "a"))).toBe(
      "its 1 records are at 9, which is complete: nothing is open",
    );
    expect(state.take(progress([9, 1]))).toBe("it counts 9, which is complete: nothing is open");
  });

  it("can be told the depth before", () => {
    expect(new LogState(1).take(progress([[0, 0], 1]))).toBe(
      "its times have 2 coordinates, and those here have 1",
    );
  });
});
