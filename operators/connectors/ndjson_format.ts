/**
 * A JSON value on each line.
 *
 * @module
 */
import { z } from "zod";
import { ANY, type RecordType } from "../contract/record_type.ts";
import { decodePart } from "./csv_strings.ts";
import {
  type BadRecord,
  type Decoder,
  type DecoderSink,
  type Encoder,
  type Format,
  maxLineBytes,
  RowBatch,
} from "./format.ts";
import { type FieldReader, fieldReader, Refusal, REFUSED } from "./json_fields.ts";
import { fitsColumns, JsonColumns } from "./json_columns.ts";
import { findFault, type JsonFault, locate } from "./json_scan.ts";
import { type Block, type BlockSink, LineBlocks } from "./line_blocks.ts";
import { cutOff, jsonText, rawLine, tooLongRecord } from "./raw.ts";
import { hasRiskyNumber, isRiskyLine } from "./risky_numbers.ts";
import { charactersIn, type LineFault } from "./utf8.ts";

/** Configuration of `ndjson`. */
export interface NdjsonConfig {
  readonly maxLineBytes: number;
}

const LF = 10;

// Only if the runtime were stricter than the scan that looks for the reason.
const NO_JSON: JsonFault = { at: 0, why: "is no JSON" };

/** One JSON value a line. */
export const ndjson: Format<NdjsonConfig> = {
  name: "ndjson",
  summary: "one JSON value a line (also called JSON Lines)",
  docs:
    "Blank lines are skipped. With a schema each record is checked, and only the fields of the " +
    "schema are read; an optional field that is missing is null; a datetime without a zone is UTC. " +
    "Integers beyond 2^53 are refused, not rounded, where they are read. Of a key that stands twice " +
    "in an object the last one counts.",
  config: z.strictObject({ maxLineBytes }),
  problems: () => [],
  recordType: (_config, schema) => schema ?? ANY,
  decoder: (config, schema, sink) => new NdjsonDecoder(config, schema, sink),
  encoder: () => new NdjsonEncoder(),
};

class NdjsonDecoder implements Decoder, BlockSink {
  readonly #blocks: LineBlocks;
  readonly #rows: RowBatch;
  readonly #limit: number;
  readonly #type: RecordType;
  readonly #read: FieldReader | undefined;
  readonly #refusal = new Refusal();
  readonly #columns: JsonColumns | undefined;

  constructor(config: NdjsonConfig, schema: RecordType | undefined, sink: DecoderSink) {
    this.#blocks = new LineBlocks(config.maxLineBytes, this);
    this.#rows = new RowBatch(sink);
    this.#limit = config.maxLineBytes;
    this.#type = schema ?? ANY;
    this.#read = this.#type.kind === "any" ? undefined : fieldReader(this.#type);
    this.#columns = fitsColumns(this.#type) ? new JsonColumns(this.#type.fields, sink) : undefined;
  }

  get lines(): number {
    return this.#blocks.lines;
  }

  push(chunk: Uint8Array): void {
    this.#blocks.push(chunk);
  }

  finish(): void {
    this.#blocks.finish();
  }

  block(block: Block): number {
    return this.#columns === undefined ? this.#block(block) : this.#flatBlock(block, this.#columns);
  }

  #block({ bytes, text, line }: Block): number {
    const isRisky = hasRiskyNumber(bytes);
    let count = 0;
    for (let at = 0; at < text.length; count++) {
      const end = text.indexOf("\n", at);
      if (end > at) this.#line(text.substring(at, end), line + count, isRisky);
      at = end + 1;
    }
    this.#rows.flush();
    return count;
  }

  /** Reads into columns what can be, and the other lines as usual. */
  #flatBlock({ bytes, text, line }: Block, columns: JsonColumns): number {
    const isAscii = text.length === bytes.length;
    const source = { bytes, text: isAscii ? text : undefined };
    let count = 0;
    for (let at = 0; at < bytes.length; count++) {
      const next = columns.read(source, at, line + count);
      if (next > 0) {
        at = next;
        continue;
      }
      const end = bytes.indexOf(LF, at);
      if (end > at) this.#line(decodePart(source, at, end), line + count, true);
      at = end + 1;
    }
    columns.flush();
    return count;
  }

  faulty({ text, line }: Block, fault: LineFault): void {
    this.#report({ line, ...fault, raw: rawLine(text) });
  }

  tooLong(line: number, start: string): void {
    this.#report(tooLongRecord(line, cutOff(start, this.#limit), this.#limit));
  }

  // Lines are parsed one by one. One call for a whole block, with commas between the lines, is no faster
  // for small records, and would take lines that are no values, such as `[1` and `2]`, for one.
  #line(text: string, line: number, isRisky: boolean): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Lines of blanks come here, too: they are too rare to look for before.
      if (/[^ \t\r]/.test(text)) this.#bad(text, line, findFault(text) ?? NO_JSON);
      return;
    }
    if (isRisky && isRiskyLine(text)) {
      const fault = findFault(text, this.#type);
      if (fault !== undefined) {
        this.#bad(text, line, fault);
        return;
      }
    }
    if (this.#read !== undefined) {
      value = this.#read(value, this.#refusal);
      if (value === REFUSED) {
        const { path, why, hint } = this.#refusal;
        this.#bad(text, line, { at: locate(text, path), why, ...(hint && { hint }) });
        return;
      }
    }
    if (this.#columns === undefined) {
      this.#rows.add(value, line);
    } else if (!this.#columns.add(value as Record<string, unknown>, line)) {
      this.#columns.flush();
      this.#rows.add(value, line);
      this.#rows.flush();
    }
  }

  #report(record: BadRecord): void {
    this.#columns?.flush();
    this.#rows.bad(record);
  }

  #bad(text: string, line: number, { at, ...rest }: JsonFault): void {
    this.#report({ line, column: charactersIn(text, at) + 1, ...rest, raw: rawLine(text) });
  }
}

class NdjsonEncoder implements Encoder {
  #count = 0;

  encode(records: ArrayLike<unknown>, length = records.length): string {
    let out = "";
    for (let i = 0; i < length; i++) out += jsonText(records[i], `record ${++this.#count}`) + "\n";
    return out;
  }

  finish(): string {
    return "";
  }
}
