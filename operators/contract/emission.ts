/**
 * Long results under an output budget.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { asWaiting, type Keeps, type Kept, keptInEach } from "./kept.ts";
import type { OutputPort } from "./output_port.ts";

/**
 * Rows that wait to be sent. `run` sends what the budget allows; a callback returns its result, and
 * `resume` calls it again.
 *
 * @example
 * ```ts
 * import { anyRecord, defineOperator, Emission } from "meander";
 * import { OperatorTest } from "meander/testing";
 * import { z } from "zod";
 * import { expect } from "vitest";
 *
 * const copies = defineOperator({
 *   name: "copies", version: "1.0.0", summary: "Sends each record a thousand times",
 *   config: z.strictObject({}), inputs: { in: anyRecord }, outputs: { out: anyRecord },
 *   create: ({ out }) => {
 *     const emission = new Emission<unknown>(out.out);
 *     return {
 *       receive: {
 *         in(batch) {
 *           for (const record of batch) emission.add(batch.time, new Array(1000).fill(record));
 *           return emission.run();
 *         },
 *       },
 *       resume: () => emission.run(),
 *     };
 *   },
 * });
 * const test = new OperatorTest(copies, {}, { budget: 1 });
 * test.send("in", 0, ["a", "b"]);
 * expect(test.slices).toBe(2);
 * expect(test.sent("out").length).toBe(2000);
 * ```
 */
export class Emission<T> implements Keeps {
  readonly #port: OutputPort<T>;
  #queue: { readonly time: Time; readonly rows: readonly T[] }[] = [];
  #first = 0;
  #at = 0;

  /** Sends on `port`. */
  constructor(port: OutputPort<T>) {
    this.#port = port;
  }

  /** Adds rows behind those that wait. The right at `time` must last until all are sent. */
  add(time: Time, rows: readonly T[]): void {
    if (rows.length > 0) this.#queue.push({ time, rows });
  }

  /** What waits; rows that come of one list are kept until all of it was sent. */
  kept(): Kept {
    const waiting = this.#queue.slice(this.#first).map(({ rows }) => rows);
    return asWaiting(keptInEach(waiting, waiting.length));
  }

  /** Sends until nothing waits (false) or the budget is spent (true: call again in `resume`). */
  run(): boolean {
    const port = this.#port;
    while (this.#first < this.#queue.length) {
      const { time, rows } = this.#queue[this.#first];
      while (this.#at < rows.length) {
        if (port.isFull) return true;
        const next = Math.min(this.#at + port.capacity, rows.length);
        port.send(time, next - this.#at === rows.length ? rows : rows.slice(this.#at, next));
        this.#at = next;
      }
      this.#first++;
      this.#at = 0;
    }
    this.#queue = [];
    this.#first = 0;
    return false;
  }
}
