/**
 * Lines out of pieces of bytes.
 *
 * @module
 */

const LINE_FEED = 10;

/** Cuts bytes that come in pieces into lines. At most one line is copied. */
export class LineCutter {
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #begun: Uint8Array[] = [];
  #length = 0;

  /** How many bytes there are of a line that has no end yet; counted once `next` has given nothing. */
  get rest(): number {
    return this.#length;
  }

  /** More bytes, once `next` has given nothing. They may change when it has given nothing again. */
  add(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next line without its end, until the next call; nothing when its end is not there. */
  next(): Uint8Array | undefined {
    const end = this.#chunk.indexOf(LINE_FEED, this.#at);
    if (end < 0) {
      this.#keep();
      return undefined;
    }
    const line = this.#chunk.subarray(this.#at, end);
    this.#at = end + 1;
    return this.#length === 0 ? line : this.#joined(line);
  }

  /** What there is of a line that has no end. */
  take(): Uint8Array {
    return this.#joined(new Uint8Array(0));
  }

  #keep(): void {
    if (this.#at < this.#chunk.length) {
      const rest = this.#chunk.slice(this.#at);
      this.#begun.push(rest);
      this.#length += rest.length;
    }
    this.#at = this.#chunk.length;
  }

  #joined(last: Uint8Array): Uint8Array {
    const all = new Uint8Array(this.#length + last.length);
    let at = 0;
    for (const piece of [...this.#begun, last]) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#begun = [];
    this.#length = 0;
    return all;
  }
}
