import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeMessage,
  type Message,
  MessageReader,
  repeated,
} from "../../../plugins/isolation/messages.ts";

const anyMessage = fc.record({
  kind: fc.integer({ min: 1, max: 127 }),
  vertex: fc.nat(),
  meta: fc.jsonValue(),
  blobs: fc.array(fc.uint8Array({ maxLength: 300, size: "max" }), { maxLength: 4 }),
});

function read(reader: MessageReader): Omit<Message, "metaBytes">[] {
  const all: Omit<Message, "metaBytes">[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) {
    const { kind, vertex, meta, blobs, isRepeated } = next;
    all.push({ kind, vertex, meta, isRepeated, blobs: blobs.map((blob) => blob.slice()) });
  }
  return all;
}

describe("messages", () => {
  it("arrive as they were sent, however the pipe cuts them", () => {
    const cut = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 8 }), cut, (messages, size) => {
        const bytes = messages.flatMap(({ kind, vertex, meta, blobs }) => [
          ...encodeMessage(kind, vertex, meta, blobs),
        ]);
        const reader = new MessageReader();
        const all = [];
        for (let at = 0; at < bytes.length; at += size) {
          reader.push(Uint8Array.from(bytes.slice(at, at + size)));
          all.push(...read(reader));
        }
        expect(all).toEqual(
          messages.map((each) => ({
            ...each,
            meta: JSON.parse(JSON.stringify(each.meta)),
            isRepeated: false,
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("may be long", () => {
    const reader = new MessageReader();
    const blob = new Uint8Array(3_000_000).fill(7);
    reader.push(encodeMessage(3, 1, "x", [blob, [blob, blob]]));
    expect(read(reader)[0].blobs.map(({ length }) => length)).toEqual([3_000_000, 6_000_000]);
  });

  it("say when they are repeated", () => {
    const reader = new MessageReader();
    const message = encodeMessage(3, 1, [1]);
    reader.push(repeated(message));
    reader.push(message);
    expect(read(reader).map(({ kind, isRepeated }) => [kind, isRepeated])).toEqual([
      [3, true],
      [3, false],
    ]);
  });
});

describe("bytes that are no message", () => {
  const words = (...all: number[]) => new Uint8Array(Uint32Array.from(all).buffer);

  it.each([
    ["a length of 2 GB", words(2 ** 31, 34, 1, 0)],
    ["a length of all ones", words(2 ** 32 - 1, 34, 1, 0)],
    ["a length of nothing", words(0)],
    ["more blobs than there may be", words(12, 34 | 0xffffff << 8, 1, 0)],
    ["blobs longer than it is", words(20, 34 | 1 << 8, 1, 0, 1000, 0)],
    ["a meta longer than it is", words(12, 34, 1, 1000)],
    ["bytes left over", words(20, 34, 1, 4, 0x6c6c756e, 0)],
    ["a meta that is no JSON", words(16, 34, 1, 4, 0x21212121)],
    ["a meta that is no UTF-8", words(16, 34, 1, 4, 0xffffffff)],
  ])("are refused before anything is made of them: %s", (_what, bytes) => {
    const reader = new MessageReader(1024);
    reader.push(bytes);
    expect(() => reader.next()).toThrow("MEANDER_PLUGIN_MESSAGE  Cannot read a message");
  });

  it("are refused or wait for more, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const reader = new MessageReader(1024);
        reader.push(bytes);
        try {
          read(reader);
        } catch (error) {
          expect((error as Error).message).toMatch(/^MEANDER_PLUGIN_MESSAGE/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
