/**
 * Strings as codes into a dictionary.
 * @module
 */

import { EncodedColumn } from "./encoded_column.ts";
import { show } from "./show.ts";

/**
 * A column of strings: record `i` is `dictionary[codes[i]]`. Several columns may share one
 * dictionary, which may grow at its end while they live, but never changes below it.
 */
export class DictColumn extends EncodedColumn<string> {
  /** Codes, indexes into the dictionary; at least `length` of them. */
  readonly codes: Int32Array;
  /** The strings. Distinct by convention, not by need. */
  readonly dictionary: readonly string[];

  /**
   * Takes codes and dictionary as they are, without a copy. Throws a RangeError when there are too
   * few codes or when a code lies outside the dictionary.
   */
  constructor(codes: Int32Array, dictionary: readonly string[], length: number = codes.length) {
    super(length);
    if (codes.length < length) {
      throw new RangeError(
        `MEANDER_COLUMN_STORAGE  Cannot make a column of strings of length (${
          show(length)
        }): it has ` +
          `only ${codes.length} codes. Pass one code for each record`,
      );
    }
    const size = dictionary.length;
    for (let i = 0; i < length; i++) {
      if (codes[i] >= 0 && codes[i] < size) continue;
      throw new RangeError(
        `MEANDER_COLUMN_CODE  Cannot make a column of strings, at record ${i} (code ${
          codes[i]
        }): the ` +
          `dictionary has ${size} entries. Pass the dictionary the codes were made with`,
      );
    }
    this.codes = codes;
    this.dictionary = dictionary;
  }

  /** The string of record `index`. Throws a RangeError outside the column. */
  override get(index: number): string {
    this.check(index);
    return this.dictionary[this.codes[index]];
  }

  /** All strings in a fresh array. */
  override decode(): string[] {
    const { codes, dictionary, length } = this;
    const out: string[] = [];
    for (let i = 0; i < length; i++) out.push(dictionary[codes[i]]);
    return out;
  }
}
