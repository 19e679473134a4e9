/**
 * Records as one column per field.
 * @module
 */

import { EncodedColumn } from "./encoded_column.ts";
import { show } from "./show.ts";
import { type FieldData, type Shape, shapeOf } from "./struct_shape.ts";

export type { FieldData } from "./struct_shape.ts";

/**
 * A column of plain objects of one shape: each field is a column of its own. All records have all
 * the fields, in the order of `names`; any string is a name, `__proto__` and `constructor` too.
 */
export class StructColumn<T> extends EncodedColumn<T> {
  /** Names of the fields, in the order in which a record has them. */
  readonly names: readonly string[];
  readonly #fields: readonly FieldData[];
  #shape: Shape | undefined = undefined;

  /**
   * Takes `[name, column]` pairs, without a copy, and the number of records. Throws a RangeError
   * when a column is shorter than that, a TypeError when a name stands there twice.
   */
  constructor(fields: Iterable<readonly [string, FieldData]>, length: number) {
    super(length);
    const pairs = [...fields];
    const seen = new Set<string>();
    for (const [name, data] of pairs) {
      if (seen.has(name)) {
        throw new TypeError(
          `MEANDER_COLUMN_FIELD  Cannot make a struct column, at a field (${
            show(name)
          }): the name ` +
            `stands there twice. Name each field once`,
        );
      }
      seen.add(name);
      if (data.length < length) {
        throw new RangeError(
          `MEANDER_COLUMN_STORAGE  Cannot make a struct column of ${length} records, at a field ` +
            `(${show(name)}): it has ${data.length} values. Pass one value for each record`,
        );
      }
    }
    this.names = pairs.map(([name]) => name);
    this.#fields = pairs.map(([, data]) => data);
  }

  /**
   * The column of one field: the fast way to a field of all records. It may be longer than this
   * column; `length` of this column counts. Throws a TypeError for a name that is no field.
   */
  field(name: string): FieldData {
    const at = this.names.indexOf(name);
    if (at >= 0) return this.#fields[at];
    throw new TypeError(
      `MEANDER_COLUMN_FIELD  Cannot read a field of a struct column (${
        show(name)
      }): it has the fields ` +
        `${show(this.names)}. Use one of them`,
    );
  }

  /** The record at `index` as a fresh object. Throws a RangeError outside the column. */
  override get(index: number): T {
    this.check(index);
    return this.#shaped().row(this.#fields, index) as T;
  }

  /** All records in a fresh array, each a fresh object. */
  override decode(): T[] {
    const fields = this.#fields.map((data) => data instanceof EncodedColumn ? data.values() : data);
    return this.#shaped().rows(fields, this.length) as T[];
  }

  #shaped(): Shape {
    return this.#shape ??= shapeOf(this.names, this.#fields);
  }
}
