/**
 * Lines as records, and records as lines.
 *
 * @module
 */
import { z } from "zod";
import { MeanderError, show } from "../contract/fault.ts";
import { formatType, type RecordType } from "../contract/record_type.ts";
import { flatPart } from "./flat.ts";
import {
  type Decoder,
  type DecoderSink,
  type Encoder,
  type Format,
  maxLineBytes,
  RowBatch,
} from "./format.ts";
import { type Block, type BlockSink, LineBlocks } from "./line_blocks.ts";
import { cutOff, jsonText, rawLine, tooLongRecord } from "./raw.ts";
import type { LineFault } from "./utf8.ts";

/** Configuration of `lines`. */
export interface LinesConfig {
  readonly maxLineBytes: number;
}

const STRING: RecordType = { kind: "string" };
const CR = 13;

/** Each line is a record, empty ones too. */
export const lines: Format<LinesConfig> = {
  name: "lines",
  summary: "each line is a string",
  docs: "Lines end with LF or CRLF; the last one needs no end. An empty line is an empty string.",
  config: z.strictObject({ maxLineBytes }),
  problems: (_config, schema) => {
    if (schema === undefined || schema.kind === "string" || schema.kind === "any") return [];
    return [{
      path: ["schema"],
      message: `the schema is ${
        formatType(schema)
      }, but the records of the format lines are strings`,
      hint: "Leave the schema out, or use the format ndjson or csv",
    }];
  },
  recordType: () => STRING,
  decoder: (config, _schema, sink) => new LinesDecoder(config, sink),
  encoder: () => new LineEncoder(stringsOnly),
};

/** Any records, each as readable text. */
export const text: Format<Record<never, never>> = {
  name: "text",
  summary: "each record as a line: strings as they are, objects as JSON",
  docs: "For people. A line break in a string is kept, so that not every line is a record.",
  config: z.strictObject({}),
  problems: () => [],
  encoder: () => new LineEncoder(readable),
};

class LinesDecoder implements Decoder, BlockSink {
  readonly #blocks: LineBlocks;
  readonly #rows: RowBatch;
  readonly #limit: number;

  constructor({ maxLineBytes }: LinesConfig, sink: DecoderSink) {
    this.#blocks = new LineBlocks(maxLineBytes, this);
    this.#rows = new RowBatch(sink);
    this.#limit = maxLineBytes;
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

  block({ text, line }: Block): number {
    const rows = this.#rows;
    let count = 0;
    for (let at = 0; at < text.length; count++) {
      const end = text.indexOf("\n", at);
      const last = end > at && text.charCodeAt(end - 1) === CR ? end - 1 : end;
      rows.add(flatPart(text, at, last), line + count);
      at = end + 1;
    }
    rows.flush();
    return count;
  }

  faulty({ text, line }: Block, fault: LineFault): void {
    this.#rows.bad({ line, ...fault, raw: rawLine(text) });
  }

  tooLong(line: number, start: string): void {
    this.#rows.bad(tooLongRecord(line, cutOff(start, this.#limit), this.#limit));
  }
}

class LineEncoder implements Encoder {
  readonly #line: (record: unknown, place: string) => string;
  #count = 0;

  constructor(line: (record: unknown, place: string) => string) {
    this.#line = line;
  }

  encode(records: ArrayLike<unknown>, length = records.length): string {
    let out = "";
    for (let i = 0; i < length; i++) {
      out += this.#line(records[i], `record ${++this.#count}`) + "\n";
    }
    return out;
  }

  finish(): string {
    return "";
  }
}

function stringsOnly(record: unknown, place: string): string {
  if (typeof record === "string" && !record.includes("\n")) return record;
  const why = typeof record === "string"
    ? "a line break in it would make two records of it"
    : "the format lines holds strings only";
  throw new MeanderError(
    "MEANDER_ENCODE",
    `Cannot write ${place} as a line (${show(record)}): ${why}`,
    { where: place, hint: "Use the format ndjson, or map the records to strings first" },
  );
}

function readable(record: unknown, place: string): string {
  if (typeof record === "string") return record;
  return typeof record === "object" && record !== null ? jsonText(record, place) : String(record);
}
