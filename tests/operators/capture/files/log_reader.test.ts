import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extract } from "../../../../operators/capture/extract.ts";
import { HEADER, linesOf } from "../../../../operators/capture/files/log_lines.ts";
import { LogReader } from "../../../../operators/capture/files/log_reader.ts";
import { anyLog, bytesOf, keepsLaws, logOf, messages, progress, readAll } from "../support.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const anyPieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const anyCase = fc.constantFrom(1, 2).chain((depth) =>
  fc.tuple(fc.constant(depth), anyLog(depth), anyPieces)
);

describe("a log in a file", () => {
  it("gives the events that were written, however the bytes come", () =>
    fc.assert(fc.asyncProperty(anyCase, async ([, events, sizes]) => {
      expect(await readAll(logOf(bytesOf(events), sizes))).toEqual({ events, torn: undefined });
    })));

  it("cut off at any byte is a log that is not complete, up to its last whole line", () =>
    fc.assert(
      fc.asyncProperty(anyCase, async ([depth, events, sizes]) => {
        const bytes = bytesOf(events);
        for (let cut = 0; cut < bytes.length; cut++) {
          const part = bytes.subarray(0, cut);
          const found = await readAll(logOf(part, sizes));
          const whole = text(part).split("\n").length - 1;
          expect(found.events).toEqual(events.slice(0, Math.max(0, whole - 1)));
          expect(keepsLaws(found.events, depth)).toBe(true);
          const rest = cut - (text(part).lastIndexOf("\n") + 1);
          const torn = `line ${whole + 1} is cut off after ${rest} bytes`;
          expect(found.torn).toBe(rest === 0 ? undefined : torn);
          await expect(extract(logOf(part, sizes))).rejects.toThrow("MEANDER_LOG_TORN");
        }
      }),
      { numRuns: 10 },
    ));

  it("writes many records on several lines, which no reader has to hold at once", async () => {
    const numbers = Int32Array.from({ length: 2500 }, (_unused, i) => i);
    const lines = linesOf({ kind: "messages", time: [1, 2], records: numbers }).trimEnd().split(
      "\n",
    );
    expect(lines.map((line) => JSON.parse(line).records.length)).toEqual([1024, 1024, 452]);
    const log = logOf(bytesOf([
      progress([0, 1]),
      { kind: "messages", time: 1, records: numbers },
      progress([0, -1]),
    ]));
    expect(await extract(log)).toEqual([[1, [...numbers]]]);
  });

  it("says where and how it was cut off", async () => {
    const bytes = bytesOf([progress([0, 1]), messages(0, "a"), messages(0, "b")]);
    await expect(extract(logOf(bytes.subarray(0, -5)))).rejects.toThrow(
      'MEANDER_LOG_TORN  Cannot read log "a.log" to its end: it ends before its last time is complete ' +
        "(line 4 is cut off after 22 bytes; open from 0 on). Replay it with { whenTorn: " +
        '"complete" } to take what there is as all there was',
    );
    expect(await extract(logOf(bytes.subarray(0, -5)), { whenTorn: "complete" })).toEqual([
      [0, ["a"]],
    ]);
  });

  it("ends where it is complete, with nothing behind it", async () => {
    const whole = text(bytesOf([progress([0, 1]), progress([0, -1])]));
    for (const size of [1, 1000]) {
      const log = logOf(`${whole}{"time":0,"records":[1]}\n`, [size]);
      await expect(extract(log)).rejects.toThrow(
        "at line 4: its 1 records are at 0, which is complete: nothing is open",
      );
      const cut = logOf(`${whole}{"time"`, [size]);
      await expect(extract(cut)).rejects.toThrow(
        "there is more behind its last event (line 4 is cut off after 7 bytes)",
      );
      expect(await extract(cut, { whenTorn: "complete" })).toEqual([]);
    }
  });

  it.each<[string, string]>([
    ["hello\nworld\n", 'it is no event log: its first line is "hello"'],
    ["hello", 'it is no event log: its first line is "hello"'],
    ['{"a":1}\n', 'it is no event log: its first line is "{\\"a\\":1}"'],
    ["null\n", 'it is no event log: its first line is "null"'],
    [`\ufeff${HEADER}\n`, "it is no event log"],
    [
      '{"meander":"event log","version":2}\n{"new":1}\n',
      "it is an event log of version 2, and this Meander reads version 1. Read it with the Meander that wrote it",
    ],
    ['{"meander":"event log","version":2}', "version 2"],
    ['{"meander":"event log"}\n', "version undefined"],
  ])("refuses files that are none, or of another version: %s", async (content, why) => {
    await expect(readAll(logOf(content))).rejects.toThrow(why);
  });

  it.each<[string, string]>([
    ["{", 'line 3: "{" is no JSON'],
    ["", 'line 3: "" is no JSON'],
    ["7", 'line 3: "7" is no event'],
    ["null", 'line 3: "null" is no event'],
    ['{"progress":1}', "is no event"],
    ['{"progress":[],"more":1}', "is no event"],
    ['{"time":0}', "is no event"],
    ['{"time":0,"records":{}}', "line 3: its records are no list"],
    ['{"time":0,"records":[{"$":["bigint","x"]}]}', "is no value"],
    ['{"time":-1,"records":[1]}', "line 3: -1 is no time"],
    ['{"time":[0,0],"records":[1]}', "line 3: its time [0,0] has 2 coordinates"],
    ['{"progress":[[0,-2]]}', "line 3: the count at 0 would be -1"],
    ['{"progress":[[1]]}', "line 3: [1] is no change"],
    ['{"progress":[1]}', "line 3: 1 is no change"],
    ["\ufffe", "is no JSON"],
  ])("names the line and the cause of what does not belong there: %s", async (line, why) => {
    const content = `${HEADER}\n{"progress":[[0,1]]}\n${line}\n`;
    const failure = extract(logOf(content), { whenTorn: "complete" });
    await expect(failure).rejects.toThrow('MEANDER_LOG  Cannot read log "a.log" at line 3: ');
    await expect(extract(logOf(content))).rejects.toThrow(why);
  });

  it("looks no further than it has to for the first line", async () => {
    await expect(readAll(logOf("x".repeat(100_000)))).rejects.toThrow(
      "it is no event log: there are 4096 bytes without an end of line",
    );
  });

  it("survives what is nested deeply", async () => {
    const begin = `${HEADER}\n{"progress":[[0,1]]}\n{"time":0,"records":[`;
    const sets = `${'{"$":["set",['.repeat(50_000)}${"]]}".repeat(50_000)}`;
    await expect(extract(logOf(`${begin}${sets}]}\n`))).rejects.toThrow(
      'MEANDER_LOG  Cannot read log "a.log" at line 3: it is nested too deeply',
    );
  });

  it("refuses what is no UTF-8", async () => {
    const bytes = Uint8Array.of(...new TextEncoder().encode(`${HEADER}\n`), 0x22, 0xff, 0x22, 10);
    await expect(readAll(logOf(bytes))).rejects.toThrow("at line 2: it is no UTF-8");
  });

  it("hands on why a file cannot be read", async () => {
    async function* broken() {
      yield new TextEncoder().encode(`${HEADER}\n`);
      await null;
      throw new Error("the disk is gone");
    }
    const log = { name: "x", open: () => new LogReader("x", false, broken) };
    await expect(readAll(log)).rejects.toThrow("the disk is gone");
  });
});
