import { describe, expect, it } from "vitest";
import { HEADER } from "../../../../operators/capture/files/log_lines.ts";
import { LogWriter, type OpenFile } from "../../../../operators/capture/files/log_writer.ts";
import { messages, progress } from "../support.ts";

/** A file in memory that takes a few bytes at a time, and breaks when it is full. */
class Disk implements OpenFile {
  text = "";
  readonly did: string[] = [];

  constructor(readonly most = Infinity, readonly room = Infinity) {}

  write(bytes: Uint8Array): number {
    const length = Math.min(bytes.length, this.most, this.room - this.text.length);
    if (length === 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    this.text += new TextDecoder().decode(bytes.subarray(0, length));
    return length;
  }

  sync(): void {
    this.did.push("sync");
  }

  close(): void {
    this.did.push("close");
  }
}

const BEGUN = `${HEADER}\n{"progress":[[0,1]]}\n`;

describe("LogWriter", () => {
  it("has written everything up to a progress when that was pushed", () => {
    const disk = new Disk(5);
    const writer = new LogWriter("a.log", disk);
    writer.push(progress([0, 1]));
    expect(disk.text).toBe(BEGUN);
    writer.push(messages(0, "a", 1n));
    expect(disk.text).toBe(BEGUN);
    writer.push(progress([1, 1], [0, -1]));
    const lines = '{"time":0,"records":["a",{"$":["bigint","1"]}]}\n{"progress":[[1,1],[0,-1]]}\n';
    expect(disk.text).toBe(`${BEGUN}${lines}`);
    writer.push(progress([1, -1]));
    writer.end();
    expect(disk.text).toBe(`${BEGUN}${lines}{"progress":[[1,-1]]}\n`);
    expect(disk.did).toEqual(["sync", "close"]);
  });

  it("writes what came before it is ended too early", () => {
    const disk = new Disk();
    const writer = new LogWriter("a.log", disk);
    writer.push(progress([0, 1]));
    writer.push(messages(0, "a"));
    writer.end();
    writer.end();
    expect(disk.text).toBe(`${BEGUN}{"time":0,"records":["a"]}\n`);
    expect(disk.did).toEqual(["close"]);
    expect(() => writer.push(messages(0, "b"))).toThrow(
      'MEANDER_LOG  Cannot write event 3 to log "a.log": it was ended',
    );
  });

  it("holds little", () => {
    const disk = new Disk();
    const writer = new LogWriter("a.log", disk);
    writer.push(progress([0, 1]));
    let pushed = 0;
    for (let i = 0; i < 100; i++) {
      writer.push(messages(0, "x".repeat(10_000)));
      pushed += 10_000;
      expect(pushed - disk.text.length).toBeLessThan(80_000);
    }
    writer.end();
  });

  it("refuses what cannot be written, and is not changed by it", () => {
    const disk = new Disk();
    const writer = new LogWriter("a.log", disk);
    writer.push(progress([0, 1]));
    expect(() => writer.push(messages(0, "a", Symbol("s")))).toThrow(
      "MEANDER_LOG_RECORD  Cannot write Symbol(s) to a log: it is a symbol. Map the records to plain data " +
        "before they are captured",
    );
    expect(() => writer.push(messages([0, 0], "a"))).toThrow("has 2 coordinates");
    writer.end();
    expect(disk.text).toBe(BEGUN);
  });

  it("stops where the disk is full, so that what is there is a log that was cut off", () => {
    const disk = new Disk(Infinity, BEGUN.length + 7);
    const writer = new LogWriter("a.log", disk);
    writer.push(progress([0, 1]));
    writer.push(messages(0, "a"));
    expect(() => writer.push(progress([0, -1]))).toThrow(
      'MEANDER_WRITE  Cannot write "a.log": the disk is full. Make room and run again',
    );
    writer.end();
    expect(disk.text).toBe(`${BEGUN}{"time"`);
    expect(disk.did).toEqual(["close"]);
  });
});
