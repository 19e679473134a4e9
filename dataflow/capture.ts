/**
 * Streams that come out of logs.
 *
 * @module
 */
import type { Replayable, WhenTorn } from "../operators/capture/event.ts";
import { replay } from "../operators/capture/replay.ts";
import type { Scope } from "./scope.ts";
import type { Named, Stream } from "./stream.ts";

/** How logs are replayed. */
export interface ReplayOptions extends Named {
  /** What becomes of a log that ends before it is complete; `fail` when left out. */
  readonly whenTorn?: WhenTorn | undefined;
}

/**
 * A stream of what the logs have in them: their records at their times, complete when they were. The scope needs
 * times with as many coordinates as those that were captured: the root of a dataflow with `coordinates: 2` for
 * a stream that was captured in a loop of one with 1, for example, or a loop in it.
 *
 * Any number of logs can be replayed on any number of workers. Files are divided among them; logs in memory are
 * replayed by the first, so that they need no other thread to know them.
 */
export function replayInto<T>(
  scope: Scope,
  logs: Replayable<T> | readonly Replayable<T>[],
  options: ReplayOptions = {},
): Stream<T> {
  const { whenTorn = "fail", name, limits } = options;
  const all: Replayable[] = Array.isArray(logs) ? [...logs] : [logs];
  const config = { logs: all, whenTorn };
  const made = scope.vertex(replay, { config, inputs: {}, name, limits });
  return made.out as Stream<T>;
}
