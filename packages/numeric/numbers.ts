/**
 * Numbers of a batch, in whichever form they come.
 *
 * @module
 */
import { Batch, type Data } from "meander/plugin";

/** Something that a counting loop indexes: typed columns as they are, rows as they are. */
export function numbersOf(data: Data<unknown>, length: number): ArrayLike<number> {
  if (data instanceof Int32Array || data instanceof Float64Array) return data;
  return new Batch(0, data, length).values() as ArrayLike<number>;
}
