import { describe, expect, it } from "vitest";
import { Bell, BELL_BYTES } from "../../../actors/workers/bell.ts";
import type { Order } from "./bell_thread.ts";

describe("a bell", () => {
  it("counts an event only while its owner sleeps, and only one", () => {
    const memory = new SharedArrayBuffer(2 * BELL_BYTES);
    const bell = new Bell(memory, BELL_BYTES);
    const ringer = new Bell(memory, BELL_BYTES);
    ringer.ring();
    const seen = bell.prepare();
    expect(seen).toBe(0);
    ringer.ring();
    ringer.ring();
    bell.wake();
    ringer.ring();
    expect(bell.prepare()).toBe(1);
    // The other bell of the memory has heard nothing.
    expect(new Bell(memory).prepare()).toBe(0);
  });

  it("lets nobody sleep who was rung since", async () => {
    const bell = new Bell(new SharedArrayBuffer(BELL_BYTES));
    for (let i = 0; i < 3; i++) {
      const seen = bell.prepare();
      bell.ring();
      bell.sleep(seen, Infinity);
      const again = bell.prepare();
      bell.ring();
      await bell.sleepAsync(again, Infinity);
      // Both have cleared the flag.
      bell.ring();
      expect(bell.prepare()).toBe(2 * i + 2);
      bell.wake();
    }
  });

  it("wakes by itself when its time is over", async () => {
    const bell = new Bell(new SharedArrayBuffer(BELL_BYTES));
    bell.sleep(bell.prepare(), 0);
    bell.ring();
    expect(bell.prepare()).toBe(0);
    await bell.sleepAsync(0, 0);
    bell.ring();
    expect(bell.prepare()).toBe(0);
  });
});

/** Longer than any machine takes to wake a thread: whoever sleeps so long was forgotten. */
const patienceMs = 20_000;

/**
 * Threads that count in shared memory, each one on when this one has repeated its number; so that every
 * side sleeps for every number, unless the others were faster.
 */
async function count(threads: number, rounds: number): Promise<number[]> {
  const order = (thread: number): Order => ({ memory, thread, threads, rounds, patienceMs });
  const memory = new SharedArrayBuffer((1 + threads) * BELL_BYTES + 8 * threads);
  const bell = new Bell(memory);
  const bells = Array.from(
    { length: threads },
    (_unused, i) => new Bell(memory, (1 + i) * BELL_BYTES),
  );
  const numbers = new Int32Array(memory, (1 + threads) * BELL_BYTES);
  const workers = bells.map(() =>
    new Worker(new URL("./bell_thread.ts", import.meta.url), { type: "module" })
  );
  const ended = workers.map((worker) =>
    new Promise<number>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data as number);
    })
  );
  workers.forEach((worker, i) => worker.postMessage(order(i)));
  const repeated = new Array<number>(threads).fill(0);
  /** Repeats what is new; false when nothing is. */
  const answer = () => {
    let isNew = false;
    for (let i = 0; i < threads; i++) {
      const number = Atomics.load(numbers, i);
      if (number === repeated[i]) continue;
      expect(number).toBe(++repeated[i]);
      Atomics.store(numbers, threads + i, number);
      bells[i].ring();
      isNew = true;
    }
    return isNew;
  };
  while (repeated.some((number) => number < rounds)) {
    if (answer()) continue;
    const seen = bell.prepare();
    if (answer()) {
      bell.wake();
      continue;
    }
    const before = performance.now();
    await bell.sleepAsync(seen, patienceMs);
    expect(performance.now() - before).toBeLessThan(patienceMs);
  }
  const forgotten = await Promise.all(ended);
  workers.forEach((worker) => worker.terminate());
  return forgotten;
}

describe("bells between threads", () => {
  it("lose no wake-up of one ringer", async () => {
    expect(await count(1, 4000)).toEqual([0]);
  });

  it("lose no wake-up when several ring at a time", async () => {
    expect(await count(3, 1500)).toEqual([0, 0, 0]);
  });
});
