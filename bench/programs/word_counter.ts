/**
 * The operator that counts words.
 */
import {
  anyRecord,
  type Batch,
  defineOperator,
  exchangeBy,
  type Progressed,
  TimeMap,
} from "meander";
import { z } from "zod";
import type { Words } from "./words.ts";

/**
 * Keeps the words of each time until it is complete, then answers a batch at a time, and gives way in
 * between.
 */
export function wordCounter(words: Words) {
  return defineOperator({
    name: "word-counter",
    version: "1.0.0",
    summary: "Answers each word of a complete time by itself and how often it has occurred",
    config: z.strictObject({}),
    interest: "notifications",
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    pacts: () => ({ in: exchangeBy((word) => word) }),
    create: ({ out, notifyAt, pool }) => {
      const answer = words.counter(pool);
      const waiting = new TimeMap<Batch[]>();
      let due: Batch[] = [];
      let at = 0;
      const goOn = (): Progressed => {
        while (at < due.length) {
          if (out.out.isFull) return true;
          const batch = due[at++];
          answer(batch, out.out);
          batch.release();
        }
      };
      return {
        receive: {
          in(batch) {
            if (!waiting.has(batch.time)) notifyAt(batch.time);
            waiting.getOrInsert(batch.time, () => []).push(batch.retain());
          },
        },
        notify(time) {
          due = waiting.take(time) ?? [];
          at = 0;
          return goOn();
        },
        resume: goOn,
      };
    },
  });
}
