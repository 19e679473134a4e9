import type { Data } from "../../batches/data.ts";
import type { BufferPool } from "../../batches/pool.ts";
import { Writer } from "../../batches/writer.ts";

/**
 * Values picked from a batch, in the tightest form that keeps them; at most as many as the batch has
 * records, which is what a capacity of its own would cut into several.
 */
export class Collected {
  readonly #pool: BufferPool;
  #writer: Writer | null = null;

  /** Takes buffers from that pool. */
  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** The writer to push up to `length` values to; what it was given before must have been taken. */
  writer(length: number): Writer {
    if (this.#writer === null || this.#writer.capacity < length) {
      const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(length)));
      this.#writer = new Writer(this.#pool, capacity);
    }
    return this.#writer;
  }

  /** What was pushed, with its length; a typed array is the caller's. */
  take(): { readonly data: Data<unknown>; readonly length: number } {
    const length = this.#writer?.length ?? 0;
    return length === 0 ? { data: [], length } : { data: this.#writer!.take(), length };
  }

  /** Forgets what was pushed. */
  discard(): void {
    this.#writer?.discard();
  }
}
