import { z } from "zod";
import { type Data, type Values, valuesOf } from "../../batches/data.ts";
import { MapLoop } from "../../batches/loops.ts";
import type { BufferPool } from "../../batches/pool.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { Transform } from "../contract/transform.ts";
import { copyRecord } from "./copy_record.ts";

/**
 * Each record as a function leaves it, or gives it.
 *
 * Whether somebody else sees a record cannot be told from its batch: rows have no lease, filters and branches
 * pass on the very objects that they were given, and whoever fed an input may have kept them. So each object
 * counts as shared, and the function has a copy of it. A number has no identity to share; new ones go into
 * a pooled buffer, and the batch's own buffer is used again as soon as the last batch that shares it is done.
 */
export const mapInPlace: UnaryOperator<{ f: (record: unknown) => unknown }> = defineOperator({
  name: "mapInPlace",
  version: "1.0.0",
  summary: "Sends each record as a function has changed it",
  docs:
    "`f` is given a record that it may change, however deep; when it returns nothing, that record is sent, at " +
    "its own time, and otherwise what it returns. It is given a copy, so that no other vertex sees the " +
    "change. Plain data can be copied: lists, objects, maps, sets, dates, typed arrays; an instance of another " +
    "class is an error that names the record. Numbers stay in columns as long as every result is one. " +
    "Expressions change nothing, so that in a spec it is the same as `map`.",
  example: { with: { f: "record + 1" }, inputs: { in: [1, 2] }, outputs: { out: [2, 3] } },
  types: { outputs: { out: "f" } },
  config: z.strictObject({ f: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config, name, pool }) => ({ transform: new InPlaceTransform(config.f, name, pool) }),
});

class InPlaceTransform implements Transform {
  length = 0;
  readonly #numbers: MapLoop<unknown, unknown>;
  readonly #records: MapLoop<unknown, unknown>;
  readonly #pool: BufferPool;
  #last: MapLoop<unknown, unknown>;

  constructor(f: (record: unknown) => unknown, name: string, pool: BufferPool) {
    // Numbers need no copy: there the function itself is called, and can be inlined.
    this.#numbers = new MapLoop(f);
    this.#records = new MapLoop((record) => {
      const own = copyRecord(record, name);
      const result = f(own);
      return result === undefined ? own : result;
    });
    this.#last = this.#records;
    this.#pool = pool;
  }

  get faultIndex(): number {
    return this.#last.fault.index;
  }

  apply(data: Data<unknown>, length: number): Data<unknown> {
    this.length = length;
    const values = valuesOf(data);
    const isNumbers = values instanceof Int32Array || values instanceof Float64Array;
    this.#last = isNumbers ? this.#numbers : this.#records;
    const results = this.#last.run(values, length, this.#pool);
    return isNumbers && Array.isArray(results) ? unlessNothing(results, values) : results;
  }
}

/** A function that returns nothing for a number leaves it as it was. */
function unlessNothing(results: unknown[], values: Values<unknown>): unknown[] {
  for (let i = 0; i < results.length; i++) {
    if (results[i] === undefined) results[i] = values[i];
  }
  return results;
}
