/**
 * Which columns of a CSV input are read, and the records made of them.
 *
 * @module
 */
import { type Data, EncodedColumn, type FieldData, StructColumn } from "../../batches/data.ts";
import { shapeOf } from "../../batches/struct_shape.ts";
import { show } from "../contract/fault.ts";
import { nearest } from "../contract/nearest.ts";
import type { RecordType } from "../contract/record_type.ts";
import { type CsvField, csvField } from "./csv_fields.ts";
import { UnreadableInput } from "./format.ts";

/** A column that is read. */
export interface CsvPick {
  /** Where it stands in a row. */
  readonly at: number;
  readonly name: string;
  readonly field: CsvField;
}

/** The columns of an input, once its first row is known. */
export class CsvColumns {
  /** How many fields a row has. */
  readonly width: number;
  readonly picks: readonly CsvPick[];
  /** Rows without names become lists. */
  readonly #areLists: boolean;

  /** Takes the width of a row, what is read of it, and whether rows have no names. */
  constructor(width: number, picks: readonly CsvPick[], areLists: boolean) {
    this.width = width;
    this.picks = picks;
    this.#areLists = areLists;
  }

  /** The first `length` rows; the storage is used again. */
  take(length: number): Data<unknown> {
    const columns = this.picks.map(({ field }) => field.take(length));
    const names = this.picks.map(({ name }) => name);
    if (!this.#areLists && !columns.some(Array.isArray)) {
      const pairs = columns.map((column, c): [string, FieldData] => [
        names[c],
        column as FieldData,
      ]);
      return new StructColumn(pairs, length);
    }
    const values = columns.map((column) =>
      column instanceof EncodedColumn ? column.values() : column
    );
    if (this.#areLists) {
      return Array.from({ length }, (_, row) => values.map((column) => column[row]));
    }
    return shapeOf(names, values as FieldData[]).rows(values as ArrayLike<unknown>[], length);
  }
}

const STRING: RecordType = { kind: "string" };

/** Fields of a schema; undefined when there is no schema to speak of. */
export function schemaFields(
  schema: RecordType | undefined,
): ReadonlyMap<string, RecordType> | undefined {
  return schema?.kind === "object" ? schema.fields : undefined;
}

/** The columns of an input whose names are known, from its header or from the configuration. */
export function namedColumns(
  names: readonly string[],
  schema: RecordType | undefined,
  line: number,
): CsvColumns {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    const [first, second] = names.flatMap((name, at) => name === twice ? [at + 1] : []);
    throw new UnreadableInput(
      line,
      `has two columns named ${show(twice)} in its header, the ${ordinal(first)} and the ${
        ordinal(second)
      }`,
      "Rename one of them, or give all names in the configuration as header",
    );
  }
  const fields = schemaFields(schema) ?? new Map(names.map((name) => [name, STRING]));
  const missing = [...fields.keys()].filter((name) => !names.includes(name));
  if (missing.length > 0) throw missingColumns(missing, names, line);
  const picks = [...fields].map(([name, type]): CsvPick => ({
    at: names.indexOf(name),
    name,
    field: csvField(type),
  }));
  return new CsvColumns(names.length, picks, false);
}

/** The columns of an input without a header: in the order of the schema, or just as they stand. */
export function unnamedColumns(width: number, schema: RecordType | undefined): CsvColumns {
  const fields = schemaFields(schema);
  const types = fields === undefined
    ? Array.from({ length: width }, (_, at): [string, RecordType] => [String(at), STRING])
    : [...fields];
  const picks = types.map(([name, type], at): CsvPick => ({ at, name, field: csvField(type) }));
  return new CsvColumns(picks.length, picks, fields === undefined);
}

function missingColumns(
  missing: readonly string[],
  names: readonly string[],
  line: number,
): UnreadableInput {
  const free = names.filter((name) => !missing.includes(name));
  const wanted = missing.map((name) => {
    const meant = nearest(name, free);
    return meant === undefined ? show(name) : `${show(name)} (did you mean ${show(meant)}?)`;
  });
  return new UnreadableInput(
    line,
    `has no column ${wanted.join(" and no column ")} in its header: there is ${list(names)}`,
    "Correct the names in the schema, or set header to false or to the names when the first line is data",
  );
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => show(name)).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function ordinal(n: number): string {
  const suffix = n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th";
  return `${n}${suffix}`;
}
