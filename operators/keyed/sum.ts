import type { UnaryOperator } from "../contract/definition.ts";
import { addTo, beginSum, type ExactSum, valueOf } from "./exact_sum.ts";
import { type ValueConfig, valueFold } from "./value_fold.ts";

/** The sum of the values of each time and key. Its state is one sum for each key of each open time. */
export const sum: UnaryOperator<ValueConfig> = valueFold<ExactSum>({
  name: "sum",
  summary: "Emits the sum of the values of each time and key once the time is complete",
  docs:
    "`value` is what is added, the record itself when it is left out: numbers, or bigints within a group of " +
    "bigints; anything else is refused. Numbers are added exactly and the sum is rounded once, so that it " +
    "does not depend on the order in which they came, `0.1` ten times is `1`, and infinities and NaN come " +
    "out as they would of `+`. (Only finite numbers whose sum passes the largest double on the way may make " +
    "an infinity in one order and none in another.) With `key`, one `{key, value}` for each key, in the order " +
    "in which keys came first; without, the sum alone, of all records of the time on all workers. Nothing " +
    "comes of a time without records.",
  example: {
    with: { key: "record.city", value: "record.n" },
    inputs: { in: [{ city: "Oslo", n: 1 }, { city: "Lima", n: 2 }, { city: "Oslo", n: 3 }] },
    outputs: { out: [{ key: "Oslo", value: 4 }, { key: "Lima", value: 2 }] },
  },
}, { begin: beginSum, add: addTo, result: valueOf });
