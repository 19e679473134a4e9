/**
 * Standard input and output of a plugin's process. What is written is kept until the process would wait, so that
 * many turns are one write.
 *
 * @module
 */
import { type Message, MessageReader } from "../messages.ts";
import type { GuestPipes } from "./guest_loop.ts";

/** Kept longer than that nothing is, in bytes. */
const FLUSH_AT = 256 * 1024;

/** Both of them. Taken before the plugin's code is loaded, so that it cannot put itself between. */
export class StandardPipes implements GuestPipes {
  canWait = true;
  readonly #in = Deno.stdin;
  readonly #out = Deno.stdout;
  readonly #exit = Deno.exit;
  readonly #reader = new MessageReader();
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  write(message: Uint8Array<ArrayBuffer>): void {
    this.#pending.push(message);
    this.#pendingBytes += message.length;
    if (this.#pendingBytes >= FLUSH_AT) this.flush();
  }

  /** Everything that was written leaves. */
  flush(): void {
    for (const message of this.#joined()) {
      let rest = message;
      while (rest.length > 0) rest = rest.subarray(this.#out.writeSync(rest));
    }
  }

  /** The next message that is there already. */
  next(): Message | null {
    return this.#reader.next();
  }

  wait(): Message {
    for (;;) {
      const message = this.#reader.next();
      if (message !== null) return message;
      this.flush();
      this.#filled(this.#in.readSync(this.#reader.room()));
    }
  }

  /** Waits for more with turns of the event loop. */
  async read(): Promise<void> {
    this.flush();
    this.canWait = false;
    const bytes = await this.#in.read(this.#reader.room());
    this.canWait = true;
    this.#filled(bytes);
  }

  #filled(bytes: number | null): void {
    // Nobody is there any more to work for.
    if (bytes === null) this.#exit(0);
    else this.#reader.filled(bytes);
  }

  /** Small ones in one piece. */
  #joined(): Uint8Array[] {
    const pending = this.#pending;
    const length = this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (pending.length < 2 || length > 4 * FLUSH_AT) return pending;
    const all = new Uint8Array(length);
    let at = 0;
    for (const message of pending) {
      all.set(message, at);
      at += message.length;
    }
    return [all];
  }
}
