/**
 * Notifications round a loop: each asks for the next, one iteration later. Nothing but progress moves.
 */
import { anyRecord, dataflow, defineOperator, Engine } from "meander";
import { z } from "zod";
import { expectEqual, measure, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

/** Asks for the first notification when the one record arrives that starts it. */
const turns = (iterations: number, seen: { count: number }) =>
  defineOperator({
    name: "turn",
    version: "1.0.0",
    summary: "Answers a notification at t by asking for the next at t+1",
    config: z.strictObject({}),
    interest: "notifications",
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: ({ notifyAt }) => ({
      receive: { in: (batch) => notifyAt(batch.time) },
      notify(time) {
        seen.count++;
        const next = time as number + 1;
        if (next < iterations) notifyAt(next);
      },
    }),
  });

/** Runs until the last iteration has been notified. */
export function run({ given: { numbers: [iterations] }, workers }: RunInput): Measurement {
  requireOneWorker(workers);
  const seen = { count: 0 };
  const program = dataflow("barrier", (root) => {
    const start = root.input<null>("start");
    const again = root.feedback();
    const { out } = root.vertex(turns(iterations, seen), {
      config: {},
      inputs: { in: [start, again] },
    });
    again.connect(out);
    return { start };
  });
  const engine = new Engine();
  const running = engine.install(program);
  const { start } = running.handles;
  start.send([null]);
  start.close();
  const spent = measure(() => engine.run());
  expectEqual("status", running.status, "completed");
  expectEqual("notifications", seen.count, iterations);
  return { spent, records: null, rounds: iterations };
}
