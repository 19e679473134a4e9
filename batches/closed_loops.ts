/**
 * The loops over records that call a user's function.
 *
 * Each is closed: it refers to its parameters and to globals of the language only, for
 * `specialize` evaluates its source text again. So there are no imports, no helpers and no module
 * constants here, and what looks like repetition has to stay.
 *
 * The rules they share: `f` is called exactly once for each record, in order. When it throws,
 * `fault.index` says at which record, and the error goes on as it is. A map into numbers stops at
 * the first result its output cannot hold exactly, leaves that result in `fault.value` and returns
 * its index; `to` is returned when all went well.
 * @module
 */

/** Where a loop stopped, and with which result. */
export interface Fault {
  /** Index of the record whose function threw. */
  index: number;
  /** The result that did not fit the output. */
  value: unknown;
}

/** Maps while results are exact 32-bit integers (-0 is none). Returns where it stopped. */
export function mapInt32<T>(
  f: (value: T) => unknown,
  input: ArrayLike<T>,
  output: Int32Array,
  from: number,
  to: number,
  fault: Fault,
): number {
  let i = from;
  try {
    for (; i < to; i++) {
      const result = f(input[i]);
      if (typeof result !== "number") {
        fault.value = result;
        return i;
      }
      const int = result | 0;
      if (int !== result || (int === 0 && 1 / result < 0)) {
        fault.value = result;
        return i;
      }
      output[i] = int;
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return to;
}

/** Maps while results are numbers. Returns where it stopped. */
export function mapFloat64<T>(
  f: (value: T) => unknown,
  input: ArrayLike<T>,
  output: Float64Array,
  from: number,
  to: number,
  fault: Fault,
): number {
  let i = from;
  try {
    for (; i < to; i++) {
      const result = f(input[i]);
      if (typeof result !== "number") {
        fault.value = result;
        return i;
      }
      output[i] = result;
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return to;
}

/** Maps into rows, which hold anything; appends to the output. Returns `to`. */
export function mapRows<T>(
  f: (value: T) => unknown,
  input: ArrayLike<T>,
  output: unknown[],
  from: number,
  to: number,
  fault: Fault,
): number {
  let i = from;
  try {
    for (; i < to; i++) output.push(f(input[i]));
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return to;
}

/** Keeps the integers that the predicate accepts. Returns how many. */
export function filterInt32(
  predicate: (value: number) => unknown,
  input: Int32Array,
  output: Int32Array,
  from: number,
  to: number,
  fault: Fault,
): number {
  let kept = 0;
  let i = from;
  try {
    for (; i < to; i++) {
      const value = input[i];
      if (predicate(value)) output[kept++] = value;
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return kept;
}

/** Keeps the doubles that the predicate accepts. Returns how many. */
export function filterFloat64(
  predicate: (value: number) => unknown,
  input: Float64Array,
  output: Float64Array,
  from: number,
  to: number,
  fault: Fault,
): number {
  let kept = 0;
  let i = from;
  try {
    for (; i < to; i++) {
      const value = input[i];
      if (predicate(value)) output[kept++] = value;
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return kept;
}

/** Appends to the output the values that the predicate accepts. Returns how many. */
export function filterRows<T>(
  predicate: (value: T) => unknown,
  input: ArrayLike<T>,
  output: T[],
  from: number,
  to: number,
  fault: Fault,
): number {
  let i = from;
  try {
    for (; i < to; i++) {
      const value = input[i];
      if (predicate(value)) output.push(value);
    }
  } catch (error) {
    fault.index = i;
    throw error;
  }
  return output.length;
}

/** Calls the function for each record and ignores its results. */
export function each<T>(
  f: (value: T) => unknown,
  input: ArrayLike<T>,
  from: number,
  to: number,
  fault: Fault,
): void {
  let i = from;
  try {
    for (; i < to; i++) f(input[i]);
  } catch (error) {
    fault.index = i;
    throw error;
  }
}
