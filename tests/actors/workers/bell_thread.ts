/**
 * A thread that counts in shared memory: it writes a number, rings, and sleeps until the number was
 * repeated. It answers how often nobody woke it in time.
 * @module
 */

import { Bell, BELL_BYTES } from "../../../actors/workers/bell.ts";

/** What is posted to the thread. */
export interface Order {
  /** The bell of the main thread and those of all others, then their numbers, then those repeated. */
  memory: SharedArrayBuffer;
  thread: number;
  threads: number;
  rounds: number;
  patienceMs: number;
}

// The types of a thread's global scope are not those of the main one.
const self_ = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(message: number): void;
};

self_.onmessage = ({ data: { memory, thread, threads, rounds, patienceMs } }) => {
  const main = new Bell(memory);
  const own = new Bell(memory, (1 + thread) * BELL_BYTES);
  const numbers = new Int32Array(memory, (1 + threads) * BELL_BYTES);
  let forgotten = 0;
  for (let number = 1; number <= rounds; number++) {
    Atomics.store(numbers, thread, number);
    main.ring();
    const isRepeated = () => Atomics.load(numbers, threads + thread) === number;
    while (!isRepeated()) {
      const seen = own.prepare();
      if (isRepeated()) {
        own.wake();
        break;
      }
      const before = performance.now();
      own.sleep(seen, patienceMs);
      if (performance.now() - before >= patienceMs) forgotten++;
    }
  }
  self_.postMessage(forgotten);
  self.close();
};
