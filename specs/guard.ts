/**
 * The operator behind `onError: skip`: it looks whether the expressions of the node behind it can be evaluated
 * for a record, and lets only those pass for which they can.
 *
 * @module
 */
import { z } from "zod";
import { reasonOf } from "../operators/contract/fault.ts";
import { Reasons } from "../operators/contract/reasons.ts";
import {
  anyRecord,
  defineOperator,
  type OperatorDefinition,
} from "../operators/contract/definition.ts";
import type { FailedRecord } from "../plugins/tolerant.ts";

/** What the name of a guard has behind the name of its node. */
export const GUARD = "-guard";

/** What a guard tries. */
export interface GuardConfig {
  /** Expressions of one record; they have no effect but to fail. */
  readonly tries: ((record: unknown) => unknown)[];
  /** Whether records that fail are counted as dropped, or sent to `failed`. */
  readonly drops: boolean;
}

/** Passes on what all functions accept. Nothing that a spec names: it is placed by `onError`. */
export const guard: OperatorDefinition<
  GuardConfig,
  { readonly in: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown>; readonly failed: z.ZodType<FailedRecord> }
> = defineOperator({
  name: "guard",
  version: "1.0.0",
  summary: "Keeps back the records for which an expression fails",
  config: z.strictObject({
    tries: z.array(z.custom<(record: unknown) => unknown>((value) => typeof value === "function")),
    drops: z.boolean(),
  }),
  inputs: { in: anyRecord },
  outputs: {
    out: anyRecord,
    failed: anyRecord as unknown as z.ZodType<FailedRecord>,
  },
  create: ({ config: { tries, drops }, out, drop }) => {
    const reasons = new Reasons("an expression cannot be evaluated, for other reasons");
    return ({
      receive: {
        in(batch) {
          const failed: FailedRecord[] = [];
          const passed: unknown[] = [];
          for (const record of batch) {
            const reason = faultOf(tries, record);
            if (reason === undefined) passed.push(record);
            else if (drops) drop(1, reasons.bounded(reason));
            else failed.push({ reason, record });
          }
          if (passed.length === batch.length) return out.out.forward(batch);
          if (passed.length > 0) out.out.send(batch.time, passed);
          if (failed.length > 0) out.failed.send(batch.time, failed);
        },
      },
    });
  },
});

function faultOf(
  tries: readonly ((record: unknown) => unknown)[],
  record: unknown,
): string | undefined {
  try {
    for (const attempt of tries) attempt(record);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
