import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLog } from "../../../operators/capture/event_log.ts";
import { extract } from "../../../operators/capture/extract.ts";
import { compareRecords } from "../../../operators/capture/record_order.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { anyLog, bytesOf, contents, logOf, messages, progress } from "./support.ts";

describe("extract", () => {
  it("gives records by time, sorted, of one log or of several", async () => {
    const log = new EventLog();
    for (const event of [progress([0, 1]), messages(2, 10, 9), messages(0, "b"), messages(2, 1)]) {
      log.push(event);
    }
    const other = new EventLog();
    other.push(progress([0, 1]));
    other.push(messages(0, "a"));
    const both = extract([log, other]);
    for (const each of [log, other]) each.push(progress([0, -1]));
    expect(await both).toEqual([[0, ["a", "b"]], [2, [1, 9, 10]]]);
    expect(await extract(log)).toEqual([[0, ["b"]], [2, [1, 9, 10]]]);
  });

  it("gives what was written, whatever the log", () =>
    fc.assert(fc.asyncProperty(
      fc.constantFrom(1, 2).chain((depth) => anyLog(depth)),
      async (events) => {
        const found = await extract(logOf(bytesOf(events), [7, 100]));
        const batches = found.map(([time, records]) => ({ time, records }));
        expect(bagsByTime(batches)).toEqual(bagsByTime(contents(events)));
      },
    )));

  it("fails when a log ends too early, unless it is to be taken as it is", async () => {
    const log = new EventLog("half");
    for (const event of [progress([0, 1]), messages(0, 1), progress([3, 1], [0, -1])]) {
      log.push(event);
    }
    log.end();
    await expect(extract(log)).rejects.toThrow(
      'MEANDER_LOG_TORN  Cannot read log "half" to its end: it ends before its last time is complete ' +
        '(open from 3 on). Replay it with { whenTorn: "complete" } to take what there is as all there was',
    );
    expect(await extract(log, { whenTorn: "complete" })).toEqual([[0, [1]]]);
    const empty = new EventLog("empty");
    empty.end();
    await expect(extract(empty)).rejects.toThrow("(it has not begun)");
  });
});

describe("compareRecords", () => {
  const sorted = [
    undefined,
    null,
    false,
    true,
    -Infinity,
    -1,
    0,
    2,
    10,
    NaN,
    -5n,
    3n,
    "",
    "B",
    "a",
    [],
    [1],
    [1, 0],
    [2],
    new Date(0),
    new Date(5),
    new Map([["a", 1]]),
    new Map([["a", 2]]),
    {},
    { a: 1 },
    { b: 0, a: 1 },
    { a: 2 },
    new Set([1]),
    Uint8Array.of(1),
    Uint8Array.of(2),
  ];

  it("orders records of every kind by value", () => {
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect([i, j, Math.sign(compareRecords(a, b))]).toEqual([i, j, Math.sign(i - j)]);
      }
    }
  });

  it("finds equal values equal, whatever the order of their names", () => {
    expect(compareRecords({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(0);
    expect(compareRecords(0, -0)).toBe(0);
    expect(compareRecords(NaN, NaN)).toBe(0);
    expect(compareRecords(new Date(NaN), new Date(NaN))).toBe(0);
  });
});
