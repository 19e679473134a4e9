/**
 * What all encoded columns have in common.
 * @module
 */

import { show } from "./show.ts";

/**
 * A column whose storage differs from its values: booleans as bytes, strings as codes into a
 * dictionary, records as one column per field.
 *
 * Laws: `get(i)` and `decode()[i]` are equal by value for every `0 <= i < length`; a column never
 * changes once it has been handed out, so its decoded values may be shared.
 */
export abstract class EncodedColumn<T> {
  /** Number of records in the column. The storage below may be larger (pooled buffers are). */
  readonly length: number;
  #values: readonly T[] | undefined = undefined;

  /** Takes the number of records, a safe integer of 0 or more; else throws a RangeError. */
  constructor(length: number) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(
        `MEANDER_COLUMN_LENGTH  Cannot make a column of this length (${
          show(length)
        }): a length is an ` +
          `integer of 0 or more. Pass the number of records`,
      );
    }
    this.length = length;
  }

  /** The value of record `index`, fresh for records. Throws a RangeError outside `0..length-1`. */
  abstract get(index: number): T;

  /** All values in a fresh array, with a fresh object per record where the values are objects. */
  abstract decode(): T[];

  /** All values, decoded at the first call and shared by all later ones. Do not change them. */
  values(): readonly T[] {
    return this.#values ??= this.decode();
  }

  /** Throws the RangeError of `get` when the index lies outside the column. */
  protected check(index: number): void {
    if (index >= 0 && index < this.length && Number.isInteger(index)) return;
    throw new RangeError(
      `MEANDER_COLUMN_INDEX  Cannot read a record of a column, at its index (${
        show(index)
      }): the column ` +
        `has ${this.length} records. Use an integer from 0 to the length less 1`,
    );
  }
}
