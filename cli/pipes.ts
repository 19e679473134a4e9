/**
 * Standard input and output as sources and sinks.
 *
 * @module
 */
import process from "node:process";
import { fileError } from "../operators/connectors/file_source.ts";
import { TextQueue } from "../operators/connectors/file_sink.ts";
import { SinkClosed, type TextSink } from "../specs/io.ts";

/** What comes in, until it ends or the signal is aborted. */
export async function* readStdin(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const chunks = process.stdin[Symbol.asyncIterator]();
  // A read of a pipe or terminal cannot be taken back: whoever gives up leaves it behind, to the process's end.
  const aborted = new Promise<{ readonly done: true }>((resolve) => {
    if (signal.aborted) return resolve({ done: true });
    signal.addEventListener("abort", () => resolve({ done: true }), { once: true });
  });
  for (;;) {
    const next = await Promise.race([chunks.next(), aborted]).catch((error) => {
      throw fileError("read", "standard input", error);
    });
    if (next.done) return;
    yield next.value as Uint8Array;
  }
}

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
