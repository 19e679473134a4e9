/**
 * Random events at times out of order, and runs of an operator of windows over them.
 * @module
 */

import fc from "fast-check";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import type { AnyOperator } from "../../../operators/contract/definition.ts";
import { type BagsByTime, bagsByTime } from "../../_support/bags.ts";
import { type AnyTest, deliver, type Delivery, recordsOf } from "../../_support/traffic.ts";
import type { Came, Event, Result } from "./oracle.ts";

/** Batches of events, some of which happened long before or after their times, or before 0. */
export const anyEvents: fc.Arbitrary<Delivery[]> = fc.array(
  fc.record({
    time: fc.nat(12),
    ages: fc.array(
      fc.record({ age: fc.integer({ min: -9, max: 16 }), key: fc.constantFrom("a", "b") }),
      { minLength: 1, maxLength: 5 },
    ),
    advance: fc.boolean(),
  }),
  { maxLength: 10 },
).map((batches) => {
  let id = 0;
  return batches.map(({ time, ages, advance }): Delivery => ({
    input: "in",
    time,
    data: ages.map(({ age, key }): Event => ({ id: id++, at: time - age, key })),
    advance,
  }));
});

/** Budgets and capacities, which must not change any result. */
export const anyLimits: fc.Arbitrary<{ budget: number; capacity: number }> = fc.record({
  budget: fc.constantFrom(1, 8),
  capacity: fc.constantFrom(1, 3, 1024),
});

/** The traffic as the oracle reads it. */
export function cameOf(traffic: readonly Delivery[]): Came[] {
  return traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery) }));
}

/** What came out, as multisets by time. */
export interface Bags {
  readonly out: BagsByTime;
  readonly late: BagsByTime;
}

/** What came out of one or several instances that went on from each other. */
export function bagsOf(...tests: readonly AnyTest[]): Bags {
  return {
    out: bagsByTime(tests.flatMap((test) => test.batches("out"))),
    late: bagsByTime(tests.flatMap((test) => test.batches("late"))),
  };
}

/** Runs the traffic, with a look at every result's time: it has to be complete when it comes. */
export function runEvents(
  operator: AnyOperator,
  config: unknown,
  options: { readonly budget: number; readonly capacity: number },
  traffic: readonly Delivery[],
): AnyTest {
  const test: AnyTest = new OperatorTest(operator, config as never, options);
  let seen = 0;
  deliver(test, ["in"], traffic, {
    after() {
      const batches = test.batches("out");
      for (; seen < batches.length; seen++) {
        if (!test.isComplete(0, batches[seen].time)) throw new Error("a result came too early");
      }
    },
  });
  test.finish();
  return test;
}

/** Runs the traffic with a snapshot after `at` batches and a fresh instance for the rest. */
export function runInTwo(
  operator: AnyOperator,
  config: unknown,
  traffic: readonly Delivery[],
  at: number,
): AnyTest[] {
  const first: AnyTest = new OperatorTest(operator, config as never);
  deliver(first, ["in"], traffic, { to: at });
  const saved = first.save();
  operator.state!.schema.parse(saved.state);
  const second: AnyTest = new OperatorTest(operator, config as never).restore(saved);
  deliver(second, ["in"], traffic, { from: at });
  second.finish();
  return [first, second];
}

/** All results in the order in which they came. */
export function resultsOf(test: AnyTest): Result[] {
  return test.sent("out") as Result[];
}
