/**
 * Comma-separated values with the quoting of RFC 4180. Files of unknown origin are a case for a library;
 * two small files of known form are not worth a dependency of everybody's.
 *
 * @module
 */
import { MeanderError } from "meander";

/** One field, quoted or plain, with what ends it. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * The rows as objects with the fields that are asked for, by the names in the first row.
 *
 * @throws {MeanderError} `DEMO_DATA` when a quote is out of place, a row too short or a column missing.
 */
export function parseCsv<Column extends string>(
  text: string,
  file: string,
  columns: readonly Column[],
): Record<Column, string>[] {
  const [header, ...rows] = fieldsOf(text, file);
  const positions = columns.map((column) => {
    const at = header.indexOf(column);
    if (at >= 0) return [column, at] as const;
    throw new MeanderError(
      "DEMO_DATA",
      `Cannot read column "${column}" of ${file}: it has ${header.join(", ")}`,
    );
  });
  return rows.map((row, index) => {
    if (row.length !== header.length) {
      throw new MeanderError(
        "DEMO_DATA",
        `Cannot read row ${index + 2} of ${file}: ` +
          `it has ${row.length} fields, the first row ${header.length}`,
      );
    }
    return Object.fromEntries(positions.map(([column, at]) => [column, row[at]])) as Record<
      Column,
      string
    >;
  });
}

function fieldsOf(text: string, file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  for (;;) {
    const at = FIELD.lastIndex;
    const match = FIELD.exec(text);
    if (match === null) {
      throw new MeanderError(
        "DEMO_DATA",
        `Cannot read row ${rows.length + 1} of ${file}: a quote is out of place in ` +
          JSON.stringify(text.slice(at, at + 40)),
      );
    }
    const [, quoted, plain, end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    // An empty line is no row; the last line end is followed by one.
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    if (end === "") return rows;
  }
}
