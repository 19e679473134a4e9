/**
 * What goes through the pipes between the engine and a plugin's process.
 *
 * A message is: its length in bytes without this word, kind and number of blobs, vertex, length of the meta
 * (four u32, little-endian), the length of each blob (u32), the meta as JSON, the blobs. The meta says what
 * happened, a blob is a frame of records (`batches/frame.ts`), a snapshot, or code.
 *
 * @module
 */

/** From the engine to the process. */
export const LOAD = 1;
export const OPEN = 2;
export const RECEIVE = 3;
export const NOTIFY = 4;
export const CLEAN_UP = 5;
export const RESUME = 6;
export const FRONTIER = 7;
export const SNAPSHOT = 8;
export const CLOSE = 9;
export const PING = 10;
/** The turn of a task was taken: another one may come. */
export const TASK_TAKEN = 11;

/** From the process to the engine. */
export const READY = 32;
export const LOADED = 33;
export const TURN = 34;
export const FAULT = 35;
export const SNAPSHOT_TAKEN = 36;
export const CLOSED = 37;
export const PONG = 38;
export const KEPT = 39;

/** Set in the kind of what a vertex was told before, in another process: its turn is not taken again. */
const REPEATED = 1 << 7;

/** Longer than that no message is, in bytes. */
export const LONGEST = 16 * 1024 * 1024;
/** A longer meta no message has, in bytes: what is made of it takes many times as much. */
const MOST_META = 2 * 1024 * 1024;
/** More blobs than that no message has. */
const MOST_BLOBS = 4096;
const HEAD = 16;

/** One of them. */
export interface Message {
  readonly kind: number;
  readonly vertex: number;
  /** Whether it only brings a vertex back to where it was. */
  readonly isRepeated: boolean;
  /** The meta as it came, for comparing. */
  readonly metaBytes: Uint8Array;
  readonly meta: unknown;
  /** Views of what was read: they last until the next message is read. */
  readonly blobs: readonly Uint8Array[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A blob, or the parts that make one. */
export type Blob = Uint8Array | readonly Uint8Array[];

/** A message as bytes. */
export function encodeMessage(
  kind: number,
  vertex: number,
  meta: unknown,
  blobs: readonly Blob[] = [],
): Uint8Array<ArrayBuffer> {
  const text = textBytes(JSON.stringify(meta));
  if (text.length > MOST_META || blobs.length > MOST_BLOBS) {
    throw new RangeError(
      "MEANDER_PLUGIN_MESSAGE  Cannot write a message: it says too much at once",
    );
  }
  const all = blobs.map((blob) => blob instanceof Uint8Array ? [blob] : blob);
  const sizes = all.map((parts) => parts.reduce((sum, part) => sum + part.length, 0));
  const head = HEAD + 4 * blobs.length;
  const length = sizes.reduce((sum, size) => sum + size, head + text.length);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length - 4, true);
  view.setUint32(4, kind | blobs.length << 8, true);
  view.setUint32(8, vertex, true);
  view.setUint32(12, text.length, true);
  sizes.forEach((size, i) => view.setUint32(HEAD + 4 * i, size, true));
  bytes.set(text, head);
  let at = head + text.length;
  for (const parts of all) {
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/** Shorter texts than these are not worth a call out of the engine. */
const SHORT = 200;

function textBytes(text: string): ArrayLike<number> {
  if (text.length > SHORT) return encoder.encode(text);
  const codes = new Array<number>(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return encoder.encode(text);
    codes[i] = code;
  }
  return codes;
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > SHORT) return decoder.decode(bytes);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > 0x7f) return decoder.decode(bytes);
  return String.fromCharCode(...bytes);
}

/** The same message for a vertex that is to repeat what it did. */
export function repeated(message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = message.slice();
  copy[4] |= REPEATED;
  return copy;
}

/** Puts messages together from what a pipe gives, piece by piece. */
export class MessageReader {
  #buffer = new Uint8Array(64 * 1024);
  #from = 0;
  #to = 0;
  readonly #longest: number;

  /** Messages longer than that are refused before anything is reserved for them. */
  constructor(longest: number = LONGEST) {
    this.#longest = longest;
  }

  /** Room to read into; `filled` says how much was. */
  room(): Uint8Array<ArrayBuffer> {
    if (this.#from === this.#to) this.#from = this.#to = 0;
    if (this.#to === this.#buffer.length) this.#makeRoom();
    return this.#buffer.subarray(this.#to);
  }

  /** So many bytes of the room were filled. */
  filled(bytes: number): void {
    this.#to += bytes;
  }

  /** Takes a piece. */
  push(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      const room = this.room();
      const part = rest.subarray(0, room.length);
      room.set(part);
      this.filled(part.length);
      rest = rest.subarray(part.length);
    }
  }

  /**
   * The next message, `null` when not all of it is there.
   *
   * @throws {RangeError} for what is no message.
   */
  next(): Message | null {
    const size = this.#to - this.#from;
    if (size < 4) return null;
    const view = new DataView(this.#buffer.buffer, this.#from, size);
    const length = view.getUint32(0, true) + 4;
    if (length < HEAD || length > this.#longest) throw malformed(`it claims ${length} bytes`);
    if (size < length) return null;
    const message = this.#message(view, length);
    this.#from += length;
    return message;
  }

  #message(view: DataView, length: number): Message {
    const word = view.getUint32(4, true);
    const count = word >>> 8;
    const metaLength = view.getUint32(12, true);
    if (metaLength > MOST_META) throw malformed(`it claims a meta of ${metaLength} bytes`);
    if (count > MOST_BLOBS) throw malformed(`it claims ${count} parts`);
    let at = HEAD + 4 * count;
    if (at + metaLength > length) throw malformed("its parts are longer than it is");
    const metaBytes = this.#bytes(at, metaLength);
    at += metaLength;
    const blobs: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const size = view.getUint32(HEAD + 4 * i, true);
      if (at + size > length) throw malformed("its parts are longer than it is");
      blobs.push(this.#bytes(at, size));
      at += size;
    }
    if (at !== length) throw malformed("its parts are shorter than it is");
    return {
      kind: word & 0x7f,
      isRepeated: (word & REPEATED) !== 0,
      vertex: view.getUint32(8, true),
      metaBytes,
      meta: parsed(metaBytes),
      blobs,
    };
  }

  #bytes(at: number, length: number): Uint8Array {
    const from = this.#from + at;
    return this.#buffer.subarray(from, from + length);
  }

  /** What is left moves to the front, into a larger place when a message needs it. */
  #makeRoom(): void {
    const left = this.#buffer.subarray(this.#from, this.#to);
    const isFull = left.length === this.#buffer.length;
    const place = isFull
      ? new Uint8Array(Math.min(2 * this.#buffer.length, this.#longest + HEAD))
      : this.#buffer;
    if (isFull) place.set(left);
    else place.copyWithin(0, this.#from, this.#to);
    this.#buffer = place;
    this.#to = left.length;
    this.#from = 0;
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    throw malformed("what it says is no JSON");
  }
}

function malformed(why: string): RangeError {
  return new RangeError(`MEANDER_PLUGIN_MESSAGE  Cannot read a message: ${why}`);
}
