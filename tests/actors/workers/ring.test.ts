import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ringMemory, RingReader, RingWriter } from "../../../actors/workers/ring.ts";

const frameOf = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_unused, i) => seed * 31 + i);

describe("a ring in one thread", () => {
  it("is a queue: any frames, larger than the ring as well, in order and whole", () => {
    const steps = fc.array(fc.oneof(fc.nat(300), fc.constant("take" as const)), {
      maxLength: 60,
      size: "max",
    });
    fc.assert(fc.property(fc.constantFrom(64, 128, 256), steps, (size, operations) => {
      const memory = ringMemory(size);
      const writer = new RingWriter(memory);
      const reader = new RingReader(memory);
      const sent: Uint8Array[] = [];
      const taken: Uint8Array[] = [];
      const take = () => {
        writer.flush();
        const frame = reader.take();
        if (frame !== null) taken.push(frame);
        return frame !== null;
      };
      operations.forEach((operation, i) => {
        if (operation === "take") return void take();
        const frame = frameOf(operation, i);
        sent.push(frame);
        writer.send(frame);
      });
      while (writer.backlog > 0 || taken.length < sent.length) take();
      expect(taken).toEqual(sent);
      expect([reader.take(), writer.flush()]).toEqual([null, true]);
    }));
  });

  it("goes on where its positions pass 2^32", () => {
    const memory = ringMemory(64);
    // As after four billion bytes: head and tail stand 8 bytes before the end of their range.
    new Int32Array(memory, 0, 2).fill(-8);
    const writer = new RingWriter(memory);
    const reader = new RingReader(memory);
    for (let i = 0; i < 20; i++) {
      writer.send(frameOf(13, i));
      expect(reader.take()).toEqual(frameOf(13, i));
    }
  });

  it("holds the writer's frames back while nobody reads, and loses none", () => {
    const memory = ringMemory(64);
    const writer = new RingWriter(memory);
    for (let i = 0; i < 10; i++) writer.send(frameOf(20, i));
    expect(writer.backlog).toBeGreaterThan(5);
    expect(writer.flush()).toBe(false);
    const reader = new RingReader(memory);
    for (let i = 0; i < 10; i++) {
      expect(reader.take()).toEqual(frameOf(20, i));
      writer.flush();
    }
    expect(writer.backlog).toBe(0);
  });

  it("ends when the writer says so and everything was taken", () => {
    const memory = ringMemory(64);
    const writer = new RingWriter(memory);
    const reader = new RingReader(memory);
    writer.send(frameOf(3, 1));
    reader.wait(0);
    writer.close();
    expect(reader.isEnded).toBe(false);
    expect(reader.take()).toEqual(frameOf(3, 1));
    expect(reader.isEnded).toBe(true);
    // Whoever waits at the end does not wait.
    reader.wait(Infinity);
  });

  it("refuses a size that it cannot have", () => {
    for (const size of [0, 63, NaN, 2 ** 31]) {
      expect(() => ringMemory(size)).toThrow(`MEANDER_RING  Cannot make a ring of ${size} bytes`);
    }
    expect(ringMemory(100).byteLength).toBe(16 + 128);
  });
});

describe("two rings between two threads", () => {
  it("carry frames there and back, in order and whole", async () => {
    const [to, from] = [ringMemory(1024), ringMemory(1024)];
    const thread = new Worker(new URL("./ring_echo.ts", import.meta.url), { type: "module" });
    thread.postMessage({ to, from });
    const writer = new RingWriter(to);
    const reader = new RingReader(from);
    const lengths = Array.from({ length: 500 }, (_unused, i) => (i * 37) % 3000);
    let received = 0;
    for (let i = 0; i < lengths.length || received < lengths.length;) {
      if (i < lengths.length && writer.backlog < 4) writer.send(frameOf(lengths[i], i++));
      writer.flush();
      for (let frame = reader.take(); frame !== null; frame = reader.take(), received++) {
        const expected = frameOf(lengths[received], received).map((byte) => byte + 1);
        expect(frame).toEqual(expected);
      }
      await turn();
    }
    writer.close();
    while (!reader.isEnded) await turn();
    thread.terminate();
    expect(received).toBe(500);
  });
});

/** The next turn of the event loop: room in the ring is nothing that one is told of. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
