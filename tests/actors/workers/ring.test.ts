import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameBuffer } from "../../../actors/workers/frame_buffer.ts";
import { ringMemory, RingReader, RingWriter } from "../../../actors/workers/ring.ts";
import { bytesIn, bytesOf, fill, frameOf } from "./frames.ts";

const HEAD_WORD = 0;
const TAIL_WORD = 32;

/** Both ends of a ring, as plain bytes. */
function makeRing(size: number, begin = 0) {
  const memory = ringMemory(size);
  const words = new Int32Array(memory);
  words[HEAD_WORD] = words[TAIL_WORD] = begin;
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  const [outgoing, incoming] = [new FrameBuffer(), new FrameBuffer()];
  return {
    writer,
    reader,
    send: (bytes: Uint8Array) => writer.send(fill(outgoing, bytes)),
    take: () => reader.take(incoming) ? bytesIn(incoming) : null,
  };
}

const sizes = fc.constantFrom(64, 128, 256, 2048);
/** Beginnings at which the positions pass 2^31, pass 2^32, or neither. */
const beginnings = fc.constantFrom(0, 2 ** 31 - 64, -64, -8);
const lengths = fc.oneof(fc.nat(40), fc.nat(300), fc.nat(5000));

describe("a ring", () => {
  it("is a queue: any frames, larger than the ring as well, in order and whole", () => {
    const steps = fc.array(fc.oneof(lengths, fc.constantFrom("take" as const, "flush" as const)), {
      maxLength: 60,
      size: "max",
    });
    fc.assert(fc.property(sizes, beginnings, steps, (size, begin, operations) => {
      const { writer, send, take } = makeRing(size, begin);
      const sent: Uint8Array[] = [];
      const taken: Uint8Array[] = [];
      const step = (operation: number | "take" | "flush") => {
        if (operation === "flush") return void writer.flush();
        if (operation === "take") {
          const frame = take();
          if (frame !== null) taken.push(frame);
          return;
        }
        sent.push(bytesOf(operation, sent.length));
        send(sent.at(-1)!);
      };
      operations.forEach(step);
      while (writer.backlog > 0 || taken.length < sent.length) {
        ["take", "flush"].forEach(step as never);
      }
      expect(taken).toEqual(sent);
      expect([take(), writer.flush()]).toEqual([null, true]);
    }));
  });

  it("goes on where its positions pass 2^32", () => {
    // As after four billion bytes: head and tail stand 8 bytes before the end of their range.
    const { send, take } = makeRing(64, -8);
    for (let i = 0; i < 20; i++) {
      send(bytesOf(13, i));
      expect(take()).toEqual(bytesOf(13, i));
    }
  });

  it("holds the writer's frames back while nobody reads, and loses none", () => {
    const { writer, send, take } = makeRing(64);
    for (let i = 0; i < 10; i++) send(bytesOf(20, i));
    expect(writer.backlog).toBe(8);
    expect(writer.flush()).toBe(false);
    for (let i = 0; i < 10; i++) {
      expect(take()).toEqual(bytesOf(20, i));
      writer.flush();
    }
    expect(writer.backlog).toBe(0);
  });

  it("takes a frame that fills it to the last byte", () => {
    const { writer, send, take } = makeRing(256);
    for (let i = 0; i < 5; i++) {
      send(bytesOf(248, i));
      expect(writer.backlog).toBe(0);
      expect(take()).toEqual(bytesOf(248, i));
    }
  });

  it("leaves the buffer alone while a frame is there in part only", () => {
    const { writer, reader, send } = makeRing(64);
    send(bytesOf(100, 1));
    const into = frameOf(bytesOf(5, 9));
    expect(reader.take(into)).toBe(false);
    expect(bytesIn(into)).toEqual(bytesOf(5, 9));
    expect(writer.flush()).toBe(true);
    expect(reader.take(into)).toBe(true);
    expect(bytesIn(into)).toEqual(bytesOf(100, 1));
  });

  it("refuses a size that it cannot have", () => {
    for (const size of [0, 63, NaN, 2 ** 31]) {
      expect(() => ringMemory(size)).toThrow(`MEANDER_RING  Cannot make a ring of ${size} bytes`);
    }
    expect(ringMemory(100).byteLength).toBe(256 + 128);
  });
});

describe("a writer that waits for room", () => {
  it("gets everything through when it flushes only when it is called", () => {
    fc.assert(fc.property(sizes, fc.array(lengths, { maxLength: 30, size: "max" }), (size, all) => {
      const { writer, reader, send, take } = makeRing(size);
      all.forEach((length, i) => send(bytesOf(length, i)));
      let calls = 0;
      reader.onRoom = () => calls++;
      for (let taken = 0; taken < all.length;) {
        for (let frame = take(); frame !== null; frame = take(), taken++) {
          expect(frame).toEqual(bytesOf(all[taken], taken));
        }
        if (taken === all.length) break;
        // Nobody else would tell the writer, which may be asleep.
        expect(calls).toBeGreaterThan(0);
        calls = 0;
        writer.flush();
      }
      expect(writer.backlog).toBe(0);
    }));
  });

  it("is called once for much room, and not at all when nothing waits", () => {
    const { writer, reader, send, take } = makeRing(1024);
    let calls = 0;
    reader.onRoom = () => calls++;
    for (let i = 0; i < 32; i++) send(bytesOf(24, i));
    expect(writer.backlog).toBe(0);
    while (take() !== null);
    expect(calls).toBe(0);
    for (let i = 0; i < 40; i++) send(bytesOf(24, i));
    expect(writer.backlog).toBe(8);
    for (let i = 0; i < 15; i++) take();
    expect(calls).toBe(0);
    while (take() !== null);
    expect(calls).toBe(1);
  });
});

describe("the end of a ring", () => {
  it("comes when the writer says so and everything was taken", () => {
    const { writer, reader, send, take } = makeRing(64);
    send(bytesOf(3, 1));
    writer.close();
    expect(reader.isEnded).toBe(false);
    expect(take()).toEqual(bytesOf(3, 1));
    expect(reader.isEnded).toBe(true);
  });

  it("comes after what waits for room", () => {
    const { writer, reader, send, take } = makeRing(64);
    for (let i = 0; i < 5; i++) send(bytesOf(50, i));
    writer.close();
    for (let i = 0; i < 5; i++) {
      expect(take()).toEqual(bytesOf(50, i));
      expect(reader.isEnded).toBe(i === 4);
      expect(writer.flush()).toBe(i >= 3);
    }
  });
});
