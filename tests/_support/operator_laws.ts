/**
 * The laws that every operator keeps, as one property over random traffic.
 * @module
 */

import fc from "fast-check";
import { expect } from "vitest";
import type { AnyOperator } from "../../operators/contract/definition.ts";
import type { Time } from "../../progress/time.ts";
import { bagsByTime, type TimedRecords } from "./bags.ts";
import { anySurroundings, anyTraffic, deliver, isOver, run, runRestored } from "./traffic.ts";
import type { Delivery } from "./traffic.ts";
import { OperatorTest } from "../../operators/kit/operator_test.ts";

/** An operator with a brute-force answer. */
export interface Subject {
  readonly operator: AnyOperator;
  readonly config: unknown;
  /** All results of the traffic, by brute force. */
  readonly expected: (traffic: readonly Delivery[]) => TimedRecords[];
  /** Whether it sends at a time only when the time is complete. */
  readonly waits?: boolean;
}

const RUNS = 60;

/** Results equal the brute force's, whatever the order, the form, the budget and the capacity. */
export function checkResults({ operator, config, expected, waits = false }: Subject): void {
  const inputs = Object.keys(operator.inputs);
  const cases = anySurroundings.chain((options) =>
    fc.tuple(fc.constant(options), anyTraffic(inputs, options.depth))
  );
  fc.assert(
    fc.property(cases, ([options, traffic]) => {
      const test = new OperatorTest(operator, config as never, options);
      let seen = 0;
      const answeredInTime = (rest: readonly Delivery[]) => {
        const batches = test.batches("out" as never);
        for (; seen < batches.length; seen++) {
          if (waits) expect(isOver(batches[seen].time as Time, rest)).toBe(true);
        }
      };
      deliver(test, inputs, traffic, { after: answeredInTime });
      test.finish();
      const batches = test.batches("out" as never);
      expect(bagsByTime(batches)).toEqual(bagsByTime(expected(traffic)));
      expect(batches.every(({ records }) => records.length > 0)).toBe(true);
      expect(test.rights).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}

/** A snapshot anywhere in the middle, put into a fresh instance, changes no result. */
export function checkSnapshots({ operator, config }: Subject): void {
  const inputs = Object.keys(operator.inputs);
  const cases = anySurroundings.chain((options) =>
    fc.tuple(fc.constant(options), anyTraffic(inputs, options.depth), fc.nat(10))
  );
  fc.assert(
    fc.property(cases, ([options, traffic, cut]) => {
      const whole = run(operator, config, options, traffic).batches("out");
      const at = Math.min(cut, traffic.length);
      const parts = runRestored(operator, config, options, traffic, at);
      expect(bagsByTime(parts)).toEqual(bagsByTime(whole));
    }),
    { numRuns: RUNS },
  );
}
