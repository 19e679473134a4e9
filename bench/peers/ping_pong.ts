/**
 * Two threads of the bare runtime spin on a shared number. Where two cores are free a round trip
 * takes a fraction of a microsecond; where they are not, figures of several workers mean nothing.
 */
import { expectEqual, measureRoundsAsync, type Rounds } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

/** Passes an even number over and waits for the odd one that follows. */
export async function run({ given: { numbers: [rounds] } }: RunInput): Promise<Measurement> {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./ping_pong_worker.ts", import.meta.url), { type: "module" });
  await new Promise((resolve) => {
    worker.onmessage = resolve;
    worker.postMessage({ shared, rounds });
  });
  try {
    const group = 1000;
    const { spent, laps }: Rounds = await measureRoundsAsync(rounds / group, 1, (index) => {
      for (let turn = index * group; turn < (index + 1) * group; turn++) {
        Atomics.store(shared, 0, 2 * turn + 1);
        while (Atomics.load(shared, 0) !== 2 * turn + 2);
      }
      return Promise.resolve();
    });
    expectEqual("last number", Atomics.load(shared, 0), 2 * Math.floor(rounds / group) * group);
    return { spent, records: null, rounds, laps: laps.map((lap) => lap / group) };
  } finally {
    worker.terminate();
  }
}
