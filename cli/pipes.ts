/**
 * Standard input and output as sources and sinks.
 *
 * @module
 */
import { fileError } from "../operators/connectors/file_source.ts";
import { TextQueue } from "../operators/connectors/file_sink.ts";
import { SinkClosed, type TextSink } from "../specs/io.ts";

/** What comes in, until it ends or the signal is aborted. Each piece is overwritten by the next. */
export async function* readStdin(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const buffer = new Uint8Array(CHUNK);
  // A read of a pipe or terminal cannot be taken back: whoever gives up leaves it behind, to the process's end.
  let giveUp = (): void => {};
  signal.addEventListener("abort", () => giveUp(), { once: true });
  while (!signal.aborted) {
    // Not a race with one promise for the abort: that promise would keep what every read has given.
    const length = await new Promise<number | null>((resolve, reject) => {
      giveUp = () => resolve(null);
      Deno.stdin.read(buffer).then(resolve, reject);
    }).catch((error) => {
      throw fileError("read", "standard input", error);
    });
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

const CHUNK = 256 * 1024;

/** Standard output. */
export class StdoutSink implements TextSink {
  readonly name = "standard output";
  readonly #queue: TextQueue = new TextQueue((text) => this.#write(text));

  write(text: string): Promise<void> | undefined {
    return this.#queue.add(text);
  }

  finish(): Promise<void> {
    return this.#queue.flush();
  }

  abandon(): Promise<void> {
    return this.#queue.leave();
  }

  /** By Deno's own call: node's blocks the whole process while nobody reads the pipe, signals included. */
  async #write(text: string): Promise<void> {
    let rest = encoder.encode(text);
    try {
      while (rest.length > 0) rest = rest.subarray(await Deno.stdout.write(rest));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) throw new SinkClosed(this.name);
      throw fileError("write", this.name, error);
    }
  }
}

const encoder = new TextEncoder();
