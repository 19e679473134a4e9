import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../../batches/column_builder.ts";
import type { LogEvent } from "../../../operators/capture/event.ts";
import { EventLog } from "../../../operators/capture/event_log.ts";
import { replay } from "../../../operators/capture/replay.ts";
import { OperatorTest, type OperatorTestOptions } from "../../../operators/kit/operator_test.ts";
import { Antichain } from "../../../progress/antichain.ts";
import { compareTimes, type Time } from "../../../progress/time.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { anyLog, contents, messages, openAfter, progress } from "./support.ts";

function memoryLog(...events: LogEvent[]): EventLog {
  const log = new EventLog("events");
  for (const event of events) log.push(event);
  return log;
}

function player(logs: EventLog[], options: OperatorTestOptions = {}) {
  return new OperatorTest(replay, { logs }, options);
}

/** The minimal times of its rights. */
function heldBy(test: { readonly rights: readonly Time[] }): readonly Time[] {
  return [...Antichain.ofTimes(test.rights).elements].sort(compareTimes);
}

const depthAndLogs = fc.constantFrom(1, 2).chain((depth) =>
  fc.tuple(fc.constant(depth), fc.array(anyLog(depth), { minLength: 1, maxLength: 3 }))
);

describe("replay", () => {
  it("sends the union of the logs, whatever the budget and the size of batches", () =>
    fc.assert(fc.property(
      depthAndLogs,
      fc.constantFrom(1, 8),
      fc.constantFrom(1, 2, 1024),
      ([depth, all], budget, capacity) => {
        const logs = all.map((events) => memoryLog(...events));
        const test = player(logs, { depth, budget, capacity });
        test.pass(0);
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(all.flatMap(contents)));
        expect(test.batches("out").every(({ records }) => records.length <= capacity)).toBe(true);
        test.finish();
      },
    )));

  it("holds the meet of the frontiers of logs that grow, event by event", () =>
    fc.assert(fc.property(depthAndLogs, fc.infiniteStream(fc.nat(99)), ([depth, all], picks) => {
      const logs = all.map(() => new EventLog());
      const test = player(logs, { depth });
      const played: LogEvent[][] = all.map(() => []);
      const least = depth === 1 ? 0 : [0, 0];
      for (;;) {
        const growing = all.flatMap((events, i) => played[i].length < events.length ? [i] : []);
        if (growing.length === 0) break;
        const i = growing[picks.next().value! % growing.length];
        const event = all[i][played[i].length];
        played[i].push(event);
        logs[i].push(event);
        test.pass(0);
        const open = played.flatMap((events) => events.length === 0 ? [least] : openAfter(events));
        const minimal = Antichain.ofTimes(open).elements;
        expect(heldBy(test)).toEqual([...minimal].sort(compareTimes));
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(played.flatMap(contents)));
      }
      test.finish();
    })));

  it("goes on after a snapshot where it was, and neither repeats nor leaves out anything", () =>
    fc.assert(fc.property(depthAndLogs, fc.nat(20), ([depth, all], cut) => {
      const logs = all.map((events) => memoryLog(...events.slice(0, cut)));
      const first = player(logs, { depth });
      first.pass(0);
      const saved = first.save();
      replay.state!.schema.parse(saved.state);
      const second = player(logs, { depth }).restore(saved);
      expect(heldBy(second)).toEqual(heldBy(first));
      expect(second.save().state).toEqual(saved.state);
      all.forEach((events, i) => events.slice(cut).forEach((event) => logs[i].push(event)));
      second.pass(0);
      second.finish();
      const sent = [
        ...first.batches("out").slice(0, countBefore(all, cut)),
        ...second.batches("out"),
      ];
      expect(bagsByTime(sent)).toEqual(bagsByTime(all.flatMap(contents)));
    })));

  it("does not go on with other logs than it had", () => {
    const log = memoryLog(progress([0, 1]), progress([2, 1], [0, -1]));
    const first = player([log]);
    first.pass(0);
    expect(() => player([log, log]).restore(first.save())).toThrow(
      "MEANDER_LOG  Cannot go on with a replay that was saved: it had 1 logs, and finds 2. Give it the " +
        "logs that it had",
    );
    const other = memoryLog(progress([0, 1]), progress([1, 1], [0, -1]));
    expect(() => player([other]).restore(first.save()).pass(0)).toThrow(
      'it had log "events" at event 2, and finds another frontier',
    );
  });

  it("gives way when the budget is spent, and after many events that send nothing", () => {
    const batches = [messages(0, 1), messages(0, 2), messages(0, 3)];
    const test = player([memoryLog(progress([0, 1]), ...batches, progress([0, -1]))], {
      budget: 1,
    });
    test.pass(0);
    expect(test.slices).toBe(4);
    const steps = Array.from({ length: 1000 }, (_unused, i) => progress([i + 1, 1], [i, -1]));
    const long = player([memoryLog(progress([0, 1]), ...steps, progress([1000, -1]))]);
    long.pass(0);
    expect(long.slices).toBeGreaterThan(3);
    long.finish();
  });

  it("plays the log that is furthest behind first", () => {
    const steps = (name: string) => [
      progress([0, 1]),
      messages(0, `${name}0`),
      progress([1, 1], [0, -1]),
      messages(1, `${name}1`),
      progress([1, -1]),
    ];
    const test = player([memoryLog(...steps("a")), memoryLog(...steps("b"))]);
    test.pass(0);
    expect(test.sent("out")).toEqual(["a0", "b0", "a1", "b1"]);
    test.finish();
  });

  it("sends columns as they are, and cuts lists that are too long for a batch", () => {
    const structs = columnsFrom({ n: "i32" }, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    const log = memoryLog(
      progress([0, 1]),
      { kind: "messages", time: 0, records: Float64Array.of(1, 2, 3) },
      { kind: "messages", time: 0, records: structs },
      messages(0),
      progress([0, -1]),
    );
    const test = player([log], { capacity: 2 });
    test.pass(0);
    expect(test.batches("out").map(({ records }) => records)).toEqual([
      [1, 2],
      [3],
      [{ n: 1 }, { n: 2 }, { n: 3 }],
    ]);
    test.finish();
  });

  it("has nothing to do without logs", () => {
    const test = player([]);
    test.pass(0);
    test.finish();
    expect(test.sent("out")).toEqual([]);
  });
});

describe("a log that ends before it is complete", () => {
  const events = [progress([0, 1]), messages(0, 1), progress([3, 1], [0, -1]), messages(4, 2)];

  it("holds its times open while it may grow, and fails when it has ended", () => {
    const log = memoryLog(...events);
    const test = player([log]);
    test.pass(0);
    expect(test.rights).toEqual([3]);
    expect(() => log.end()).toThrow(
      'MEANDER_LOG_TORN  Cannot replay at "replay": Cannot read log "events" to its end: it ends before its ' +
        'last time is complete (open from 3 on). Replay it with { whenTorn: "complete" } to take what there is as all there was',
    );
  });

  it("may be taken as it is", () => {
    const log = memoryLog(...events);
    log.end();
    const test = new OperatorTest(replay, { logs: [log], whenTorn: "complete" });
    test.pass(0);
    test.finish();
    expect(test.sent("out")).toEqual([1, 2]);
  });
});

/** Logs that were not written by a capture. */
function hostile(...events: LogEvent[]) {
  return { name: "hostile", open: () => new Open(events) };
}

class Open {
  readonly isLive = false;
  readonly torn = undefined;
  #at = 0;
  constructor(readonly events: readonly LogEvent[]) {}
  get place() {
    return `line ${this.#at + 1}`;
  }
  next() {
    return this.events[this.#at++] ?? "end";
  }
  whenReady() {}
  close() {}
}

describe("a hostile log", () => {
  const begun = [progress([0, 1]), progress([2, 1], [0, -1])];

  it.each<[string, LogEvent[], string]>([
    [
      "a message at a complete time",
      [...begun, messages(1, "x")],
      "line 4: its 1 records are at 1, which is complete",
    ],
    [
      "a message after the end",
      [progress([0, 1]), progress([0, -1]), messages(0, "x")],
      "line 4: its 1 records are at 0",
    ],
    ["a negative count", [...begun, progress([2, -2])], "line 4: the count at 2 would be -1"],
    [
      "another depth",
      [...begun, messages([2, 0], "x")],
      "line 4: its time [2,0] has 2 coordinates, and those of this log have 1",
    ],
    [
      "another depth from the beginning",
      [progress([[0, 0], 1])],
      "line 2: its times have 2 coordinates, and those here have 1",
    ],
    [
      "no beginning",
      [messages(0, "x")],
      "line 2: a log begins with the progress of its least time",
    ],
  ])("fails where it breaks a law: %s", (_what, events, why) => {
    const test = new OperatorTest(replay, { logs: [hostile(...events)] });
    expect(() => test.pass(0)).toThrow(
      `MEANDER_LOG  Cannot replay at "replay": Cannot read log "hostile" at ${why}`,
    );
  });
});

/** How many batches come of the first `cut` events of each log: one for each message. */
function countBefore(all: readonly LogEvent[][], cut: number): number {
  return contents(all.flatMap((events) => events.slice(0, cut))).length;
}
