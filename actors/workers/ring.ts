/**
 * A first-in-first-out queue of frames between two threads, in shared memory: one thread writes, one
 * reads, and neither ever waits for a lock.
 *
 * The memory is a head, a tail (both count bytes since the beginning, modulo 2^32; their difference is
 * what waits), a flag for the end, a number of events to wait for, and a power of two of bytes. A frame is written in pieces: a word with
 * the piece's length, of which the top bit says that another follows, and the bytes, padded to 4. The
 * tail is moved after a piece is written, and the head after it is read, each by an atomic store; so
 * that what a thread sees before the other's position it sees whole (ECMAScript, Memory Model).
 *
 * @module
 */
import { joined } from "./joined.ts";

const HEAD = 0;
const TAIL = 1;
const CLOSED = 2;
const EVENTS = 3;
const HEADER_BYTES = 16;
const MORE = 0x80000000;

/** Memory for a ring of at least so many bytes; give it to a writer and a reader in different threads. */
export function ringMemory(bytes: number): SharedArrayBuffer {
  if (!(bytes >= 64 && bytes <= 2 ** 30)) {
    throw new RangeError(
      `MEANDER_RING  Cannot make a ring of ${bytes} bytes: it takes 64 to ${2 ** 30}`,
    );
  }
  return new SharedArrayBuffer(HEADER_BYTES + 2 ** Math.ceil(Math.log2(bytes)));
}

/** What both ends see. */
class Ring {
  readonly positions: Int32Array;
  readonly bytes: Uint8Array;
  readonly mask: number;

  constructor(memory: SharedArrayBuffer) {
    this.positions = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.bytes = new Uint8Array(memory, HEADER_BYTES);
    this.mask = this.bytes.length - 1;
  }

  /** How many bytes wait. */
  get used(): number {
    const { positions } = this;
    return (Atomics.load(positions, TAIL) - Atomics.load(positions, HEAD)) >>> 0;
  }
}

/** The writing end. What does not fit waits here, in order, until there is room. */
export class RingWriter {
  readonly #ring: Ring;
  readonly #waiting: Uint8Array[] = [];
  // How much of the first waiting frame is written.
  #written = 0;

  /** Takes memory from `ringMemory`. There may be one writer only. */
  constructor(memory: SharedArrayBuffer) {
    this.#ring = new Ring(memory);
  }

  /** How many frames wait for room, one that is written in part included. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** Sends a frame, which must not be changed any more. */
  send(frame: Uint8Array): void {
    this.#waiting.push(frame);
    this.flush();
  }

  /** Writes what there is room for, and wakes the reader; whether nothing waits any more. */
  flush(): boolean {
    let wrote = false;
    while (this.#waiting.length > 0 && this.#writePiece(this.#waiting[0])) wrote = true;
    if (wrote) this.#wake();
    return this.#waiting.length === 0;
  }

  /** Says that no more will come. What waits is lost unless `flush` has returned true. */
  close(): void {
    Atomics.store(this.#ring.positions, CLOSED, 1);
    this.#wake();
  }

  /** The number of events, and not the tail, is what readers wait for: the end moves no tail. */
  #wake(): void {
    Atomics.add(this.#ring.positions, EVENTS, 1);
    Atomics.notify(this.#ring.positions, EVENTS);
  }

  /** A piece of the frame, as large as there is room for; false when there is none. */
  #writePiece(frame: Uint8Array): boolean {
    const { bytes, mask, positions, used } = this.#ring;
    const room = bytes.length - used - 4;
    const left = frame.length - this.#written;
    // Small pieces of a large frame would cost more than they carry.
    if (room < Math.min(left, bytes.length >> 2)) return false;
    const length = Math.min(left, room & ~3);
    const tail = Atomics.load(positions, TAIL);
    this.#writeWord(tail & mask, length < left ? (length | MORE) >>> 0 : length);
    const from = (tail + 4) & mask;
    const first = Math.min(length, bytes.length - from);
    bytes.set(frame.subarray(this.#written, this.#written + first), from);
    bytes.set(frame.subarray(this.#written + first, this.#written + length), 0);
    Atomics.store(positions, TAIL, (tail + 4 + ((length + 3) & ~3)) | 0);
    this.#written += length;
    if (this.#written < frame.length) return true;
    this.#waiting.shift();
    this.#written = 0;
    return true;
  }

  #writeWord(at: number, word: number): void {
    const { bytes } = this.#ring;
    for (let i = 0; i < 4; i++) bytes[at + i] = word >>> (8 * i);
  }
}

/** The reading end. */
export class RingReader {
  readonly #ring: Ring;
  // Pieces of a frame whose end has not come.
  #pieces: Uint8Array[] = [];

  /** Takes memory from `ringMemory`. There may be one reader only. */
  constructor(memory: SharedArrayBuffer) {
    this.#ring = new Ring(memory);
  }

  /** Whether the writer has said that no more will come, and everything was taken. */
  get isEnded(): boolean {
    return Atomics.load(this.#ring.positions, CLOSED) === 1 && this.#ring.used === 0;
  }

  /** The next frame, in memory of its own; `null` when none is there as a whole. */
  take(): Uint8Array | null {
    const { bytes, mask, positions } = this.#ring;
    while (this.#ring.used > 0) {
      const head = Atomics.load(positions, HEAD);
      const word = this.#word(head & mask);
      const length = word & ~MORE;
      const from = (head + 4) & mask;
      const first = Math.min(length, bytes.length - from);
      const piece = new Uint8Array(length);
      piece.set(bytes.subarray(from, from + first), 0);
      piece.set(bytes.subarray(0, length - first), first);
      Atomics.store(positions, HEAD, (head + 4 + ((length + 3) & ~3)) | 0);
      this.#pieces.push(piece);
      if (word >>> 31 === 0) return this.#whole();
    }
    return null;
  }

  /**
   * Blocks the thread until something was written or the end came, for so many milliseconds at most. Not
   * for a thread whose event loop others wait for.
   */
  wait(timeoutMs: number): void {
    const { positions } = this.#ring;
    const events = Atomics.load(positions, EVENTS);
    if (this.#ring.used > 0 || Atomics.load(positions, CLOSED) === 1) return;
    Atomics.wait(positions, EVENTS, events, timeoutMs);
  }

  #whole(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? pieces[0] : joined(pieces);
  }

  #word(at: number): number {
    const { bytes } = this.#ring;
    return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
  }
}
