/**
 * Reads one input of a running spec, from its bytes to its feed.
 *
 * @module
 */
import type { Data } from "../batches/data.ts";
import { MeanderError } from "../operators/contract/fault.ts";
import { type BadRecord, type LineSpan, UnreadableInput } from "../operators/connectors/format.ts";
import type { SpecInput } from "./check.ts";
import type { Feed } from "./feed.ts";
import type { ByteSource, TextSink } from "./io.ts";

/** How far an input is. */
export interface InputProgress {
  readonly name: string;
  /** Records sent on. */
  records: number;
  bytes: number;
  /** How many bytes there will be, where that is known. */
  size: number | undefined;
  /** Records that could not be read, and were skipped or put aside. */
  bad: number;
  /** Why the first of them could not. */
  firstBad: string | undefined;
  /** Records that came after their epoch was over, and went nowhere. */
  late: number;
  /** Whether all was read. */
  isOver: boolean;
}

/** An input that cannot be read as its policy asks; `code` is `MEANDER_INPUT`. */
export class InputError extends MeanderError {
  /** Of a record of that source. */
  constructor(source: string, { line, column, why, hint }: BadRecord) {
    super("MEANDER_INPUT", `Cannot read ${source}:${line}:${column}: ${sentence(why)}`, {
      where: `${source}:${line}:${column}`,
      ...(hint === undefined ? {} : { hint }),
    });
    this.name = "InputError";
  }
}

/** What is wrong with a record has a subject of its own where a part of it is meant. */
function sentence(why: string): string {
  return /^(is|has|ends|opens|begins|holds) /.test(why) ? `it ${why}` : why;
}

/** Reads and sends until the sources are over. */
export class InputReader {
  readonly progress: InputProgress;
  readonly #input: SpecInput;
  readonly #deadLetters: TextSink | undefined;
  // Of the source at hand, for messages.
  #source = "";
  #wait: Promise<void> | undefined = undefined;
  #feed!: Feed;
  readonly #settled: () => Promise<void>;

  /**
   * Bad records go to the sink, when the input's policy is to put them aside. Before it reads on it waits for
   * `settled`, so that little more than one piece of a file is in memory at a time.
   */
  constructor(
    input: SpecInput,
    deadLetters: TextSink | undefined,
    settled: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#input = input;
    this.#settled = settled;
    this.#deadLetters = deadLetters;
    this.progress = {
      name: input.name,
      records: 0,
      bytes: 0,
      size: undefined,
      bad: 0,
      firstBad: undefined,
      late: 0,
      isOver: false,
    };
  }

  /** Reads all sources, and closes the feed. */
  async read(
    sources: AsyncIterable<ByteSource>,
    feed: Feed,
    signal: AbortSignal,
  ): Promise<void> {
    this.#feed = feed;
    for await (const source of sources) {
      if (signal.aborted) break;
      await this.#readOne(source, signal);
    }
    this.progress.isOver = true;
    feed.close();
  }

  /** A record that was read and cannot be sent, by the input's policy. */
  readonly bad = (record: BadRecord): void => {
    this.progress.records--;
    this.#unreadable(record);
  };

  readonly #unreadable = (record: BadRecord): void => {
    const { onError = "fail" } = this.#input.spec;
    if (onError === "fail") throw new InputError(this.#source, record);
    this.progress.bad++;
    this.progress.firstBad ??= `${this.#source}:${record.line}:${record.column}: ${
      sentence(record.why)
    }`;
    if (onError !== "skip") this.#putAside(record);
  };

  /** A record that came too late and goes nowhere. */
  readonly late = (record: BadRecord): void => {
    const { epochs } = this.#input.spec;
    if (epochs !== undefined && "field" in epochs && epochs.late === "fail") {
      throw new InputError(this.#source, record);
    }
    this.progress.late++;
    this.progress.records--;
  };

  async #readOne({ name, size, chunks }: ByteSource, signal: AbortSignal): Promise<void> {
    const { progress } = this;
    this.#source = name;
    progress.size = size === undefined ? undefined : (progress.size ?? 0) + size;
    const { format, config, schema } = this.#input;
    const sink = { records: this.#records, bad: this.#unreadable };
    const decoder = format.decoder!(config, schema, sink);
    try {
      for await (const chunk of chunks) {
        progress.bytes += chunk.length;
        decoder.push(chunk);
        await this.#settled();
        if (this.#wait === undefined) continue;
        await this.#wait;
        this.#wait = undefined;
      }
      // Of a source that was not read to its end the last line may be half a record.
      if (!signal.aborted) decoder.finish();
    } catch (error) {
      if (!(error instanceof UnreadableInput)) throw error;
      const { line, why, hint } = error;
      throw new InputError(name, {
        line,
        column: 1,
        why,
        raw: "",
        ...(hint === undefined ? {} : { hint }),
      });
    }
    await this.#wait;
    this.#wait = undefined;
  }

  readonly #records = (data: Data<unknown>, lines: LineSpan): void => {
    // What the feed refuses, now or later, is taken off again.
    this.progress.records += data.length;
    this.#waitFor(this.#feed.send(data, lines));
  };

  #putAside({ line, column, why, raw }: BadRecord): void {
    const letter = {
      input: this.#input.name,
      source: this.#source,
      line,
      column,
      reason: why,
      raw,
    };
    this.#waitFor(this.#deadLetters!.write(`${JSON.stringify(letter)}\n`));
  }

  /** For that as well as for what is waited for already: whichever fails is heard of. */
  #waitFor(more: Promise<void> | undefined): void {
    if (more === undefined) return;
    const before = this.#wait;
    this.#wait = before === undefined ? more : Promise.all([before, more]).then(() => {});
    // It is awaited when the piece at hand was read, which may fail before.
    this.#wait.catch(() => {});
  }
}
