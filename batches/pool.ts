/**
 * Reuse of number buffers.
 * @module
 */

import { show } from "./show.ts";

/** Figures of a pool. `taken - given` buffers are in the hands of callers. */
export interface PoolStats {
  /** Buffers handed out since the pool was made. */
  readonly taken: number;
  /** Buffers that came back, those above the byte limit included, foreign ones not. */
  readonly given: number;
  /** Buffers that had to be allocated because none was kept. */
  readonly allocated: number;
  /** Bytes kept for reuse now. */
  readonly keptBytes: number;
}

/** Settings of a pool. */
export interface PoolOptions {
  /** Most bytes to keep for reuse; 16 MiB unless said otherwise. 0 keeps nothing. */
  readonly maxKeptBytes?: number;
  /**
   * For tests: fills buffers with garbage when they come back, and throws when a buffer comes back
   * twice or was written to after it came back. Slow.
   */
  readonly poison?: boolean;
}

type Buffer = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const MIN_LOG2 = 6;
const MAX_LOG2 = 30;
const DEFAULT_KEPT_BYTES = 16 * 1024 * 1024;
// Unlikely as data, and no small integer: a reader of a returned buffer shows at once.
const POISON_INT = -559038737;
const POISON_FLOAT = -5.590387370000001e200;

/** Kept buffers of one kind: a stack for each power of two, with counters that never shrink it. */
class Shelves<B extends Buffer> {
  readonly stacks: B[][] = Array.from({ length: MAX_LOG2 + 1 }, () => []);
  readonly tops: Int32Array = new Int32Array(MAX_LOG2 + 1);
}

/**
 * Hands out Int32Array and Float64Array buffers whose length is a power of two of 64 or more, and
 * keeps the returned ones up to a limit of bytes. The content of a buffer handed out is
 * unspecified. Whoever takes a buffer owns it until it is given back, exactly once.
 */
export class BufferPool {
  readonly #maxKeptBytes: number;
  readonly #ints = new Shelves<Int32Array<ArrayBuffer>>();
  readonly #floats = new Shelves<Float64Array<ArrayBuffer>>();
  /** In poison mode: every buffer that came back and was not handed out again. */
  readonly #free: WeakSet<Buffer> | undefined;
  #taken = 0;
  #given = 0;
  #allocated = 0;
  #keptBytes = 0;
  readonly #memory = new WeakSet<ArrayBufferLike>();

  /** Throws a RangeError when the limit of bytes is no number of 0 or more. */
  constructor(options: PoolOptions = {}) {
    const limit = options.maxKeptBytes ?? DEFAULT_KEPT_BYTES;
    if (!(limit >= 0)) {
      throw new RangeError(
        `MEANDER_POOL_LIMIT  Cannot make a buffer pool, at maxKeptBytes (${
          show(limit)
        }): a limit is a ` +
          `number of bytes of 0 or more. Pass such a number, or leave it out for 16 MiB`,
      );
    }
    this.#maxKeptBytes = limit;
    this.#free = options.poison === true ? new WeakSet() : undefined;
  }

  /** Whether the array, or one that this is a view of, was made by this pool. */
  owns(data: Int32Array | Float64Array): boolean {
    return this.#memory.has(data.buffer);
  }

  /** The pool's figures now. */
  get stats(): PoolStats {
    return {
      taken: this.#taken,
      given: this.#given,
      allocated: this.#allocated,
      keptBytes: this.#keptBytes,
    };
  }

  #made<B extends Buffer>(buffer: B): B {
    this.#allocated++;
    this.#memory.add(buffer.buffer);
    return buffer;
  }

  /** A buffer for at least `count` integers. Throws a RangeError for a count beyond 2^30. */
  takeInt32(count: number): Int32Array<ArrayBuffer> {
    const log2 = log2For(count);
    const shelves = this.#ints;
    this.#taken++;
    const top = shelves.tops[log2];
    if (top === 0) {
      return this.#made(new Int32Array(1 << log2));
    }
    shelves.tops[log2] = top - 1;
    const buffer = shelves.stacks[log2][top - 1];
    this.#keptBytes -= 4 * (1 << log2);
    if (this.#free !== undefined) this.#checkPoison(buffer);
    return buffer;
  }

  /** A buffer for at least `count` doubles. Throws a RangeError for a count beyond 2^30. */
  takeFloat64(count: number): Float64Array<ArrayBuffer> {
    const log2 = log2For(count);
    const shelves = this.#floats;
    this.#taken++;
    const top = shelves.tops[log2];
    if (top === 0) {
      return this.#made(new Float64Array(1 << log2));
    }
    shelves.tops[log2] = top - 1;
    const buffer = shelves.stacks[log2][top - 1];
    this.#keptBytes -= 8 * (1 << log2);
    if (this.#free !== undefined) this.#checkPoison(buffer);
    return buffer;
  }

  /**
   * Takes a buffer back. The caller must not touch it afterwards. Anything a pool cannot have
   * handed out (a plain array, an encoded column, a view of a part, shared or detached memory,
   * another length) is ignored, so the data of any batch may be given.
   */
  give(data: unknown): void {
    if (data instanceof Int32Array) {
      if (isWhole(data, 4) && this.#accept(data, 4)) put(this.#ints, data);
    } else if (data instanceof Float64Array) {
      if (isWhole(data, 8) && this.#accept(data, 8)) put(this.#floats, data);
    }
  }

  /** Counts a returned buffer; true when it is to be kept. */
  #accept(buffer: Buffer, entryBytes: number): boolean {
    if (this.#free !== undefined) this.#poison(buffer);
    this.#given++;
    const kept = this.#keptBytes + buffer.length * entryBytes;
    if (kept > this.#maxKeptBytes) return false;
    this.#keptBytes = kept;
    return true;
  }

  #poison(buffer: Buffer): void {
    if (this.#free!.has(buffer)) {
      throw new Error(
        `MEANDER_POOL_GIVEN_TWICE  Cannot take a buffer back (length ${buffer.length}): it has ` +
          `come back already. Give a buffer once, by its one owner`,
      );
    }
    this.#free!.add(buffer);
    buffer.fill(buffer instanceof Int32Array ? POISON_INT : POISON_FLOAT);
  }

  #checkPoison(buffer: Buffer): void {
    this.#free!.delete(buffer);
    const poison = buffer instanceof Int32Array ? POISON_INT : POISON_FLOAT;
    for (let i = 0; i < buffer.length; i++) {
      if (buffer[i] === poison) continue;
      throw new Error(
        `MEANDER_POOL_USED_AFTER_GIVE  Cannot hand out a buffer, at entry ${i} (${
          show(buffer[i])
        }): it ` +
          `was written to after it came back. Look for an owner that gives too early`,
      );
    }
  }
}

function log2For(count: number): number {
  if (count <= 1 << MIN_LOG2) return MIN_LOG2;
  if (count <= 1 << MAX_LOG2) return 32 - Math.clz32(count - 1);
  throw new RangeError(
    `MEANDER_POOL_SIZE  Cannot hand out a buffer for so many numbers (${
      show(count)
    }): the largest has ` +
      `2^30 entries. Use smaller batches`,
  );
}

/** Whether the array is one a pool could have made: all of unshared memory, a power of two long. */
function isWhole<B extends Int32Array | Float64Array>(
  array: B,
  entryBytes: number,
): array is B & Buffer {
  const length = array.length;
  if (length < 1 << MIN_LOG2 || length > 1 << MAX_LOG2 || (length & (length - 1)) !== 0) {
    return false;
  }
  const memory = array.buffer;
  return memory.byteLength === length * entryBytes && memory instanceof ArrayBuffer;
}

function put<B extends Buffer>(shelves: Shelves<B>, buffer: B): void {
  const log2 = 31 - Math.clz32(buffer.length);
  const top = shelves.tops[log2];
  shelves.stacks[log2][top] = buffer;
  shelves.tops[log2] = top + 1;
}
