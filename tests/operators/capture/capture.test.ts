import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../../batches/column_builder.ts";
import { valuesOf } from "../../../batches/data.ts";
import { capture } from "../../../operators/capture/capture.ts";
import { EventLog } from "../../../operators/capture/event_log.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { messages, progress } from "./support.ts";

describe("capture", () => {
  it("writes records when they arrive, and progress behind all records that it completes", () => {
    const log = new EventLog();
    const test = new OperatorTest(capture, { into: log, depth: 1 });
    test.send("in", 1, ["b"]);
    test.send("in", 0, ["a", "c"]);
    test.advance("in", [1]);
    test.send("in", 1, ["d"]);
    test.advance("in", [1]);
    test.advance("in", []);
    expect(log.events).toEqual([
      progress([0, 1]),
      messages(1, "b"),
      messages(0, "a", "c"),
      progress([1, 1], [0, -1]),
      messages(1, "d"),
      progress([1, -1]),
    ]);
    expect([log.isComplete, log.isEnded]).toEqual([true, true]);
    test.finish();
  });

  it("writes changes of frontiers of several elements", () => {
    const log = new EventLog();
    const test = new OperatorTest(capture, { into: log, depth: 2 }, { depth: 2 });
    test.advance("in", [[0, 2], [1, 0]]);
    test.advance("in", [[0, 3], [1, 0]]);
    expect(log.events).toEqual([
      progress([[0, 0], 1]),
      progress([[0, 2], 1], [[1, 0], 1], [[0, 0], -1]),
      progress([[0, 3], 1], [[0, 2], -1]),
    ]);
    expect(log.frontier).toEqual([[0, 3], [1, 0]]);
    test.finish();
    expect(log.isComplete).toBe(true);
  });

  it("keeps columns as columns", () => {
    const log = new EventLog();
    const test = new OperatorTest(capture, { into: log, depth: 1 });
    const structs = columnsFrom({ n: "i32" }, [{ n: 1 }]);
    test.send("in", 0, Int32Array.of(1, 2));
    test.send("in", 0, structs);
    const kept = log.events.flatMap((event) => event.kind === "messages" ? [event.records] : []);
    expect(kept[0]).toBeInstanceOf(Int32Array);
    expect(kept[1]).toBe(structs);
    expect(Array.from(valuesOf(kept[0]))).toEqual([1, 2]);
    test.finish();
  });

  it("asks a function for the sink of its worker, and refuses what is none", () => {
    const log = new EventLog();
    const asked: number[] = [];
    const into = (worker: number) => {
      asked.push(worker);
      return log;
    };
    new OperatorTest(capture, { into, depth: 1 }).finish();
    expect(asked).toEqual([0]);
    expect(log.isComplete).toBe(true);
    expect(() => new OperatorTest(capture, { into: () => ({}) as never, depth: 1 })).toThrow(
      'MEANDER_LOG  Cannot capture at "capture" on worker 0: the function gave {}, which is no sink of ' +
        "events. Return a log for each worker",
    );
    expect(() => new OperatorTest(capture, { into: {} as never, depth: 1 })).toThrow(
      "config into: expected a sink of events, with push and end, or a function of the worker's index",
    );
  });
});
