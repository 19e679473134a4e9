/**
 * Notifications round a loop: each asks for the next, one iteration later, and an iteration is over
 * when it is over on all workers. Nothing but progress moves.
 */
import { anyRecord, dataflow, defineOperator } from "meander";
import { z } from "zod";
import { expectEqual } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { engineOf } from "./crew.ts";
import { measureRunning, type SelfMade } from "./rounds.ts";
import { Tallies } from "./tallies.ts";

/** Asks for the first notification when the one record arrives that starts it. */
const turns = (last: number, tallies: Tallies) =>
  defineOperator({
    name: "turn",
    version: "1.0.0",
    summary: "Answers a notification at t by asking for the next at t+1",
    config: z.strictObject({}),
    interest: "notifications",
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    // Every worker takes part from the start on.
    pacts: () => ({ in: { kind: "broadcast" } }),
    create: ({ notifyAt }) => {
      const tally = tallies.claim();
      return {
        receive: { in: (batch) => notifyAt(batch.time) },
        notify(time) {
          tally[0]++;
          if (time === 1) tallies.ready();
          const next = time as number + 1;
          if (next <= last) notifyAt(next);
        },
      };
    },
  });

/** For the threads of other workers as well. Iterations 0 and 1 come before those that are measured. */
export function build(iterations: number, shared: SharedArrayBuffer) {
  return dataflow("barrier", (root): SelfMade => {
    const start = root.input<null>("start");
    const again = root.feedback();
    const { out } = root.vertex(turns(iterations + 1, Tallies.from(shared)), {
      config: {},
      inputs: { in: [start, again] },
    });
    again.connect(out);
    return { start };
  }, { madeBy: [build, iterations, shared] });
}

/** Runs until every worker has been notified of the last iteration. */
export async function run(
  { given: { numbers: [iterations] }, workers }: RunInput,
): Promise<Measurement> {
  const engine = engineOf(workers);
  const tallies = Tallies.for(workers);
  const running = engine.install(build(iterations, tallies.shared));
  const spent = await measureRunning(engine, running, tallies);
  for (const [seen] of tallies.rows) {
    expectEqual("notifications of a worker", seen, iterations + 2);
  }
  return { spent, records: null, rounds: iterations };
}
