import { z } from "zod";
import { anyRecord, defineOperator, type OperatorDefinition } from "../contract/definition.ts";

/** How often a loop goes round. */
export interface RoundsConfig {
  /** What has been through the body so many times is done. */
  readonly iterations: number;
}

/**
 * The end of a loop that goes round a fixed number of times: what the body made in its last iteration is done,
 * everything else goes round again. It keeps nothing.
 */
export const rounds: OperatorDefinition<
  RoundsConfig,
  { readonly in: z.ZodType<unknown> },
  { readonly again: z.ZodType<unknown>; readonly done: z.ZodType<unknown> }
> = defineOperator({
  name: "rounds",
  version: "1.0.0",
  summary: "Ends a loop after a number of iterations",
  config: z.strictObject({ iterations: z.int().min(1) }),
  inputs: { in: anyRecord },
  outputs: { again: anyRecord, done: anyRecord },
  create: ({ config, out }) => ({
    receive: {
      in(batch) {
        const counter = (batch.time as readonly number[]).at(-1)!;
        (counter + 1 < config.iterations ? out.again : out.done).forward(batch);
      },
    },
  }),
});
