import { describe, expect, it } from "vitest";
import { EventLog } from "../../../operators/capture/event_log.ts";
import { messages, progress } from "./support.ts";

describe("EventLog", () => {
  it("is read by several readers, each from the beginning, while it grows", () => {
    const log = new EventLog();
    const first = log.open();
    const heard: string[] = [];
    expect(first.next()).toBe("wait");
    first.whenReady(() => heard.push("first"));
    log.push(progress([0, 1]));
    expect(heard).toEqual(["first"]);
    log.push(messages(0, "a"));
    const second = log.open();
    for (const reader of [first, second]) {
      expect(reader.next()).toEqual(progress([0, 1]));
      expect(reader.next()).toEqual(messages(0, "a"));
      expect(reader.place).toBe("event 2");
      expect(reader.next()).toBe("wait");
    }
    log.end();
    expect([first.next(), second.next(), heard]).toEqual(["end", "end", ["first"]]);
    expect([log.isEnded, log.isComplete, log.frontier]).toEqual([true, false, [0]]);
  });

  it("does not call readers that are closed", () => {
    const log = new EventLog();
    const [a, b] = [log.open(), log.open()];
    const heard: string[] = [];
    a.whenReady(() => heard.push("a"));
    b.whenReady(() => heard.push("b"));
    a.close();
    log.push(progress([0, 1]));
    expect(heard).toEqual(["b"]);
  });

  it("refuses what breaks a law, and everything after its end", () => {
    const log = new EventLog("results");
    log.push(progress([0, 1]));
    expect(() => log.push(progress([0, 1], [0, -3]))).toThrow(
      'MEANDER_LOG  Cannot write event 2 to log "results": the count at 0 would be -1. Give every capture, ' +
        "and every run of it, a log of its own",
    );
    expect(log.events.length).toBe(1);
    log.end();
    expect(() => log.push(messages(0, 1))).toThrow('event 2 to log "results": it was ended');
  });
});
