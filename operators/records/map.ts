import { z } from "zod";
import { type Data, valuesOf } from "../../batches/data.ts";
import { MapLoop } from "../../batches/loops.ts";
import type { BufferPool } from "../../batches/pool.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { Transform } from "../contract/transform.ts";

/** One result for each record. Numbers stay in typed columns as long as every result is one. */
export const map: UnaryOperator<{ f: (record: unknown) => unknown }> = defineOperator({
  name: "map",
  version: "1.0.0",
  summary: "Sends what a function makes of each record",
  docs:
    "`f` is called once for each record; what it gives is sent at the record's own time. Numbers stay in " +
    "columns as long as every result is one.",
  example: { with: { f: "record * 2" }, inputs: { in: [1, 2] }, outputs: { out: [2, 4] } },
  types: { outputs: { out: "f" } },
  config: z.strictObject({ f: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  records: "one by one",
  create: ({ config, pool }) => ({ transform: new MapTransform(config.f, pool) }),
});

class MapTransform implements Transform {
  length = 0;
  readonly #loop: MapLoop<unknown, unknown>;
  readonly #pool: BufferPool;

  constructor(f: (record: unknown) => unknown, pool: BufferPool) {
    this.#loop = new MapLoop(f);
    this.#pool = pool;
  }

  get faultIndex(): number {
    return this.#loop.fault.index;
  }

  apply(data: Data<unknown>, length: number): Data<unknown> {
    this.length = length;
    return this.#loop.run(valuesOf(data), length, this.#pool);
  }
}
