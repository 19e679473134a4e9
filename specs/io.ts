/**
 * What a running spec needs of the world outside. The command line gives it files and pipes, tests give it
 * arrays.
 *
 * @module
 */

/** One file, pipe or other source of bytes. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  /** How many bytes there are, where that is known. */
  readonly size: number | undefined;
  /** Pieces of any length; each may be overwritten once the next is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A place for text. */
export interface TextSink {
  /** For messages. */
  readonly name: string;
  /**
   * Takes whole lines. Resolves when more may come; `undefined` when it may at once.
   *
   * @throws {SinkClosed} when nobody reads any more.
   */
  write(text: string): Promise<void> | undefined;
  /** Everything was written: resolves when it has arrived. */
  finish(): Promise<void>;
  /** What was written is not all: it is kept, and does not look complete. */
  abandon(): Promise<void>;
}

/** Whoever reads what is written went away, which is no fault: `| head -1`. */
export class SinkClosed extends Error {
  /** The sink. */
  readonly sink: string;

  /** Of that name. */
  constructor(sink: string) {
    super(`Nobody reads ${sink} any more`);
    this.name = "SinkClosed";
    this.sink = sink;
  }
}

/** The world outside. */
export interface SpecIo {
  /** The sources of an input, one after the other. They end early when the signal is aborted. */
  sources(input: string, signal: AbortSignal): AsyncIterable<ByteSource>;
  /** Where an output is written. */
  sink(output: string): Promise<TextSink>;
  /** A file for records that could not be worked on. */
  deadLetters(file: string): Promise<TextSink>;
  /** Resolves when nothing can happen any more: no input, no timer, no request is under way. */
  quiet(signal: AbortSignal): Promise<void>;
  /** Calls back again and again, until the signal is aborted. */
  every(ms: number, task: () => void, signal: AbortSignal): void;
}
