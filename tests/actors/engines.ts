/**
 * Engines in the test's hands: nothing runs but when the test says so.
 * @module
 */

import { type Dataflow, Engine, type EngineOptions, ManualClock, type Running } from "../../mod.ts";
import type { Ports } from "../../dataflow/program.ts";

/** An engine with its clock, and the dataflow in it. */
export interface Installed<P extends Ports> {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly run: Running<P>;
}

/** Installs a dataflow in an engine of its own. */
export function install<P extends Ports>(
  program: Dataflow<P>,
  options: EngineOptions = {},
): Installed<P> {
  const clock = new ManualClock();
  const engine = new Engine({ clock, ...options });
  return { engine, clock, run: engine.install(program) };
}

/** How many pooled buffers are in somebody's hands. */
export function buffersOut({ worker }: Engine): number {
  return worker.pool.stats.taken - worker.pool.stats.given;
}

/** Every policy, with some seeds of the random one. */
export const policies: readonly NonNullable<EngineOptions["policy"]>[] = [
  "downstream",
  "fifo",
  ...[1, 2, 3, 4, 5, 6].map((seed) => ({ seed })),
];

/** What the dataflow's end was caused by. */
export function causeOf(run: Pick<Running, "done">): Promise<unknown> {
  return run.done.then(() => undefined, (cause: unknown) => cause);
}
