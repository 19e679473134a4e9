/**
 * What a format is: bytes into records as they come, and records into text. Nothing here touches a file;
 * sources and sinks do that and hand over the bytes.
 *
 * @module
 */
import { z } from "zod";
import type { Data } from "../../batches/data.ts";
import { MeanderError } from "../contract/fault.ts";
import type { RecordType } from "../contract/record_type.ts";

/**
 * One record that could not be read. With the name of the file before it, it reads
 * `flights.csv:7:3: why. Hint`.
 */
export interface BadRecord {
  /** The line of the fault, from 1. The record may begin on an earlier one. */
  readonly line: number;
  /** Where in that line, from 1, in characters (code points); 1 where no place is known. */
  readonly column: number;
  /** What is wrong, as the end of a sentence: `is not UTF-8: …`. */
  readonly why: string;
  /** What the reader can do about it, as an imperative without a final period. */
  readonly hint?: string;
  /**
   * The whole lines of the record without the last line end, for a file of dead letters. Bytes that are no
   * UTF-8 are U+FFFD here, and what is longer than `maxLineBytes` is cut off, with a note that says so.
   */
  readonly raw: string;
}

/** The lines that some records stood on, from 1. */
export interface LineSpan {
  /** The line on which the first of the records begins. */
  readonly first: number;
  /** The line on which the last of them begins. */
  readonly last: number;
}

/** Where a decoder puts what it has read, in the order of the input. */
export interface DecoderSink {
  /** Records as rows or as columns, some thousand at most. The data is never changed afterwards. */
  records(data: Data<unknown>, lines: LineSpan): void;
  /** May throw to end the reading; when it returns, decoding goes on after the record. */
  bad(record: BadRecord): void;
}

/**
 * Reads bytes as they come, in pieces of any size: where they are cut makes no difference. Each `push`
 * hands on all records that are complete. After anything was thrown the decoder is of no more use.
 */
export interface Decoder {
  /**
   * Takes the next bytes; the caller may reuse the array afterwards.
   *
   * @throws {UnreadableInput} when not a record but the input as a whole cannot be read.
   */
  push(chunk: Uint8Array): void;
  /** The input is over: hands on the last record, which needs no line end. */
  finish(): void;
  /** How many lines have begun so far. */
  readonly lines: number;
}

/** Writes records as text. What is written is complete only with what `finish` returns. */
export interface Encoder {
  /**
   * Whole lines for the first `length` records; the empty text when they come later, as in a table.
   *
   * @throws {MeanderError} `MEANDER_ENCODE`, naming record and path, for what the format cannot hold.
   */
  encode(records: ArrayLike<unknown>, length?: number): string;
  /** What comes last. */
  finish(): string;
}

/** Why configuration and schema cannot be used with a format, known before anything is read. */
export interface FormatProblem {
  /** `"config"` or `"schema"`, then the names that lead to the place. */
  readonly path: readonly string[];
  readonly message: string;
  /** What to do, as an imperative without a final period. */
  readonly hint?: string;
}

/** A way to write records as bytes. */
export interface Format<Config> {
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  /** A paragraph or more, for a page of its own. */
  readonly docs?: string;
  /** The configuration; every field has a default. */
  readonly config: z.ZodType<Config>;
  /** All that speaks against reading with this configuration and schema; empty when nothing does. */
  problems(config: Config, schema: RecordType | undefined): readonly FormatProblem[];
  /** The type of what decoding gives, for a schema without problems. Only where there is a decoder. */
  recordType?(config: Config, schema: RecordType | undefined): RecordType;
  /** Makes a decoder; call `problems` first. */
  decoder?(config: Config, schema: RecordType | undefined, sink: DecoderSink): Decoder;
  /** Makes an encoder; the type of the records may decide what stands in a header. */
  encoder?(config: Config, type?: RecordType): Encoder;
}

/** The input as a whole cannot be read with this format; no policy for single records can help. */
export class UnreadableInput extends MeanderError {
  /** The line of the fault, from 1. */
  readonly line: number;
  /** What is wrong with the input, as the end of a sentence: "is UTF-16". */
  readonly why: string;
  /** What the reader can do about it. */
  readonly hint: string | undefined;

  /** Takes the line of the fault, what is wrong, and what to do about it. */
  constructor(line: number, why: string, hint?: string) {
    super("MEANDER_INPUT", `Cannot read the input, at line ${line}: it ${why}`, {
      where: `line ${line}`,
      ...(hint === undefined ? {} : { hint }),
    });
    this.name = "UnreadableInput";
    this.line = line;
    this.why = why;
    this.hint = hint;
  }
}

/** Most records handed over at a time. */
export const BATCH = 4096;

const MIB = 2 ** 20;

/** The limit that all decoders share. */
export const maxLineBytes: z.ZodDefault<z.ZodInt> = z.int().min(1).max(256 * MIB).default(16 * MIB)
  .describe(
    "Longer lines are bad records, so that memory stays bounded; of a CSV record, all its lines",
  );

/** Collects rows until there are enough, and keeps their order with the bad ones. */
export class RowBatch {
  readonly #sink: DecoderSink;
  #rows: unknown[] = [];
  #first = 0;
  #last = 0;

  /** Takes the sink of the decoder. */
  constructor(sink: DecoderSink) {
    this.#sink = sink;
  }

  /** One more record, which begins on that line. */
  add(record: unknown, line: number): void {
    if (this.#rows.length === 0) this.#first = line;
    this.#last = line;
    if (this.#rows.push(record) === BATCH) this.flush();
  }

  /** Hands on what there is, then the bad record. */
  bad(record: BadRecord): void {
    this.flush();
    this.#sink.bad(record);
  }

  /** Hands on what there is. */
  flush(): void {
    if (this.#rows.length === 0) return;
    const rows = this.#rows;
    this.#rows = [];
    this.#sink.records(rows, { first: this.#first, last: this.#last });
  }
}
