/**
 * Columns from rows, by a schema.
 * @module
 */

import type { BoolColumn } from "./bool_column.ts";
import type { DictColumn } from "./dict_column.ts";
import { type FieldBuilder, fieldBuilder, type ScalarType } from "./field_builder.ts";
import { show } from "./show.ts";
import { type FieldData, StructColumn } from "./struct_column.ts";

export type { ScalarType } from "./field_builder.ts";

/** Type of the records: a scalar, or an object with these fields. */
export type Schema = ScalarType | { readonly [field: string]: ScalarType };

/** The record that a schema describes. */
export type RecordOf<S extends Schema> = S extends ScalarType ? ScalarOf<S>
  : { -readonly [K in keyof S]: S[K] extends ScalarType ? ScalarOf<S[K]> : never };

/** The value that a scalar type describes. */
export type ScalarOf<S extends ScalarType> = S extends "i32" | "f64" ? number
  : S extends "bool" ? boolean
  : string;

/** The column that holds records of a schema. */
export type ColumnOf<S extends Schema> = S extends "i32" ? Int32Array
  : S extends "f64" ? Float64Array
  : S extends "bool" ? BoolColumn
  : S extends "string" ? DictColumn
  : StructColumn<RecordOf<S>>;

const TYPES: readonly unknown[] = ["i32", "f64", "bool", "string"];
const USE_OTHER = "Correct the record or choose another type in the schema";

/**
 * Builds columns record by record. A record that does not fit is refused as a whole, and the
 * builder can go on. String columns of one builder share a dictionary from batch to batch.
 */
export class ColumnBuilder<S extends Schema> {
  readonly #scalar: FieldBuilder | undefined;
  readonly #names: readonly string[];
  readonly #fields: readonly FieldBuilder[];
  #length = 0;

  /** Takes the schema; throws a TypeError for a type it does not know. */
  constructor(schema: S) {
    const shape: Schema = schema;
    if (typeof shape === "string") {
      checkType(shape, "the schema");
      this.#scalar = fieldBuilder(shape);
      this.#names = [];
      this.#fields = [];
      return;
    }
    const entries = Object.entries(shape);
    for (const [name, type] of entries) checkType(type, `field ${show(name)} of the schema`);
    this.#scalar = undefined;
    this.#names = entries.map(([name]) => name);
    this.#fields = entries.map(([, type]) => fieldBuilder(type));
  }

  /** Number of records pushed since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a record. Throws a TypeError that names row and field when a value does not fit its type,
   * a field is missing, or there is a field that the schema does not know.
   */
  push(record: RecordOf<S>): void {
    const row = this.#length;
    if (this.#scalar === undefined) this.#pushFields(row, record);
    else if (!this.#scalar.put(row, record)) {
      throw refused(`row ${row}`, record, `the column holds ${this.#scalar.holds}`, USE_OTHER);
    }
    this.#length = row + 1;
  }

  /** The records pushed as a column of exactly their number; starts anew. */
  take(): ColumnOf<S> {
    const length = this.#length;
    this.#length = 0;
    if (this.#scalar !== undefined) return this.#scalar.take(length) as ColumnOf<S>;
    const pairs = this.#fields.map((field, f): [string, FieldData] => [
      this.#names[f],
      field.take(length),
    ]);
    return new StructColumn<RecordOf<S>>(pairs, length) as unknown as ColumnOf<S>;
  }

  #pushFields(row: number, record: unknown): void {
    if (typeof record !== "object" || record === null) {
      throw refused(`row ${row}`, record, "the schema describes an object", USE_OTHER);
    }
    const values = record as Record<string, unknown>;
    const names = this.#names;
    for (let f = 0; f < names.length; f++) {
      const name = names[f];
      const where = () => `row ${row}, field ${show(name)}`;
      // Own properties only: every object inherits a `constructor` and a `__proto__`.
      if (!Object.hasOwn(values, name)) {
        throw refused(where(), record, "the field is missing", "Add it to the record");
      }
      const field = this.#fields[f];
      if (field.put(row, values[name])) continue;
      throw refused(where(), values[name], `the field holds ${field.holds}`, USE_OTHER);
    }
    const keys = Object.keys(values);
    if (keys.length === names.length) return;
    const extra = keys.find((key) => !names.includes(key));
    if (extra === undefined) return;
    const why = "the schema has no such field, and storing the record would lose it";
    throw refused(
      `row ${row}, field ${show(extra)}`,
      values[extra],
      why,
      "Add it to the schema or drop it first",
    );
  }
}

/**
 * Stores rows as a column: an Int32Array or Float64Array for numbers, a BoolColumn, a DictColumn,
 * or a StructColumn for objects. An input takes it as it takes an array, and whoever reads it gets the
 * records as they were.
 *
 * @throws {TypeError} `MEANDER_COLUMN_VALUE`, naming row and field, for what does not fit the schema.
 * @example
 * ```ts
 * import { columnsFrom, dataflow, execute } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("visits", (root) => {
 *   const visits = root.input<{ city: string; count: number }>("visits");
 *   return { visits, counts: visits.map((visit) => visit.count).output("counts") };
 * });
 * await using run = execute(program);
 * const rows = [{ city: "Oslo", count: 2 }, { city: "Lima", count: 3 }];
 * run.handles.visits.send(columnsFrom({ city: "string", count: "i32" }, rows));
 * run.handles.visits.close();
 * expect(await run.handles.counts.toArray()).toEqual([2, 3]);
 * ```
 */
export function columnsFrom<const S extends Schema>(
  schema: S,
  rows: Iterable<RecordOf<S>>,
): ColumnOf<S> {
  const builder = new ColumnBuilder(schema);
  for (const row of rows) builder.push(row);
  return builder.take();
}

function checkType(type: unknown, where: string): void {
  if (TYPES.includes(type)) return;
  throw new TypeError(
    `MEANDER_COLUMN_TYPE  Cannot build a column, at ${where} (${
      show(type)
    }): there is no such type. Use ` +
      `"i32", "f64", "bool" or "string"`,
  );
}

function refused(where: string, value: unknown, why: string, hint: string): TypeError {
  return new TypeError(
    `MEANDER_COLUMN_VALUE  Cannot store a record, at ${where} (${show(value)}): ${why}. ${hint}`,
  );
}
