import type { UnaryOperator } from "../contract/definition.ts";
import { compareOrdered, type Ordered, ordered } from "./order.ts";
import { type ValueConfig, valueFold } from "./value_fold.ts";

/** The largest value of each time and key. Its state is one value for each key of each open time. */
export const max: UnaryOperator<ValueConfig> = valueFold<Ordered>({
  name: "max",
  summary: "Emits the largest value of each time and key once the time is complete",
  docs:
    "`value` is what is compared, the record itself when it is left out: numbers, strings, booleans, bigints " +
    "or dates, all of one kind within a group; anything else, and NaN, is refused. With `key`, one `{key, " +
    "value}` for each key, in the order in which keys came first; without, the value alone, of all records of " +
    "the time on all workers. Nothing comes of a time without records. What is kept is the value: the record " +
    "that it came from is `topK`'s to find.",
  example: {
    with: { key: "record.city", value: "record.n" },
    inputs: { in: [{ city: "Oslo", n: 3 }, { city: "Lima", n: 2 }, { city: "Oslo", n: 1 }] },
    outputs: { out: [{ key: "Oslo", value: 3 }, { key: "Lima", value: 2 }] },
  },
}, {
  begin: ordered,
  add(largest, value) {
    const next = ordered(value);
    return compareOrdered(next, largest) > 0 ? next : largest;
  },
  result: (largest) => largest,
});
