/**
 * The forms in which a batch carries its records, and how to read any of them.
 *
 * A typed array comes from a pool and may be larger than its content, so a batch carries its own
 * length; entries beyond it mean nothing. An encoded column has a length of its own.
 * @module
 */

import { EncodedColumn } from "./encoded_column.ts";

export { EncodedColumn } from "./encoded_column.ts";
export { BoolColumn } from "./bool_column.ts";
export { DictColumn } from "./dict_column.ts";
export { type FieldData, StructColumn } from "./struct_column.ts";
export {
  ColumnBuilder,
  type ColumnOf,
  columnsFrom,
  type RecordOf,
  type ScalarOf,
  type ScalarType,
  type Schema,
} from "./column_builder.ts";

/** What a loop over records indexes: an array, or a typed array when the records are numbers. */
export type Values<T> = ArrayLike<T>;

/** The records of a batch: rows of anything, a number column, or an encoded column. */
export type Data<T> = readonly T[] | Int32Array | Float64Array | EncodedColumn<T>;

/**
 * The records as something a loop can index. Arrays and typed arrays come back as they are; an
 * encoded column is decoded once and the decoded values are shared by all its readers, which is
 * sound because records are immutable.
 */
export function valuesOf<T>(data: Data<T>): Values<T> {
  return data instanceof EncodedColumn ? data.values() : data as Values<T>;
}

/**
 * How many records the data itself can hold: exact for rows and encoded columns, the capacity for
 * a pooled typed array. The number of records of a batch is the batch's own length.
 */
export function dataLength(data: Data<unknown>): number {
  return data.length;
}

/** Whether the value is one of the forms that records of a batch may have. */
export function isData(value: unknown): value is Data<unknown> {
  return Array.isArray(value) || value instanceof Int32Array || value instanceof Float64Array ||
    value instanceof EncodedColumn;
}
