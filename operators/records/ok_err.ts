import { z } from "zod";
import { Collected } from "./collected.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { isOk, type Result } from "./result_type.ts";

/**
 * Divides what a function makes of each record into values and reasons. It keeps nothing, and sends at most
 * one batch on each output for a batch.
 */
export const okErr: OperatorDefinition<
  { f: (record: unknown) => unknown },
  { readonly in: z.ZodType<unknown> },
  { readonly ok: z.ZodType<unknown>; readonly err: z.ZodType<unknown> }
> = defineOperator({
  name: "okErr",
  version: "1.0.0",
  summary:
    "Sends the values that a function makes of records to one output, and its failures to another",
  docs:
    "`f` makes a result of each record, `{ ok: value }` or `{ err: reason }`; the value goes to output `ok`, " +
    "the reason to `err`, at the record's own time and in the order of its batch. Anything else, or both at " +
    "once, is an error that names it.",
  example: {
    with: { f: "record > 0 ? {'ok': record} : {'err': 'too small'}" },
    inputs: { in: [1, 0, 2] },
    outputs: { ok: [1, 2], err: ["too small"] },
  },
  config: z.strictObject({ f: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { ok: anyRecord, err: anyRecord },
  create: ({ config: { f }, name, out, pool, blame }) => {
    const values = new Collected(pool);
    const reasons = new Collected(pool);
    const divide = (batch: Batch<unknown>): void => {
      const records = batch.values();
      const oks = values.writer(batch.length);
      const errs = reasons.writer(batch.length);
      let i = 0;
      try {
        for (; i < batch.length; i++) {
          const result = f(records[i]);
          if (isOk(result, name, batch.time)) oks.push(result.ok);
          else errs.push((result as Extract<Result<unknown, unknown>, { err: unknown }>).err);
        }
      } catch (error) {
        values.discard();
        reasons.discard();
        throw blame(error, records[i]);
      }
    };
    return {
      receive: {
        in(batch) {
          divide(batch);
          const good = values.take();
          const bad = reasons.take();
          if (good.length > 0) out.ok.sendBuffer(batch.time, good.data, good.length);
          if (bad.length > 0) out.err.sendBuffer(batch.time, bad.data, bad.length);
        },
      },
    };
  },
});
