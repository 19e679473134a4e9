import { type BufferPool, type Data, defineOperator, type Transform, z } from "meander/plugin";
import { numbersOf } from "./numbers.ts";

/** Each number times a factor, plus an offset. */
export const scale = defineOperator({
  name: "scale",
  version: "1.0.0",
  summary: "Multiplies each number by a factor and adds an offset",
  docs:
    "Integers stay integers in memory as long as all results of a batch are small ones. A result " +
    "that is too large to be a number ends the run, with the record.",
  example: {
    with: { factor: 1.8, offset: 32 },
    inputs: { in: [0, 100, -40] },
    outputs: { out: [32, 212, -40] },
  },
  config: z.strictObject({
    factor: z.number().default(1).describe("What each number is multiplied by"),
    offset: z.number().default(0).describe("What is added to that"),
  }),
  inputs: { in: z.number() },
  outputs: { out: z.number() },
  // Its answer for a record is about that record alone: a spec may say onError of it.
  records: "one by one",
  create: ({ config: { factor, offset }, pool }) => ({
    transform: new Scale(factor, offset, pool),
  }),
});

class Scale implements Transform {
  length = 0;
  faultIndex = -1;
  readonly #factor: number;
  readonly #offset: number;
  readonly #pool: BufferPool;

  constructor(factor: number, offset: number, pool: BufferPool) {
    this.#factor = factor;
    this.#offset = offset;
    this.#pool = pool;
  }

  apply(data: Data<unknown>, length: number): Data<unknown> {
    this.length = length;
    this.faultIndex = -1;
    const areWhole = Number.isInteger(this.#factor) && Number.isInteger(this.#offset);
    const integers = data instanceof Int32Array && areWhole ? this.#integers(data, length) : null;
    return integers ?? this.#doubles(numbersOf(data, length), length);
  }

  /** Half the bytes; nothing when a result does not fit. */
  #integers(values: Int32Array, length: number): Int32Array | null {
    const results = this.#pool.takeInt32(length);
    const [factor, offset] = [this.#factor, this.#offset];
    for (let i = 0; i < length; i++) {
      const result = values[i] * factor + offset;
      results[i] = result;
      if (results[i] === result) continue;
      this.#pool.give(results);
      return null;
    }
    return results;
  }

  #doubles(values: ArrayLike<number>, length: number): Float64Array {
    const results = this.#pool.takeFloat64(length);
    const [factor, offset] = [this.#factor, this.#offset];
    for (let i = 0; i < length; i++) {
      const result = values[i] * factor + offset;
      if (!Number.isFinite(result)) {
        this.#pool.give(results);
        this.faultIndex = i;
        throw new RangeError(`times ${factor} plus ${offset} it is ${result}, which is no number`);
      }
      results[i] = result;
    }
    return results;
  }
}
