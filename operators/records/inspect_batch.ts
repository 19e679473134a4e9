import { z } from "zod";
import { type Data, valuesOf } from "../../batches/data.ts";
import type { Time } from "../../progress/time.ts";
import { batchFault } from "./batch_fault.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { Transform } from "../contract/transform.ts";

type Inspector = (time: Time, records: readonly unknown[]) => void;

/** Calls a function for each batch and passes it on unchanged. */
export const inspectBatch: UnaryOperator<{ f: Inspector }> = defineOperator({
  name: "inspectBatch",
  version: "1.0.0",
  summary: "Calls a function for each batch and passes it on unchanged",
  docs:
    "`f` is called with the time and the records of each batch, before the batch goes on. Which records of a " +
    "time travel together is the engine's affair, and no two runs need agree on it. For code, where `f` may " +
    "print or count; an expression has no effect besides its result.",
  example: { with: { f: "records.size()" }, inputs: { in: ["a"] }, outputs: { out: ["a"] } },
  types: { outputs: { out: "in" } },
  config: z.strictObject({ f: expression<Inspector>("time", "records") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config, name }) => ({ transform: new InspectBatchTransform(config.f, name) }),
});

class InspectBatchTransform implements Transform {
  length = 0;
  // No single record is to blame.
  readonly faultIndex = -1;
  readonly #f: Inspector;
  readonly #name: string;

  constructor(f: Inspector, name: string) {
    this.#f = f;
    this.#name = name;
  }

  apply(data: Data<unknown>, length: number, time: Time): Data<unknown> {
    this.length = length;
    // A function may keep what it is given; a pooled buffer is used again, and so is copied.
    const records = rowsOf(data, length);
    try {
      this.#f(time, records);
    } catch (error) {
      throw batchFault(error, this.#name, time, length);
    }
    return data;
  }
}

function rowsOf(data: Data<unknown>, length: number): readonly unknown[] {
  const values = valuesOf(data);
  if (Array.isArray(values) && values.length === length) return values;
  const rows: unknown[] = [];
  for (let i = 0; i < length; i++) rows.push(values[i]);
  return rows;
}
