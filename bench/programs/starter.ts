/**
 * The start of programs that work by themselves from one record on, rather than in rounds.
 */
import { anyRecord, defineOperator, type Input, type RootScope, type Stream } from "meander";
import { z } from "zod";
import type { Tallies } from "./tallies.ts";

/** A start, and what it lets go. */
export interface Started {
  readonly start: Input<null>;
  readonly seeds: Stream<number>;
}

/**
 * Sends one seed from the first worker when `measureRunning` lets everything begin: at the time after the
 * one whose notification tells that all workers have begun.
 */
export function starter(root: RootScope, seed: number, tallies: Tallies): Started {
  const start = root.input<null>("start");
  const { out } = root.vertex(starterOperator(seed, tallies), { config: {}, inputs: { start } });
  return { start, seeds: out as Stream<number> };
}

function starterOperator(seed: number, tallies: Tallies) {
  return defineOperator({
    name: "starter",
    version: "1.0.0",
    summary: "Sends one record once every worker has begun",
    config: z.strictObject({}),
    interest: "notifications",
    inputs: { start: anyRecord },
    outputs: { out: anyRecord },
    pacts: () => ({ start: { kind: "broadcast" } }),
    create: ({ out, notifyAt, worker }) => ({
      receive: { start: () => notifyAt(1) },
      notify(time) {
        if (time === 1) {
          tallies.ready();
          notifyAt(2);
        } else if (worker.index === 0) out.out.send(time, [seed]);
      },
    }),
  });
}
