/**
 * Whole collections that go round a loop a number of times, or until they do not change any more.
 *
 * @module
 */
import { decide } from "../operators/iterate/decide.ts";
import { difference } from "../operators/iterate/difference.ts";
import { rounds } from "../operators/iterate/rounds.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { LoopScope, Scope } from "./scope.ts";
import { type Named, Stream } from "./stream.ts";

/** When an iteration ends. */
export type IterateOptions =
  & Pick<Named, "name">
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
  checkOptions(options);
  return scope.loop(options.name ?? "iterate", (loop) => {
    const variable = loop.feedback<T>();
    const records = loop.enter(stream).concat(variable);
    const next = body(records, loop);
    // Without it the loop would lose all records and say nothing.
    if (!((next as unknown) instanceof Stream)) throw noStream(options.name ?? "iterate", next);
    const { again, done } = endsAtFixpoint(options)
      ? decided(loop, records, next, options)
      : loop.vertex(rounds, { config: { iterations: options.iterations }, inputs: { in: next } });
    variable.connect(again as Stream<T>);
    return loop.leave(done as Stream<T>);
  });
}

type UntilFixpoint = Extract<IterateOptions, { untilFixpoint: true }>;

function endsAtFixpoint(options: IterateOptions): options is UntilFixpoint {
  return "untilFixpoint" in options && options.untilFixpoint === true;
}

function decided<T>(
  loop: LoopScope,
  before: Stream<T>,
  after: Stream<T>,
  { maxIterations, onLimit }: UntilFixpoint,
) {
  const { out: changed } = loop.vertex(difference, { config: {}, inputs: { before, after } });
  return loop.vertex(decide, {
    config: { maxIterations, onLimit },
    inputs: { in: after, changed },
  });
}

/** One end, and no other: what contradicts it would be ignored in silence. */
function checkOptions(options: IterateOptions): void {
  const { name = "iterate", iterations, untilFixpoint } = (options ?? {}) as {
    readonly name?: string;
    readonly iterations?: number;
    readonly untilFixpoint?: unknown;
  };
  if ((iterations !== undefined) !== (untilFixpoint === true)) return;
  throw new MeanderError(
    "MEANDER_GRAPH",
    `Cannot iterate in "${name}" with ${show(options)}: it takes either iterations or ` +
      "untilFixpoint: true",
    { where: name },
  );
}

function noStream(name: string, found: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_GRAPH",
    `Cannot iterate in "${name}": the body gave ${show(found)}, which is no stream`,
    { where: name, hint: "Return the stream that goes round" },
  );
}
