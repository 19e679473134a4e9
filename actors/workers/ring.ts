/**
 * A first-in-first-out queue of frames between two threads, in shared memory: one thread writes, one
 * reads, and neither ever waits for a lock.
 *
 * The memory is four words, each in a cache line of its own, and a power of two of bytes. Head and tail
 * count bytes since the beginning, modulo 2^32; their difference is what waits. A frame is written in
 * pieces: a word with the piece's length, a word with how much of the frame comes in later pieces, and
 * the bytes, padded to 8. The tail is moved after a piece is written, and the head after it is read, each
 * by an atomic store; so that what a thread sees before the other's position it sees whole (ECMAScript,
 * Memory Model). Each end remembers what it saw last of the other's position, and looks again only when
 * that says that it can do nothing: a cache line that nobody else touches costs nothing.
 *
 * @module
 */
import { FrameBuffer, FrameQueue } from "./frame_buffer.ts";

// Indexes of words, 64 bytes apart. What changes with every frame lies beside what hardly ever does,
// because processors fetch lines in pairs.
const HEAD = 0;
const CLOSED = 16;
const TAIL = 32;
const WANTS_ROOM = 48;
const CONTROL_BYTES = 256;
/** The header of a piece. */
const PIECE_BYTES = 8;
/** Up to so many bytes a loop over words is faster than the platform's copying, which takes views. */
const SHORT = 192;

/** Memory for a ring of at least so many bytes; give it to a writer and a reader in different threads. */
export function ringMemory(bytes: number): SharedArrayBuffer {
  if (!(bytes >= 64 && bytes <= 2 ** 30)) {
    throw new RangeError(
      `MEANDER_RING  Cannot make a ring of ${bytes} bytes: it takes 64 to ${2 ** 30}`,
    );
  }
  return new SharedArrayBuffer(CONTROL_BYTES + 2 ** Math.ceil(Math.log2(bytes)));
}

/** The writing end. What does not fit waits here, in order, until there is room. */
export class RingWriter {
  readonly #control: Int32Array;
  readonly #data: Int32Array;
  readonly #size: number;
  #tail: number;
  // The head as it was when last looked at: there is at least as much room as it says.
  #head: number;
  readonly #waiting: FrameQueue = new FrameQueue();
  // How much of the first waiting frame is written.
  #written = 0;
  #isClosing = false;

  /** Takes memory from `ringMemory`. There may be one writer only. */
  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, CONTROL_BYTES / 4);
    this.#data = new Int32Array(memory, CONTROL_BYTES);
    this.#size = this.#data.byteLength;
    this.#tail = Atomics.load(this.#control, TAIL);
    this.#head = Atomics.load(this.#control, HEAD);
  }

  /** How many frames wait for room, one that is written in part included. */
  get backlog(): number {
    return this.#waiting.size;
  }

  /** Writes a copy of the frame, or keeps one until there is room. Not after `close`. */
  send(frame: FrameBuffer): void {
    const { length } = frame;
    if (this.#waiting.size === 0 && this.#hasRoom(length)) {
      this.#write(frame, 0, length);
    } else {
      this.#waiting.push(frame);
      this.flush();
    }
  }

  /**
   * Writes what there is room for; whether nothing waits any more. While something does, the reader is
   * asked to say when there is room, each time anew.
   */
  flush(): boolean {
    const waiting = this.#waiting;
    if (waiting.size === 0) return true;
    this.#writePieces();
    if (waiting.size > 0) {
      // The reader looks at the flag after it has moved the head, and here it is the other way round:
      // one of the two sees what the other has done.
      Atomics.store(this.#control, WANTS_ROOM, 1);
      this.#writePieces();
      if (waiting.size > 0) return false;
    }
    if (this.#isClosing) Atomics.store(this.#control, CLOSED, 1);
    return true;
  }

  /** Says that no more will come; the reader learns of it when what waits here was flushed. */
  close(): void {
    this.#isClosing = true;
    if (this.#waiting.size === 0) Atomics.store(this.#control, CLOSED, 1);
  }

  /** Whether a frame fits as one piece. */
  #hasRoom(length: number): boolean {
    // Without the padding, because all else is a multiple of 8.
    const end = this.#tail + PIECE_BYTES + length;
    if (((end - this.#head) >>> 0) <= this.#size) return true;
    this.#head = Atomics.load(this.#control, HEAD);
    return ((end - this.#head) >>> 0) <= this.#size;
  }

  /** Pieces of waiting frames, as large as there is room for. */
  #writePieces(): void {
    this.#head = Atomics.load(this.#control, HEAD);
    while (this.#waiting.size > 0) {
      const frame = this.#waiting.first;
      const left = frame.length - this.#written;
      const room = this.#size - ((this.#tail - this.#head) >>> 0) - PIECE_BYTES;
      // Small pieces of a large frame would cost more than they carry. As positions are multiples of 8,
      // so is the room, and hence the length of a piece that is not the last.
      if (room < Math.min(left, this.#size >> 2)) return;
      const length = Math.min(left, room);
      this.#write(frame, this.#written, length);
      this.#written += length;
      if (length < left) continue;
      this.#waiting.shift();
      this.#written = 0;
    }
  }

  /** One piece, for which there is room. */
  #write(frame: FrameBuffer, from: number, length: number): void {
    const data = this.#data;
    const { words } = frame;
    const mask = data.length - 1;
    const tail = this.#tail;
    // A piece begins on a multiple of 8, so that its header is in one part.
    const header = (tail >>> 2) & mask;
    data[header] = length;
    data[header + 1] = frame.length - from - length;
    const at = (header + 2) & mask;
    const first = from >> 2;
    const count = (length + 3) >> 2;
    if (length <= SHORT) {
      for (let i = 0; i < count; i++) data[(at + i) & mask] = words[first + i];
    } else {
      const whole = Math.min(count, data.length - at);
      data.set(words.subarray(first, first + whole), at);
      if (whole < count) data.set(words.subarray(first + whole, first + count), 0);
    }
    this.#tail = (tail + PIECE_BYTES + ((length + 7) & ~7)) | 0;
    Atomics.store(this.#control, TAIL, this.#tail);
  }
}

/** The reading end. */
export class RingReader {
  /**
   * Called when there is room again for a writer that waits for it. Should that have found other room
   * meanwhile and filled it too, it asks again with its next `flush`.
   */
  onRoom: (() => void) | null = null;
  readonly #control: Int32Array;
  readonly #data: Int32Array;
  readonly #size: number;
  #head: number;
  // The tail as it was when last looked at: there is at least as much to read as it says.
  #tail: number;
  // The head as the writer sees it. What was read is given back when it is a quarter of the ring, and
  // not with every frame. A writer that was refused has used three quarters and more, less a header, so
  // that there is something to give back.
  #given: number;
  // The pieces of a frame whose end has not come.
  readonly #partial: FrameBuffer = new FrameBuffer();

  /** Takes memory from `ringMemory`. There may be one reader only. */
  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, CONTROL_BYTES / 4);
    this.#data = new Int32Array(memory, CONTROL_BYTES);
    this.#size = this.#data.byteLength;
    this.#head = this.#given = Atomics.load(this.#control, HEAD);
    this.#tail = Atomics.load(this.#control, TAIL);
  }

  /** Whether the writer has said that no more will come, and everything was taken. */
  get isEnded(): boolean {
    // The tail after the flag: the writer moves it no more once that is set.
    return Atomics.load(this.#control, CLOSED) === 1 &&
      Atomics.load(this.#control, TAIL) === this.#head;
  }

  /** Takes the next frame into a buffer; false, and the buffer unchanged, when none is there as a whole. */
  take(into: FrameBuffer): boolean {
    if (this.#head === this.#tail) {
      this.#tail = Atomics.load(this.#control, TAIL);
      if (this.#head === this.#tail) return false;
    }
    const data = this.#data;
    const header = (this.#head >>> 2) & (data.length - 1);
    if (data[header + 1] !== 0 || this.#partial.length !== 0) return this.#takePieces(into);
    const length = data[header];
    into.ensure(length);
    this.#read(into, 0, length);
    into.length = length;
    return true;
  }

  #takePieces(into: FrameBuffer): boolean {
    const partial = this.#partial;
    for (;;) {
      if (this.#head === this.#tail) {
        this.#tail = Atomics.load(this.#control, TAIL);
        if (this.#head === this.#tail) return false;
      }
      const header = (this.#head >>> 2) & (this.#data.length - 1);
      const length = this.#data[header];
      const later = this.#data[header + 1];
      const at = partial.length;
      partial.ensure(at + length + later);
      this.#read(partial, at, length);
      partial.length = at + length;
      if (later > 0) continue;
      into.swap(partial);
      partial.length = 0;
      return true;
    }
  }

  /** The bytes of the next piece, to a place in a buffer. */
  #read(into: FrameBuffer, to: number, length: number): void {
    const data = this.#data;
    const { words } = into;
    const mask = data.length - 1;
    const at = ((this.#head >>> 2) + 2) & mask;
    const first = to >> 2;
    const count = (length + 3) >> 2;
    if (length <= SHORT) {
      for (let i = 0; i < count; i++) words[first + i] = data[(at + i) & mask];
    } else {
      const whole = Math.min(count, data.length - at);
      words.set(data.subarray(at, at + whole), first);
      if (whole < count) words.set(data.subarray(0, count - whole), first + whole);
    }
    const head = (this.#head + PIECE_BYTES + ((length + 7) & ~7)) | 0;
    this.#head = head;
    if (((head - this.#given) >>> 0) >= this.#size >> 2) this.#give();
  }

  /** Gives back the room of what was read. */
  #give(): void {
    const control = this.#control;
    this.#given = this.#head;
    Atomics.store(control, HEAD, this.#head);
    // A writer that waits for room is called when half of the ring is free, and not for each quarter. It
    // comes to that: when everything was read, less than a quarter was read after the last giving back.
    if (((this.#tail - this.#head) >>> 0) > this.#size >> 1) return;
    if (Atomics.load(control, WANTS_ROOM) === 0) return;
    // Before the call: a writer that finds too little sets the flag again.
    Atomics.store(control, WANTS_ROOM, 0);
    this.onRoom?.();
  }
}
