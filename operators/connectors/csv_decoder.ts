/**
 * CSV into columns.
 *
 * @module
 */
import { show } from "../contract/fault.ts";
import type { RecordType } from "../contract/record_type.ts";
import { type CsvColumns, namedColumns, schemaFields, unnamedColumns } from "./csv_columns.ts";
import type { CsvConfig } from "./csv_format.ts";
import {
  AFTER_QUOTE,
  BLANK,
  CsvScanner,
  ESCAPED,
  PLAIN,
  QUOTED,
  RECORD,
  type Scan,
  STRAY_QUOTE,
  WAITING,
} from "./csv_scanner.ts";
import { decodePart, type Source } from "./csv_strings.ts";
import { BATCH, type Decoder, type DecoderSink, UnreadableInput } from "./format.ts";
import { type Block, type BlockSink, LineBlocks } from "./line_blocks.ts";
import { cutOff, rawLine, tooLongRecord } from "./raw.ts";
import { charactersIn, type LineFault } from "./utf8.ts";

/** How much of a record that is too long is looked at to show it. */
const START = 8 * 1024;
const LF = 10;
const QUOTE = 34;

/** What is wrong with a record, and at which of the scanner's bytes. */
interface Fault {
  readonly at: number;
  readonly why: string;
  readonly hint?: string;
}

/** Reads CSV as RFC 4180 says, from blocks of whole lines. */
export class CsvDecoder implements Decoder, BlockSink {
  readonly #blocks: LineBlocks;
  readonly #scanner: CsvScanner;
  readonly #config: CsvConfig;
  readonly #schema: RecordType | undefined;
  readonly #sink: DecoderSink;
  #columns: CsvColumns | undefined;
  /** The text of the scanner's bytes when they are ASCII, so that places are the same in both. */
  #source: { bytes: Uint8Array; text: string | undefined };
  #sourceLength = 0;
  /** The line that the scanner's record begins on. */
  #line = 1;
  /** The fault of a line of the record that the scanner is in. */
  #lineFault: (LineFault & { readonly line: number }) | undefined;
  #rows = 0;
  #first = 0;
  #last = 0;

  /** For a configuration and schema without problems. */
  constructor(config: CsvConfig, schema: RecordType | undefined, sink: DecoderSink) {
    this.#blocks = new LineBlocks(config.maxLineBytes, this);
    this.#scanner = new CsvScanner(config.delimiter.charCodeAt(0));
    this.#source = { bytes: this.#scanner.bytes, text: "" };
    this.#config = config;
    this.#schema = schema;
    this.#sink = sink;
    if (Array.isArray(config.header)) this.#columns = namedColumns(config.header, schema, 1);
    else if (!config.header && schemaFields(schema) !== undefined) {
      this.#columns = unnamedColumns(0, schema);
    }
  }

  get lines(): number {
    return this.#blocks.lines;
  }

  push(chunk: Uint8Array): void {
    this.#blocks.push(chunk);
  }

  finish(): void {
    this.#blocks.finish();
    const scanner = this.#scanner;
    if (!scanner.isOpen) return;
    this.#bad({
      at: scanner.quote,
      why: "has a quoted field that begins here and never ends",
      hint:
        "Close the quote or, if it is content, quote the whole field and double each quote in it",
    }, scanner.length);
  }

  block({ bytes, text, line }: Block): number {
    const scanner = this.#scanner;
    if (!scanner.isOpen) this.#line = line;
    const known = scanner.isOpen ? this.#source.text : "";
    const isAscii = text.length === bytes.length && known !== undefined;
    scanner.append(bytes);
    this.#source = { bytes: scanner.bytes, text: isAscii ? known + text : undefined };
    this.#sourceLength = scanner.length;
    while (!scanner.isDone) {
      const scanned = scanner.next();
      if (scanned === RECORD) this.#record();
      else if (scanned === WAITING) {
        if (this.#waits()) break;
      } else if (scanned === BLANK) this.#blank();
      else this.#misquoted(scanned);
    }
    this.#flush();
    // Where the next record begins is known, so that no lines have to be counted but those of an open one.
    const open = scanner.isOpen ? countLines(scanner.bytes, 0, scanner.length) : 0;
    return this.#line + open - line;
  }

  faulty(block: Block, fault: LineFault): void {
    this.#lineFault = { ...fault, line: block.line };
    this.block(block);
  }

  tooLong(line: number, start: string): void {
    const { isOpen } = this.#scanner;
    const text = isOpen ? this.#raw(this.#scanner.length) + "\n" + start : start;
    this.#report(
      tooLongRecord(line, cutOff(text, this.#config.maxLineBytes), this.#config.maxLineBytes),
    );
    this.#lineFault = undefined;
    this.#scanner.resume(this.#scanner.length);
  }

  #record(): void {
    const scanner = this.#scanner;
    if (this.#isTooLong(scanner.at)) {
      this.#tooLongRecord();
      return;
    }
    const fault = this.#lineFault === undefined ? this.#put() : NO_FAULT;
    if (fault !== undefined) {
      this.#bad(fault, scanner.at);
      return;
    }
    if (scanner.tall < 0) this.#line++;
    else this.#line += countLines(scanner.bytes, scanner.start, scanner.at);
  }

  #blank(): void {
    // A line whose fault is that it is no UTF-8 is not blank, so that no fault can belong to this one.
    this.#line++;
  }

  /** Stores the record; returns what is wrong with it. */
  #put(): Fault | undefined {
    const scanner = this.#scanner;
    if (this.#columns === undefined) {
      const isHeader = this.#config.header === true;
      this.#columns = isHeader ? this.#header() : unnamedColumns(scanner.count, this.#schema);
      if (isHeader) return undefined;
    }
    const columns = this.#columns;
    if (scanner.count !== columns.width) return this.#wrongWidth(columns.width);
    const { picks } = columns;
    const { starts, ends, kinds } = scanner;
    const source = this.#source;
    const row = this.#rows;
    for (let p = 0; p < picks.length; p++) {
      const { at, field } = picks[p];
      const kind = kinds[at];
      const isFit = kind === ESCAPED
        ? this.#putEscaped(p, row)
        : field.put(row, source, starts[at], ends[at], kind === QUOTED);
      if (!isFit) return this.#misfit(p);
    }
    if (row === 0) this.#first = this.#line;
    this.#last = this.#line;
    this.#rows = row + 1;
    if (this.#rows === BATCH) this.#flush();
    return undefined;
  }

  #putEscaped(pick: number, row: number): boolean {
    const { at, field } = this.#columns!.picks[pick];
    const source = this.#unescaped(at);
    return field.put(row, source, 0, source.bytes.length, true);
  }

  #header(): CsvColumns {
    const names = Array.from({ length: this.#scanner.count }, (_, at) => this.#text(at));
    return namedColumns(names, this.#schema, this.#line);
  }

  /** A field with each doubled quote as one. */
  #unescaped(at: number): Source {
    const { bytes, starts, ends } = this.#scanner;
    const out = new Uint8Array(ends[at] - starts[at]);
    let length = 0;
    for (let i = starts[at]; i < ends[at]; i++) {
      out[length++] = bytes[i];
      if (bytes[i] === QUOTE) i++;
    }
    return { bytes: out.subarray(0, length), text: undefined };
  }

  #text(at: number): string {
    const { starts, ends, kinds } = this.#scanner;
    if (kinds[at] !== ESCAPED) return decodePart(this.#source, starts[at], ends[at]);
    const source = this.#unescaped(at);
    return decodePart(source, 0, source.bytes.length);
  }

  #misfit(pick: number): Fault {
    const { at, name, field } = this.#columns!.picks[pick];
    const { why, hint } = field.refusal(this.#text(at));
    const start = this.#scanner.starts[at] - (this.#scanner.kinds[at] === PLAIN ? 0 : 1);
    return { at: start, why: `${show(name).slice(1, -1)} ${why}`, hint };
  }

  #wrongWidth(width: number): Fault {
    const { tall, count, start } = this.#scanner;
    const why = `has ${fields(count)} instead of the ${width} of ${
      this.#config.header === false
        ? this.#schema?.kind === "object" ? "the schema" : "the first row"
        : "the header"
    }`;
    if (tall < 0) {
      const { code, name } = delimiterName(this.#config.delimiter);
      const hint = count > width
        ? `Quote a field that contains ${name} (${code})`
        : `Add what is missing, and be it only ${name} (${code}) for an empty field`;
      return { at: start, why, hint };
    }
    const line = this.#lineOf(tall);
    return {
      at: start,
      why: `${why}; a quoted field of it goes over several lines from line ${line} on`,
      hint: `Look for a closing quote that is missing in line ${line}`,
    };
  }

  #misquoted(scanned: Scan): void {
    const scanner = this.#scanner;
    const at = scanner.at;
    const end = scanner.bytes.indexOf(LF, at) + 1;
    const begun = this.#lineOf(scanner.quote);
    const isTall = scanned === AFTER_QUOTE && begun !== this.#lineOf(at);
    if (this.#isTooLong(end)) {
      this.#tooLongRecord();
      return;
    }
    const fault: Fault = this.#lineFault !== undefined ? NO_FAULT : scanned === STRAY_QUOTE
      ? {
        at,
        why: "has a quote inside of a field that does not begin with one",
        hint: "Quote the whole field and double each quote in it",
      }
      : isTall
      ? {
        at,
        why: `has text after the closing quote of a field that begins in line ${begun}`,
        hint:
          `Look for a closing quote that is missing in line ${begun}; a quote that is content is doubled`,
      }
      : {
        at,
        why: "has text after the closing quote of a field",
        hint: "Double each quote that is content, or remove what follows",
      };
    this.#bad(fault, end);
  }

  /** The scanner waits for more of a record, but not for ever. Returns whether it still does. */
  #waits(): boolean {
    const { bytes, length } = this.#scanner;
    // The scanner has dropped what comes before the record, and the text has to keep up.
    const { text } = this.#source;
    const dropped = this.#sourceLength - length;
    this.#source = { bytes, text: text?.substring(dropped) };
    this.#sourceLength = length;
    if (!this.#isTooLong(length)) return true;
    this.#tooLongRecord();
    return false;
  }

  /**
   * Whether the lines of the record up to `end` are too long together. Of a single line its own bytes
   * count, and not those that stand for invalid ones here.
   */
  #isTooLong(end: number): boolean {
    const { tall, start } = this.#scanner;
    return tall >= 0 && end - start - 1 > this.#config.maxLineBytes;
  }

  /** Ends a record at its first line end beyond the limit, which no cut of the input can move. */
  #tooLongRecord(): void {
    const limit = this.#config.maxLineBytes;
    const { bytes, start, tall } = this.#scanner;
    const end = bytes.indexOf(LF, start + limit + 1) + 1;
    const shown = decodePart(this.#source, start, Math.min(end, start + START));
    const raw = cutOff(rawLine(shown), limit);
    const place = this.#placeOf(tall);
    this.#report({
      ...place,
      why: `is part of a record longer than ${limit} bytes, with a quoted field that begins here`,
      hint: "Look for a closing quote that is missing in this line, or raise maxLineBytes",
      raw,
    });
    this.#resume(end);
  }

  #bad(fault: Fault, end: number): void {
    const { line, column, why, hint } = this.#lineFault ?? { ...fault, ...this.#placeOf(fault.at) };
    this.#report({ line, column, why, ...(hint && { hint }), raw: this.#raw(end) });
    this.#resume(end);
  }

  #resume(end: number): void {
    const { bytes, start } = this.#scanner;
    this.#line += countLines(bytes, start, end);
    this.#lineFault = undefined;
    this.#scanner.resume(end);
  }

  /** Without its header nothing of the input can be understood. */
  #report(record: Parameters<DecoderSink["bad"]>[0]): void {
    if (this.#columns === undefined && this.#config.header === true) {
      throw new UnreadableInput(
        record.line,
        `has a header that cannot be read: it ${record.why}`,
        record.hint,
      );
    }
    this.#flush();
    this.#sink.bad(record);
  }

  #raw(end: number): string {
    return rawLine(decoder.decode(this.#scanner.bytes.subarray(this.#scanner.start, end)));
  }

  #lineOf(at: number): number {
    return this.#line + countLines(this.#scanner.bytes, this.#scanner.start, at);
  }

  #placeOf(at: number): { line: number; column: number } {
    const { bytes, start } = this.#scanner;
    const from = at === start ? start : Math.max(start, bytes.lastIndexOf(LF, at - 1) + 1);
    const before = decoder.decode(bytes.subarray(from, at));
    return { line: this.#lineOf(at), column: charactersIn(before) + 1 };
  }

  #flush(): void {
    if (this.#rows === 0) return;
    const data = this.#columns!.take(this.#rows);
    this.#rows = 0;
    this.#sink.records(data, { first: this.#first, last: this.#last });
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Stands for the fault of a line, which the decoder holds itself. */
const NO_FAULT: Fault = { at: 0, why: "" };

function fields(count: number): string {
  return count === 1 ? "1 field" : `${count} fields`;
}

function delimiterName(code: string): { code: string; name: string } {
  const names: Record<string, string> = { ",": "a comma", ";": "a semicolon", "\t": "a tab" };
  return { code: show(code), name: names[code] ?? "the delimiter" };
}

function countLines(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) {
    count++;
  }
  return count;
}
