import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameBuffer, FrameQueue } from "../../../actors/workers/frame_buffer.ts";
import { bytesIn, bytesOf, fill, frameOf } from "./frames.ts";

describe("FrameBuffer", () => {
  it("is three views of one memory that cover all of it", () => {
    for (const size of [0, 1, 63, 64, 65, 1000]) {
      const { bytes, words, doubles, length } = new FrameBuffer(size);
      expect(length).toBe(0);
      expect(bytes.length).toBeGreaterThanOrEqual(size);
      expect([words.length, doubles.length]).toEqual([bytes.length / 4, bytes.length / 8]);
      expect([words.buffer, doubles.buffer]).toEqual([bytes.buffer, bytes.buffer]);
    }
  });

  it("keeps everything that was written when it grows, beyond its length too", () => {
    const frame = new FrameBuffer(64);
    frame.bytes.set(bytesOf(64, 1));
    const { words } = frame;
    frame.ensure(64);
    expect(frame.words).toBe(words);
    frame.ensure(65);
    expect(frame.bytes.length).toBe(128);
    expect(frame.words.buffer).toBe(frame.bytes.buffer);
    expect(frame.doubles.buffer).toBe(frame.bytes.buffer);
    expect(frame.bytes.slice(0, 64)).toEqual(bytesOf(64, 1));
    expect(frame.length).toBe(0);
  });

  it("refuses a length that a mistake must have made", () => {
    for (const size of [2 ** 30 + 1, NaN, Infinity]) {
      expect(() => new FrameBuffer(size)).toThrow("MEANDER_FRAME  Cannot make a frame of");
    }
    expect(() => new FrameBuffer().ensure(2 ** 31)).toThrow("MEANDER_FRAME");
  });

  it("copies, and shares nothing with what it has copied", () => {
    for (const length of [0, 1, 191, 192, 193, 5000]) {
      const source = frameOf(bytesOf(length, 3));
      const target = frameOf(bytesOf(77, 4));
      target.copy(source);
      source.bytes.fill(0);
      expect(bytesIn(target)).toEqual(bytesOf(length, 3));
    }
  });

  it("exchanges its content and all views with another one", () => {
    const [a, b] = [frameOf(bytesOf(10, 1)), frameOf(bytesOf(1000, 2))];
    const [ofA, ofB] = [{ ...a }, { ...b }];
    a.swap(b);
    expect([{ ...a }, { ...b }]).toEqual([ofB, ofA]);
    expect(a.words.buffer).toBe(ofB.bytes.buffer);
  });
});

describe("FrameQueue", () => {
  it("is a queue of copies, whatever is done in between", () => {
    const operations = fc.array(
      fc.oneof(fc.nat(300), fc.constantFrom("take" as const, "shift" as const)),
      { maxLength: 200, size: "max" },
    );
    fc.assert(fc.property(operations, (steps) => {
      const queue = new FrameQueue();
      const model: Uint8Array[] = [];
      const outgoing = new FrameBuffer();
      const incoming = new FrameBuffer();
      steps.forEach((step, i) => {
        if (typeof step === "number") {
          model.push(bytesOf(step, i));
          queue.push(fill(outgoing, model.at(-1)!));
        } else if (model.length > 0) {
          const oldest = model.shift();
          if (step === "take") queue.take(incoming);
          else incoming.copy(queue.first), queue.shift();
          expect(bytesIn(incoming)).toEqual(oldest);
        }
        expect(queue.size).toBe(model.length);
      });
      queue.clear();
      expect(queue.size).toBe(0);
    }));
  });

  it("uses memory again, but not that of a burst for ever", () => {
    const queue = new FrameQueue();
    const memory = new Set<ArrayBuffer>();
    const frame = frameOf(bytesOf(100, 1));
    const into = new FrameBuffer();
    const pass = (frames: number) => {
      for (let i = 0; i < frames; i++) queue.push(frame);
      for (let i = 0; i < frames; i++) {
        queue.take(into);
        memory.add(into.bytes.buffer);
      }
    };
    for (let i = 0; i < 50; i++) pass(3);
    // Four slots and the receiver's own, each grown once.
    expect(memory.size).toBeLessThanOrEqual(5);
    pass(1000);
    memory.clear();
    for (let i = 0; i < 5; i++) pass(1000);
    expect(memory.size).toBeGreaterThan(4000);
  });
});
