/**
 * Records as an aligned table, for people.
 *
 * @module
 */
import { z } from "zod";
import { show } from "../contract/fault.ts";
import type { Encoder, Format } from "./format.ts";

/** Configuration of `table`. */
export interface TableConfig {
  /** Rows beyond this are only counted. */
  readonly limit: number;
}

/** An aligned table of the first records. */
export const table: Format<TableConfig> = {
  name: "table",
  summary: "an aligned table of the first records, once all have come",
  docs:
    "For people. Records that are no objects stand in a column `value`, lists and objects in cells " +
    "as JSON. The table waits for the last record, since the widths of its columns depend on all.",
  config: z.strictObject({
    limit: z.int().min(1).max(1_000_000).default(10_000).describe(
      "rows beyond this are counted only",
    ),
  }),
  problems: () => [],
  encoder: (config) => new TableEncoder(config),
};

const GAP = "  ";

class TableEncoder implements Encoder {
  readonly #limit: number;
  readonly #rows: ReadonlyMap<string, unknown>[] = [];
  readonly #columns = new Set<string>();
  #count = 0;

  constructor({ limit }: TableConfig) {
    this.#limit = limit;
  }

  encode(records: ArrayLike<unknown>, length = records.length): string {
    this.#count += length;
    for (let i = 0; i < length && this.#rows.length < this.#limit; i++) {
      const record = records[i];
      const isObject = typeof record === "object" && record !== null && !Array.isArray(record);
      const row = new Map(isObject ? Object.entries(record) : [["value", record]]);
      for (const name of row.keys()) this.#columns.add(name);
      this.#rows.push(row);
    }
    return "";
  }

  finish(): string {
    if (this.#count === 0) return "";
    const columns = [...this.#columns].map((name) => column(name, this.#rows));
    let out = "";
    for (let line = 0; line <= this.#rows.length; line++) {
      out += columns.map((cells) => cells[line]).join(GAP).trimEnd() + "\n";
    }
    const more = this.#count - this.#rows.length;
    return more === 0 ? out : `${out}… and ${more} more\n`;
  }
}

/** The cells of a column, its header first, all of one width. */
function column(name: string, rows: readonly ReadonlyMap<string, unknown>[]): string[] {
  const values = rows.map((row) => row.get(name));
  const isNumeric = values.every((value) =>
    value === null || value === undefined || isNumber(value)
  );
  const cells = [cell(name), ...values.map(cell)];
  const widths = cells.map(widthOf);
  const width = widths.reduce((most, one) => Math.max(most, one), 0);
  return cells.map((text, at) => {
    const blanks = " ".repeat(width - widths[at]);
    return isNumeric ? blanks + text : text + blanks;
  });
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? show(value, 1000) : String(value);
  // Control characters would break the line or reach the terminal.
  return text.replace(
    /\p{Cc}/gu,
    (char) =>
      char === "\n"
        ? "\\n"
        : char === "\t"
        ? "\\t"
        : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** How many places of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    width += char < "\u0300" ? 1 : ZERO.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  }
  return width;
}
