/**
 * The memory of a frame that is being written or was received, and a queue of such frames.
 *
 * @module
 */

/** Up to so many bytes a loop over words is faster than the platform's copying, which takes views. */
const SHORT = 192;
const LARGEST = 2 ** 30;
/** What an empty queue keeps of the memory that a burst has needed. */
const KEPT_SLOTS = 64;

/**
 * A frame that grows: three views of one memory, and how much of it is the frame. Whoever writes calls
 * `ensure`, writes into the views, and sets `length`; the fields are open because that is done once for
 * every number sent. `ensure` replaces the views, so that none may be kept across it.
 */
export class FrameBuffer {
  /** The memory as bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same memory as words of 4 bytes. */
  words: Int32Array<ArrayBuffer>;
  /** The same memory as doubles. */
  doubles: Float64Array<ArrayBuffer>;
  /** How many bytes, from the first on, are the frame. */
  length: number;

  /** An empty frame with room for so many bytes at least. */
  constructor(bytes = 64) {
    const memory = new ArrayBuffer(capacityFor(bytes));
    this.bytes = new Uint8Array(memory);
    this.words = new Int32Array(memory);
    this.doubles = new Float64Array(memory);
    this.length = 0;
  }

  /**
   * Makes room for so many bytes, at least doubling what there was. Everything written stays, beyond
   * `length` too.
   *
   * @throws {RangeError} `MEANDER_FRAME` above 1 GiB.
   */
  ensure(bytes: number): void {
    if (bytes > this.bytes.length) this.#grow(bytes);
  }

  /** Becomes a copy of another frame. */
  copy(from: FrameBuffer): void {
    const { length } = from;
    this.ensure(length);
    this.length = length;
    if (length > SHORT) {
      this.bytes.set(from.bytes.subarray(0, length));
      return;
    }
    const { words } = this;
    const source = from.words;
    const end = (length + 3) >>> 2;
    for (let i = 0; i < end; i++) words[i] = source[i];
  }

  /** Exchanges content and memory with another one, without copying. */
  swap(other: FrameBuffer): void {
    const { bytes, words, doubles, length } = this;
    this.bytes = other.bytes;
    this.words = other.words;
    this.doubles = other.doubles;
    this.length = other.length;
    other.bytes = bytes;
    other.words = words;
    other.doubles = doubles;
    other.length = length;
  }

  #grow(bytes: number): void {
    const memory = new ArrayBuffer(capacityFor(Math.max(bytes, 2 * this.bytes.length)));
    const grown = new Uint8Array(memory);
    grown.set(this.bytes);
    this.bytes = grown;
    this.words = new Int32Array(memory);
    this.doubles = new Float64Array(memory);
  }
}

/** A power of two, so that the views of 4 and of 8 bytes cover all of it. */
function capacityFor(bytes: number): number {
  if (!(bytes <= LARGEST)) {
    throw new RangeError(
      `MEANDER_FRAME  Cannot make a frame of ${bytes} bytes: it takes up to ${LARGEST}. ` +
        `Send what it carries in several`,
    );
  }
  let capacity = 64;
  while (capacity < bytes) capacity *= 2;
  return capacity;
}

/**
 * Frames that wait, oldest first. It copies what comes in, and keeps the memory of what went out for
 * what comes next, so that in a steady state nothing is allocated.
 */
export class FrameQueue {
  // A ring whose length is a power of two. Slots that hold no frame hold memory to use again.
  #slots: FrameBuffer[] = [];
  #first = 0;
  #size = 0;

  /** How many frames wait. */
  get size(): number {
    return this.#size;
  }

  /** The oldest one; only while there is one. */
  get first(): FrameBuffer {
    return this.#slots[this.#first];
  }

  /** Adds a copy of a frame behind all others. */
  push(frame: FrameBuffer): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#first + this.#size) & (this.#slots.length - 1)].copy(frame);
    this.#size++;
  }

  /** Removes the oldest one. */
  shift(): void {
    this.#first = (this.#first + 1) & (this.#slots.length - 1);
    this.#size--;
    if (this.#size === 0 && this.#slots.length > KEPT_SLOTS) {
      this.#slots.length = KEPT_SLOTS;
      this.#first = 0;
    }
  }

  /** Removes the oldest one into a buffer, whose own memory stays here. */
  take(into: FrameBuffer): void {
    into.swap(this.first);
    this.shift();
  }

  /** Removes all. */
  clear(): void {
    this.#slots = [];
    this.#first = 0;
    this.#size = 0;
  }

  #grow(): void {
    const { length } = this.#slots;
    const slots = Array.from({ length: Math.max(4, 2 * length) }, (_unused, i) => {
      return i < length ? this.#slots[(this.#first + i) & (length - 1)] : new FrameBuffer();
    });
    this.#slots = slots;
    this.#first = 0;
  }
}
