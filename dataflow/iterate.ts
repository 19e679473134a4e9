/**
 * Whole collections that go round a loop a number of times, or until they do not change any more.
 *
 * @module
 */
import { decide } from "../operators/iterate/decide.ts";
import { difference } from "../operators/iterate/difference.ts";
import { rounds } from "../operators/iterate/rounds.ts";
import type { LoopScope, Scope } from "./scope.ts";
import type { Named, Stream } from "./stream.ts";

/** When an iteration ends. */
export type IterateOptions =
  & Named
  & (
    | {
      /** After so many rounds: the body is applied that often. */
      readonly iterations: number;
    }
    | {
      /** When a round gives the records that it was given, as a multiset by value. */
      readonly untilFixpoint: true;
      /** Not more than so many rounds. */
      readonly maxIterations?: number;
      /** What happens when they still change then: the dataflow fails (the default), or they leave as they are. */
      readonly onLimit?: "fail" | "leave";
    }
  );

/** See {@linkcode Scope.iterate}. */
export function iterate<T>(
  scope: Scope,
  stream: Stream<T>,
  options: IterateOptions,
  body: (records: Stream<T>, loop: LoopScope) => Stream<T>,
): Stream<T> {
  return scope.loop(options.name ?? "iterate", (loop) => {
    const variable = loop.feedback<T>();
    const records = loop.enter(stream).concat(variable);
    const next = body(records, loop);
    const { again, done } = "iterations" in options
      ? loop.vertex(rounds, { config: { iterations: options.iterations }, inputs: { in: next } })
      : decided(loop, records, next, options);
    variable.connect(again as Stream<T>);
    return loop.leave(done as Stream<T>);
  });
}

function decided<T>(
  loop: LoopScope,
  before: Stream<T>,
  after: Stream<T>,
  { maxIterations, onLimit }: Extract<IterateOptions, { untilFixpoint: true }>,
) {
  const { out: changed } = loop.vertex(difference, { config: {}, inputs: { before, after } });
  return loop.vertex(decide, {
    config: { maxIterations, onLimit },
    inputs: { in: after, changed },
  });
}
