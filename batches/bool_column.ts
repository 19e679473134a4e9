/**
 * Booleans as bytes.
 * @module
 */

import { EncodedColumn } from "./encoded_column.ts";
import { show } from "./show.ts";

/** A column of booleans, one byte each: 0 is false, everything else true. */
export class BoolColumn extends EncodedColumn<boolean> {
  /** The bytes; at least `length` of them. */
  readonly bytes: Uint8Array;

  /** Takes the bytes as they are, without a copy. Throws a RangeError when they are too few. */
  constructor(bytes: Uint8Array, length: number = bytes.length) {
    super(length);
    if (bytes.length < length) {
      throw new RangeError(
        `MEANDER_COLUMN_STORAGE  Cannot make a column of booleans of length (${
          show(length)
        }): it has ` +
          `only ${bytes.length} bytes. Pass one byte for each record`,
      );
    }
    this.bytes = bytes;
  }

  /** The boolean of record `index`. Throws a RangeError outside the column. */
  override get(index: number): boolean {
    this.check(index);
    return this.bytes[index] !== 0;
  }

  /** All booleans in a fresh array. */
  override decode(): boolean[] {
    const { bytes, length } = this;
    const out: boolean[] = [];
    for (let i = 0; i < length; i++) out.push(bytes[i] !== 0);
    return out;
  }
}
