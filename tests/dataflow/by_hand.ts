/**
 * Dataflows whose time and turns are the test's.
 * @module
 */

import { type Dataflow, Engine, type EngineOptions, ManualClock, type Running } from "../../mod.ts";
import type { Ports } from "../../dataflow/program.ts";

/** An engine whose time and turns are the test's. */
export function start<P extends Ports>(program: Dataflow<P>, options: EngineOptions = {}) {
  const clock = new ManualClock();
  const run = new Engine({ clock, ...options }).install(program);
  /** Everything that can happen without an answer or the passing of time, promises included. */
  const settle = async () => {
    for (let quiet = 0; quiet < 8; quiet = clock.turn() > 0 ? 0 : quiet + 1) {
      await Promise.resolve();
    }
  };
  return { run, clock, settle };
}

/** What a dataflow fails with, as a text; "none" when it does not. */
export function failureOf(run: Pick<Running, "done">): Promise<string> {
  return run.done.then(() => "none", (error) => String(error));
}
