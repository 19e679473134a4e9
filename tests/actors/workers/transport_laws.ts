/**
 * The laws of `Transport`, for every implementation.
 * @module
 */

import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { FrameBuffer } from "../../../actors/workers/frame_buffer.ts";
import type { Transport } from "../../../actors/workers/transport.ts";
import { bytesIn, bytesOf, fill, frameOf } from "./frames.ts";

/** All ends of a network of so many workers, in this thread. */
export type MakeEnds = (workers: number) => Transport[];

/** One end in this thread, and a worker anywhere that sends everything back, each byte one more. */
export interface Echo {
  readonly near: Transport;
  /** Lets the other side work until `near` has received a frame; throws when none comes. */
  receive(): void | Promise<void>;
  /** Closes `near`; done when the other side has closed, too, and its thread has ended. */
  stop(): void | Promise<void>;
}

const lengths = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 }));
const workers = fc.nat(2);
/** A frame of some length between two workers, a look for one, or a flush. */
const operations = fc.array(
  fc.oneof(
    fc.tuple(fc.constant("send" as const), workers, workers, lengths),
    fc.tuple(fc.constantFrom("receive" as const, "flush" as const), workers),
  ),
  { maxLength: 100, size: "max" },
);

/** What was sent and has not arrived, for each ordered pair; what arrives has to be the oldest of its pair. */
class Model {
  readonly #ends: readonly Transport[];
  readonly #queues: Uint8Array[][][];
  // One for all sends: what a frame says must not depend on it afterwards.
  readonly #outgoing = new FrameBuffer();
  #sent = 0;
  left = 0;

  constructor(ends: readonly Transport[]) {
    this.#ends = ends;
    this.#queues = ends.map(() => ends.map(() => []));
  }

  send(from: number, to: number, length: number): void {
    const bytes = bytesOf(length, this.#sent++);
    this.#ends[from].send(to, fill(this.#outgoing, bytes));
    this.#queues[from][to].push(bytes);
    this.left++;
  }

  receive(at: number): boolean {
    const end = this.#ends[at];
    if (!end.receive()) {
      // What does not wait at its sender can be received.
      for (const sender of this.#ends) {
        if (sender.backlog === 0) expect(this.#queues[sender.index][at]).toEqual([]);
      }
      return false;
    }
    expect(bytesIn(end.frame)).toEqual(this.#queues[end.from][at].shift());
    // What was received is the receiver's.
    fill(end.frame, bytesOf(4000, 5));
    this.left--;
    return true;
  }

  /** Brings everything to its end; as nobody else does anything, each round has to. */
  drain(): void {
    for (let round = 0; this.left > 0; round++) {
      // A piece is a quarter of a ring at least, and hence 16 bytes.
      if (round > 100 * 3000 / 16) throw new Error(`${this.left} frames do not arrive`);
      for (const end of this.#ends) {
        expect(end.flush()).toBe(end.backlog === 0);
        while (this.receive(end.index));
      }
    }
    for (const end of this.#ends) expect([end.receive(), end.flush()]).toEqual([false, true]);
  }
}

/** The laws that can be seen with all ends in one thread. */
export function describeEnds(name: string, make: MakeEnds): void {
  describe(`${name}: frames`, () => describeFrames(make));
  describe(`${name}: senders and receivers`, () => describePlaces(make));
  describe(`${name}: the end`, () => describeEnd(make));
}

function describeFrames(make: MakeEnds): void {
  it("arrive whole, once, and for each pair in order", () => {
    fc.assert(fc.property(operations, (steps) => {
      const ends = make(3);
      const model = new Model(ends);
      for (const [step, at, to, length] of steps) {
        if (step === "receive") model.receive(at);
        else if (step === "flush") ends[at].flush();
        else if (at !== to) model.send(at, to!, length!);
      }
      model.drain();
    }));
  });

  it("are as large as they want", () => {
    const [a, b] = make(2);
    const bytes = bytesOf(100_000, 7);
    a.send(1, frameOf(bytes));
    a.send(1, frameOf(bytesOf(3, 1)));
    while (!b.receive()) a.flush();
    expect([b.from, bytesIn(b.frame)]).toEqual([0, bytes]);
    while (!b.receive()) a.flush();
    expect(bytesIn(b.frame)).toEqual(bytesOf(3, 1));
  });

  it("wait while nobody receives, and hold nobody up", () => {
    const [a, b, c] = make(3);
    for (let i = 0; i < 1000; i++) a.send(1, frameOf(bytesOf(500, i)));
    a.send(2, frameOf(bytesOf(9, 9)));
    expect([c.receive(), c.from, bytesIn(c.frame)]).toEqual([true, 0, bytesOf(9, 9)]);
    for (let i = 0; i < 1000; i++) {
      while (!b.receive()) a.flush();
      expect(bytesIn(b.frame)).toEqual(bytesOf(500, i));
    }
    expect([a.backlog, b.receive()]).toEqual([0, false]);
  });
}

function describePlaces(make: MakeEnds): void {
  it("senders have their turns", () => {
    const ends = make(4);
    for (const [from, count] of [[0, 3], [1, 1], [3, 3]]) {
      for (let i = 0; i < count; i++) ends[from].send(2, frameOf(bytesOf(8, i)));
    }
    const order = Array.from({ length: 7 }, () => ends[2].receive() ? ends[2].from : -1);
    expect(order).toEqual([0, 1, 3, 0, 3, 0, 3]);
    // Whoever sends all the time does not come twice in a row while another one waits.
    ends[0].send(2, frameOf(bytesOf(8, 1)));
    expect([ends[2].receive(), ends[2].from]).toEqual([true, 0]);
    ends[0].send(2, frameOf(bytesOf(8, 2)));
    ends[1].send(2, frameOf(bytesOf(8, 3)));
    expect([ends[2].receive(), ends[2].from]).toEqual([true, 1]);
  });

  it("a frame is refused that says nothing or has no receiver", () => {
    const [, end] = make(3);
    const frame = frameOf(bytesOf(4, 1));
    const what = (to: number) => `MEANDER_TRANSPORT  Cannot send from worker 1 to ${to}: `;
    expect(() => end.send(1, frame)).toThrow(`${what(1)}a worker sends nothing to itself`);
    for (const to of [-1, 3, 0.5, NaN]) {
      expect(() => end.send(to, frame)).toThrow(`${what(to)}the workers are 0 to 2`);
    }
    expect(() => end.send(0, new FrameBuffer())).toThrow(RangeError);
    expect(() => end.send(0, new FrameBuffer())).toThrow(`${what(0)}the frame's length is 0`);
    frame.length = 65;
    expect(() => end.send(0, frame)).toThrow(`${what(0)}the frame's length is 65, its memory 64`);
    expect(end.backlog).toBe(0);
  });
}

function describeEnd(make: MakeEnds): void {
  it("of a worker is seen when everything of it was received, by each for itself", () => {
    fc.assert(fc.property(fc.array(lengths, { maxLength: 20, size: "max" }), (sizes) => {
      const [a, b, c] = make(3);
      sizes.forEach((length, i) => a.send(1, frameOf(bytesOf(length, i))));
      a.close();
      a.close();
      expect([a.isClosed(0), a.isClosed(1), b.isClosed(1), b.isClosed(2)])
        .toEqual([true, false, false, false]);
      for (let i = 0; i < sizes.length; i++) {
        expect(b.isClosed(0)).toBe(false);
        while (!b.receive()) a.flush();
        expect(bytesIn(b.frame)).toEqual(bytesOf(sizes[i], i));
      }
      expect(a.flush()).toBe(true);
      expect([b.isClosed(0), c.isClosed(0)]).toEqual([true, true]);
    }));
  });

  it("closes one direction only", () => {
    const [a, b] = make(2);
    a.close();
    expect(() => a.send(1, frameOf(bytesOf(4, 1)))).toThrow(
      "MEANDER_TRANSPORT  Cannot send from worker 0 to 1: worker 0 has closed its end",
    );
    b.send(0, frameOf(bytesOf(4, 2)));
    expect([a.receive(), bytesIn(a.frame), b.receive()]).toEqual([true, bytesOf(4, 2), false]);
    expect([a.isClosed(1), b.isClosed(0)]).toEqual([false, true]);
  });
}

/** The laws as the two sides see them that know of each other by frames only. */
export function describeEcho(name: string, make: () => Echo): void {
  describe(`${name}: frames there and back`, () => {
    it("are the same, however many are under way", async () => {
      const echo = make();
      onTestFinished(() => echo.stop());
      const batches = fc.array(fc.array(lengths, { maxLength: 40 }), { maxLength: 10 });
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(batches, async (rounds) => {
          for (const round of rounds) {
            const first = sent;
            for (const length of round) echo.near.send(1, frameOf(bytesOf(length, sent++)));
            for (let i = 0; i < round.length; i++) {
              await echo.receive();
              const expected = bytesOf(round[i], first + i).map((byte) => byte + 1);
              expect([echo.near.from, bytesIn(echo.near.frame)]).toEqual([1, expected]);
            }
          }
          expect([echo.near.receive(), echo.near.flush()]).toEqual([false, true]);
        }),
        // A counterexample that depends on the other thread's speed does not shrink.
        { numRuns: 50, endOnFailure: true },
      );
    });

    it("all come before the end", async () => {
      const echo = make();
      for (let i = 0; i < 300; i++) echo.near.send(1, frameOf(bytesOf(1 + i * 7, i)));
      for (let i = 0; i < 300; i++) {
        expect(echo.near.isClosed(1)).toBe(false);
        await echo.receive();
        expect(bytesIn(echo.near.frame)).toEqual(bytesOf(1 + i * 7, i).map((byte) => byte + 1));
      }
      await echo.stop();
      expect([echo.near.isClosed(1), echo.near.receive()]).toEqual([true, false]);
    });
  });
}
