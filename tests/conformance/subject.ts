/**
 * What the conformance suite has to know of an operator: how to configure it, what to send it, and what has
 * to come out, by brute force.
 *
 * @module
 */
import type { AnyOperator } from "../../operators/contract/definition.ts";
import type { Time } from "../../progress/time.ts";
import type { TimedRecords } from "../_support/bags.ts";
import type { Random } from "../oracle/random.ts";

/** Records that arrive together at an input. */
export interface Arrival {
  readonly input: string;
  readonly time: Time;
  readonly records: readonly unknown[];
}

/** All results by output. */
export type Answers = Readonly<Record<string, readonly TimedRecords[]>>;

/** One operator, in one way of using it. */
export interface Subject {
  /** For messages; begins with the operator's name: `distinct per epoch`. */
  readonly name: string;
  readonly operator: AnyOperator;
  /** A configuration. It may hold functions, and is made anew for every run: they may keep nothing. */
  readonly config: (random: Random) => unknown;
  /** One record for an input; integers from −4 to 4 when left out. All of one input are of one kind. */
  readonly record?: (random: Random, input: string) => unknown;
  /**
   * What has to come out for the whole of the traffic, whatever the order of arrivals of different times, the
   * number of workers, budgets and forms. Of one time and input arrivals come in the order of the list, but for
   * several workers, where nothing is said of their order.
   */
  readonly expected: (arrivals: readonly Arrival[], config: never) => Answers;
  /** Depths of times at which it can be used; 1, 2 and 3 when left out. */
  readonly depths?: readonly number[];
  /** Whether it sends at a time only when that time is complete at its inputs. */
  readonly waits?: boolean;
  /** Whether its results come in later turns of the event loop: it is then run in engines only. */
  readonly isAsynchronous?: boolean;
  /** Whether its answers are the same on any number of workers (the default) or need a single one. */
  readonly workers?: "any" | "one";
}

/** Every record that arrives at an input with its time, one by one. */
export function recordsAt(
  arrivals: readonly Arrival[],
  input: string,
): { readonly time: Time; readonly record: unknown }[] {
  return arrivals.filter((arrival) => arrival.input === input).flatMap(({ time, records }) =>
    records.map((record) => ({ time, record }))
  );
}

/** The answers of an operator that sends for each record by itself, at the record's own time. */
export function each(
  f: (record: never, time: Time) => readonly unknown[],
): (arrivals: readonly Arrival[]) => Answers {
  return (arrivals) => ({
    out: recordsAt(arrivals, "in").map(({ time, record }) => ({
      time,
      records: f(record as never, time),
    })),
  });
}
