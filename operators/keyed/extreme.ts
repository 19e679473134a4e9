/**
 * What `min` and `max` have in common: the value of a group that is before, or after, all others.
 *
 * @module
 */
import type { UnaryOperator } from "../contract/definition.ts";
import { compareOrdered, type Ordered, ordered } from "./order.ts";
import { type ValueConfig, valueFold } from "./value_fold.ts";

/** An operator that keeps the first of values that are compared, turned round by a `sign` of −1. */
export function extreme(
  name: string,
  word: string,
  sign: 1 | -1,
  [oslo, lima]: readonly [number, number],
): UnaryOperator<ValueConfig> {
  return valueFold<Ordered>({
    name,
    summary: `Emits the ${word} value of each time and key once the time is complete`,
    docs:
      "`value` is what is compared, the record itself when it is left out: numbers, strings, booleans, bigints " +
      "or dates, all of one kind within a group; anything else, and NaN, is refused. With `key`, one `{key, " +
      "value}` for each key, in the order in which keys came first; without, the value alone, of all records of " +
      "the time on all workers. Nothing comes of a time without records. What is kept is the value: the record " +
      "that it came from is `topK`'s to find.",
    example: {
      with: { key: "record.city", value: "record.n" },
      inputs: { in: [{ city: "Oslo", n: 3 }, { city: "Lima", n: 2 }, { city: "Oslo", n: 1 }] },
      outputs: { out: [{ key: "Oslo", value: oslo }, { key: "Lima", value: lima }] },
    },
  }, {
    begin: ordered,
    add(kept, value) {
      const next = ordered(value);
      return sign * compareOrdered(next, kept) < 0 ? next : kept;
    },
    result: (kept) => kept,
  });
}
