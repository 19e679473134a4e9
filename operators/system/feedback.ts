import { z } from "zod";
import { Summary } from "../../progress/summary.ts";
import { formatTime, type Time } from "../../progress/time.ts";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  type UnaryOperator,
} from "../contract/definition.ts";
import { MeanderError } from "../contract/fault.ts";

/** What happens to records that would pass `maxIterations`. */
export type OnLimit = "drop" | "fail";

/** How a loop is closed. */
export interface FeedbackConfig {
  /** Coordinates in the scope. */
  readonly depth: number;
  /** How much is added to the counter. */
  readonly by: number;
  /** Records do not get this counter. */
  readonly maxIterations?: number | undefined;
  /** What becomes of records at the limit. */
  readonly onLimit: OnLimit;
}

/**
 * Closes a loop: adds to the scope's counter (Naiad, SOSP 2013, section 2.1). Records whose counter would
 * reach `maxIterations` are dropped and counted, or fail the dataflow, as `onLimit` says.
 */
export const feedback: UnaryOperator<FeedbackConfig, Defaults<FeedbackConfig, "by" | "onLimit">> =
  defineOperator({
    name: "feedback",
    version: "1.0.0",
    summary: "Closes a loop: adds to the scope's counter",
    config: z.strictObject({
      depth: z.int().min(1).meta({ description: "coordinates in the scope" }),
      by: z.int().min(0).default(1).meta({ description: "how much is added to the counter" }),
      maxIterations: z.int().min(1).optional(),
      onLimit: z.enum(["drop", "fail"]).default("drop"),
    }),
    inputs: { in: anyRecord },
    deferred: ["in"],
    outputs: { out: anyRecord },
    connects: ({ depth, by }) => [["in", "out", Summary.feedback(depth, by)]],
    create: ({ config, name, out, drop }) => {
      const limit = config.maxIterations ?? Infinity;
      return {
        receive: {
          in(batch) {
            const next = out.out.right!;
            if (counterOf(next) < limit) return out.out.forward(batch, next);
            if (config.onLimit === "fail") throw exhausted(name, limit, next, batch.length);
            drop(batch.length, `maxIterations ${limit}`);
          },
        },
      };
    },
  });

function counterOf(time: Time): number {
  return typeof time === "number" ? time : time[time.length - 1];
}

function exhausted(name: string, limit: number, time: Time, records: number): MeanderError {
  return new MeanderError(
    "MEANDER_ITERATIONS",
    `Cannot begin iteration ${formatTime(time)} at "${name}" with ${records} records: ` +
      `the loop has maxIterations ${limit}`,
    { where: name, hint: 'Raise maxIterations, or set onLimit: "drop" to cut the loop off' },
  );
}
