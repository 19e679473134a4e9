import { type BufferPool, type Data, defineOperator, type Transform, z } from "meander/plugin";
import { numbersOf } from "./numbers.ts";

/** Each number, or the limit that it is beyond. */
export const clamp = defineOperator({
  name: "clamp",
  version: "1.0.0",
  summary: "Replaces numbers beyond a limit by the limit",
  docs:
    "A limit that is left out is none. When all numbers of a batch are within the limits, it is " +
    "passed on as it is.",
  example: {
    with: { least: 0, most: 10 },
    inputs: { in: [-3, 4, 12] },
    outputs: { out: [0, 4, 10] },
  },
  config: z.strictObject({
    least: z.number().optional().describe("Smaller numbers become this one"),
    most: z.number().optional().describe("Larger numbers become this one"),
  }),
  inputs: { in: z.number() },
  outputs: { out: z.number() },
  // Its answer for a record is about that record alone: a spec may say onError of it.
  records: "one by one",
  create: ({ config: { least = -Infinity, most = Infinity }, pool, name }) => {
    // Which of them holds would otherwise depend on which is looked at first.
    if (least > most) throw new RangeError(`${name}: least is ${least}, which is above ${most}`);
    return { transform: new Clamp(least, most, pool) };
  },
});

class Clamp implements Transform {
  length = 0;
  faultIndex = -1;
  readonly #least: number;
  readonly #most: number;
  readonly #pool: BufferPool;

  constructor(least: number, most: number, pool: BufferPool) {
    this.#least = least;
    this.#most = most;
    this.#pool = pool;
  }

  apply(data: Data<unknown>, length: number): Data<unknown> {
    this.length = length;
    this.faultIndex = -1;
    const values = numbersOf(data, length);
    const first = this.#firstBeyond(values, length);
    if (first === length) return data;
    // A limit with a fraction makes doubles of integers.
    const staysInteger = data instanceof Int32Array && isInt(this.#least) && isInt(this.#most);
    const results = staysInteger ? this.#pool.takeInt32(length) : this.#pool.takeFloat64(length);
    for (let i = 0; i < length; i++) {
      results[i] = Math.min(Math.max(values[i], this.#least), this.#most);
    }
    return results;
  }

  /** Where the first number is that has to be replaced. */
  #firstBeyond(values: ArrayLike<number>, length: number): number {
    let first = length;
    for (let i = 0; i < length; i++) {
      const value = values[i];
      if (value >= this.#least && value <= this.#most) continue;
      if (typeof value !== "number" || Number.isNaN(value)) {
        this.faultIndex = i;
        throw new TypeError("it is no number");
      }
      first = Math.min(first, i);
    }
    return first;
  }
}

function isInt(limit: number): boolean {
  return !Number.isFinite(limit) || (limit | 0) === limit;
}
