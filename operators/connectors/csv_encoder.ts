/**
 * Records as CSV.
 *
 * @module
 */
import { MeanderError, show } from "../contract/fault.ts";
import type { RecordType } from "../contract/record_type.ts";
import type { CsvConfig } from "./csv_format.ts";
import type { Encoder } from "./format.ts";
import { formatPath, jsonText } from "./raw.ts";

/**
 * Writes a header, and a line for each record. The columns are those of the configuration, else the fields
 * of the type, else the keys of the first record. Only the first of these is a choice: else a record with
 * another key is an error, since what it holds would be lost.
 */
export class CsvEncoder implements Encoder {
  readonly #delimiter: string;
  readonly #special: RegExp;
  readonly #isChoice: boolean;
  readonly #optional: ReadonlySet<string>;
  #columns: readonly string[] | undefined;
  #headerPending: boolean;
  #count = 0;

  /** Takes the configuration, and the type of the records where it is known. */
  constructor(config: CsvConfig, type: RecordType | undefined) {
    this.#delimiter = config.delimiter;
    this.#special = new RegExp(`["\\r\\n${config.delimiter.replace(/[\]\\^-]/, "\\$&")}]`);
    const fields = type?.kind === "object" ? type.fields : undefined;
    const header = Array.isArray(config.header) ? config.header as string[] : undefined;
    this.#columns = config.columns ?? header ?? (fields && [...fields.keys()]);
    this.#isChoice = config.columns !== undefined;
    this.#optional = new Set(
      [...fields ?? []].flatMap(([name, { kind }]) => kind === "optional" ? [name] : []),
    );
    this.#headerPending = config.header !== false;
  }

  encode(records: ArrayLike<unknown>, length = records.length): string {
    let out = "";
    for (let i = 0; i < length; i++) {
      const record = this.#object(records[i]);
      this.#columns ??= Object.keys(record);
      out += this.#header() + this.#line(record, this.#columns);
    }
    return out;
  }

  /** The header of a file without records, where it is known. */
  finish(): string {
    return this.#columns === undefined ? "" : this.#header();
  }

  #header(): string {
    if (!this.#headerPending) return "";
    this.#headerPending = false;
    return this.#join(this.#columns!.map((name) => this.#quoted(name)));
  }

  #object(record: unknown): Record<string, unknown> {
    this.#count++;
    if (typeof record === "object" && record !== null && !Array.isArray(record)) {
      return record as Record<string, unknown>;
    }
    throw this.#refused("", record, "a row needs an object", "Map the records to objects first");
  }

  #line(record: Record<string, unknown>, columns: readonly string[]): string {
    const cells: string[] = [];
    let found = 0;
    for (const name of columns) {
      const isThere = Object.hasOwn(record, name);
      if (isThere) found++;
      else if (!this.#optional.has(name)) {
        const why = `it has no field ${show(name)}, but the header has`;
        throw this.#refused(
          "",
          record,
          why,
          "Give all records the same fields, null where one is missing",
        );
      }
      cells.push(isThere ? this.#cell(record[name], name) : "");
    }
    if (!this.#isChoice && Object.keys(record).length > found) {
      const extra = Object.keys(record).find((key) => !columns.includes(key))!;
      const why = "the header, which is written already, has no such column";
      throw this.#refused(
        `, at ${formatPath([extra])}`,
        record[extra],
        why,
        "Name all columns in the configuration as columns, or drop the field first",
      );
    }
    return this.#join(cells);
  }

  #cell(value: unknown, name: string): string {
    if (typeof value === "string") {
      return value === "" && this.#optional.has(name) ? '""' : this.#quoted(value);
    }
    if (value === null) return "";
    if (typeof value === "boolean") return String(value);
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
    if (typeof value === "object") return this.#quoted(jsonText(value, this.#place(name)));
    const [why, hint] = typeof value === "number"
      ? ["readers of CSV know no such number", "Filter such records out, or use null"]
      : value === undefined
      ? ["a field has to have a value", "Use null for no value"]
      : typeof value === "bigint"
      ? ["readers would round it", "Use a number or a string"]
      : [`CSV has no ${typeof value}`, "Map the records first to ones without it"];
    throw this.#refused(`, at ${formatPath([name])}`, value, why, hint);
  }

  #quoted(text: string): string {
    return this.#special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  #join(cells: readonly string[]): string {
    // A line that is empty would be skipped where it is read.
    return (cells.length === 1 && cells[0] === "" ? '""' : cells.join(this.#delimiter)) + "\n";
  }

  #place(name?: string): string {
    return name === undefined
      ? `record ${this.#count}`
      : `record ${this.#count} (${formatPath([name])})`;
  }

  #refused(at: string, value: unknown, why: string, hint: string): MeanderError {
    return new MeanderError(
      "MEANDER_ENCODE",
      `Cannot write ${this.#place()} as CSV${at} (${show(value)}): ${why}`,
      { where: this.#place(), hint },
    );
  }
}
