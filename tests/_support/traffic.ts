/**
 * Random traffic for one operator in the test kit: batches at open times in any order, in any of the
 * forms that data can have, with frontiers that move as far as the rest of the traffic allows.
 * @module
 */

import fc from "fast-check";
import { columnsFrom } from "../../batches/column_builder.ts";
import type { Data } from "../../batches/data.ts";
import { valuesOf } from "../../batches/data.ts";
import type { AnyOperator } from "../../operators/contract/definition.ts";
import { OperatorTest, type OperatorTestOptions } from "../../operators/kit/operator_test.ts";
import { Antichain } from "../../progress/antichain.ts";
import { lessEqual, type Time } from "../../progress/time.ts";

/** One batch. After it the frontiers may move. */
export interface Delivery {
  readonly input: string;
  readonly time: Time;
  readonly data: Data<unknown>;
  readonly advance: boolean;
}

/** The records of a batch, whatever its form. */
export function recordsOf({ data }: Delivery): unknown[] {
  return Array.from(valuesOf(data));
}

const smallInt = fc.integer({ min: -4, max: 4 });
const awkwardNumber = fc.constantFrom(0, -0, NaN, 1, 1.5, Infinity, 2 ** 31, -1);
const word = fc.constantFrom("", "a", "b", "c", "__proto__");
const struct = fc.record({ k: word, n: smallInt }, { noNullPrototype: true });

/** A batch's records in one of the forms: rows, integers, doubles, strings by dictionary, structs. */
const anyData: fc.Arbitrary<Data<unknown>> = fc.oneof(
  fc.array(fc.oneof(smallInt, awkwardNumber), { minLength: 1, maxLength: 6 }),
  fc.array(smallInt, { minLength: 1, maxLength: 6 }).map((rows) => Int32Array.from(rows)),
  fc.array(awkwardNumber, { minLength: 1, maxLength: 6 }).map((rows) => Float64Array.from(rows)),
  fc.array(smallInt, { minLength: 32, maxLength: 70, size: "max" }).map((rows) =>
    Int32Array.from(rows)
  ),
  fc.array(word, { minLength: 1, maxLength: 6 }).map((rows) => columnsFrom("string", rows)),
  fc.array(word, { minLength: 1, maxLength: 6 }),
  fc.array(struct, { minLength: 1, maxLength: 6 })
    .map((rows) => columnsFrom({ k: "string", n: "i32" }, rows)),
  fc.array(struct, { minLength: 1, maxLength: 6 }),
);

function anyTime(depth: number): fc.Arbitrary<Time> {
  const coordinate = fc.nat(3);
  return depth === 1 ? coordinate : fc.array(coordinate, { minLength: depth, maxLength: depth });
}

/** Up to ten batches for the inputs. */
export function anyTraffic(inputs: readonly string[], depth: number): fc.Arbitrary<Delivery[]> {
  return fc.array(
    fc.record({
      input: fc.constantFrom(...inputs),
      time: anyTime(depth),
      data: anyData,
      advance: fc.boolean(),
    }),
    { maxLength: 10 },
  );
}

/** The kit's settings that must not change any result. */
export const anySurroundings: fc.Arbitrary<OperatorTestOptions & { depth: number }> = fc.record({
  budget: fc.constantFrom(1, 8),
  capacity: fc.constantFrom(1, 3, 1024),
  depth: fc.constantFrom(1, 2),
});

// deno-lint-ignore no-explicit-any
export type AnyTest = OperatorTest<any, any, any>;

/** Delivers the batches from `from` on, moving the frontiers where a batch says so. */
export function deliver(
  test: AnyTest,
  inputs: readonly string[],
  traffic: readonly Delivery[],
  { from = 0, to = traffic.length, after = () => {} }: {
    from?: number;
    to?: number;
    after?: (rest: readonly Delivery[]) => void;
  } = {},
): void {
  for (let i = from; i < to; i++) {
    const { input, time, data, advance } = traffic[i];
    test.send(input, time, data);
    const rest = traffic.slice(i + 1);
    if (advance) {
      for (const name of inputs) {
        const times = rest.filter((later) => later.input === name).map((later) => later.time);
        test.advance(name, Antichain.ofTimes(times).elements);
      }
    }
    after(rest);
  }
}

/** One run of the traffic through a fresh instance; what it sent. */
export function run(
  operator: AnyOperator,
  config: unknown,
  options: OperatorTestOptions,
  traffic: readonly Delivery[],
): AnyTest {
  const test = new OperatorTest(operator, config as never, options);
  deliver(test, Object.keys(operator.inputs), traffic);
  test.finish();
  return test;
}

/** What came out with a snapshot taken after the first `at` batches and a fresh instance for the rest. */
export function runRestored(
  operator: AnyOperator,
  config: unknown,
  options: OperatorTestOptions,
  traffic: readonly Delivery[],
  at: number,
): { time: Time; records: readonly unknown[] }[] {
  const inputs = Object.keys(operator.inputs);
  const first: AnyTest = new OperatorTest(operator, config as never, options);
  deliver(first, inputs, traffic, { to: at });
  const saved = first.save();
  operator.state?.schema.parse(saved.state);
  const second: AnyTest = new OperatorTest(operator, config as never, options).restore(saved);
  deliver(second, inputs, traffic, { from: at });
  second.finish();
  return [...first.batches("out"), ...second.batches("out")];
}

/** Whether nothing at or before the time is still to come. */
export function isOver(time: Time, rest: readonly Delivery[]): boolean {
  return !rest.some((later) => lessEqual(later.time, time));
}
